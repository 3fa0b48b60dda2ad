import ArgumentParser
import BundleKit
import Foundation

/// `toolkit bundle …`: make bundles, look into them, check, compare, join, sign and seal them.
struct BundleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bundle", abstract: "Make, check, read, compare, join, sign and seal bundles.",
    subcommands: [
      BundleCreateCommand.self, BundleListCommand.self, BundleVerifyCommand.self, BundleExtractCommand.self,
      BundleCatCommand.self, BundleDiffCommand.self, BundleMergeCommand.self, BundleSignCommand.self,
      BundleSealCommand.self, BundleOpenCommand.self, BundleRerunCommand.self,
    ])

  /// Says what is wrong, and which exit code that is.
  static func report(_ error: BundleError) -> ExitCode {
    Console.report("\(error)")
    return exitCode(for: error)
  }

  /// Runs a step; a `BundleError` is reported and ends the command.
  static func reporting<Value>(_ step: () throws -> Value) throws -> Value {
    do {
      return try step()
    } catch let error as BundleError {
      throw report(error)
    }
  }

  /// The same for steps that wait.
  static func reporting<Value>(_ step: () async throws -> Value) async throws -> Value {
    do {
      return try await step()
    } catch let error as BundleError {
      throw report(error)
    }
  }

  /// Trouble of this machine, or of what was asked for, is no fault of the bundle.
  static func exitCode(for error: BundleError) -> ExitCode {
    let ours: [BundleError.Code] = [
      .io, .diskFull, .exists, .unknownMember, .unknownDocument, .invalidInput, .missingProgram, .programFailed,
      .closed,
    ]
    return ours.contains(error.code) ? ExitCodes.failure : ExitCodes.untrusted
  }
}

/// How much a bundle may ask of this machine.
struct BundleArguments: ParsableArguments {
  @Option(help: ArgumentHelp("The most members that a bundle may have.", valueName: "n"))
  var maxMembers = BundleLimits.standard.members

  @Option(help: ArgumentHelp("The most bytes that all members may have together, unpacked.", valueName: "n"))
  var maxBytes = BundleLimits.standard.totalBytes

  @Option(help: ArgumentHelp("The most bytes that a member may have, unpacked.", valueName: "n"))
  var maxMemberBytes = BundleLimits.standard.memberBytes

  @Option(help: ArgumentHelp("The most bytes that a document may have.", valueName: "n"))
  var maxDocumentBytes = BundleLimits.standard.lineBytes

  func validate() throws {
    guard min(maxMembers, maxBytes, maxMemberBytes, maxDocumentBytes) > 0 else {
      throw ValidationError("Limits must be above 0.")
    }
  }

  var limits: BundleLimits {
    BundleLimits(
      members: maxMembers, totalBytes: maxBytes, memberBytes: maxMemberBytes, lineBytes: maxDocumentBytes)
  }

  /// Opens a bundle; one that breaks a rule is reported, and ends the command as untrusted.
  func open(_ path: String, headers: HeaderCheck = .atOnce) throws -> BundleReader {
    try BundleCommand.reporting { try BundleReader(at: URL(fileURLWithPath: path), limits: limits, headers: headers) }
  }
}
