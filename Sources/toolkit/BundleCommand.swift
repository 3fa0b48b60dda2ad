import ArgumentParser
import BundleKit
import Foundation
import StageKit

/// `toolkit bundle …`: look into bundles, check and unpack them.
struct BundleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bundle", abstract: "List, verify and unpack bundles.",
    subcommands: [BundleListCommand.self, BundleVerifyCommand.self, BundleExtractCommand.self])

  /// Opens a bundle; one that breaks a rule is reported, and ends the command as untrusted.
  static func open(_ path: String) throws -> BundleReader {
    do {
      return try BundleReader(at: URL(fileURLWithPath: path))
    } catch {
      throw report(error)
    }
  }

  /// Says what is wrong, and which exit code that is.
  static func report(_ error: BundleError) -> ExitCode {
    Console.report("\(error)")
    return exitCode(for: error)
  }

  /// Trouble of this machine is no fault of the bundle.
  static func exitCode(for error: BundleError) -> ExitCode {
    [.io, .diskFull, .exists, .unknownMember, .invalidInput].contains(error.code)
      ? ExitCodes.failure : ExitCodes.untrusted
  }
}

/// `toolkit bundle list`: the members of a bundle.
struct BundleListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List what a bundle holds.")

  @Argument(help: "The bundle.")
  var bundle: String

  @Option(help: "text or json.")
  var format = OutputFormat.text

  private struct Member: Encodable {
    var name: String
    var bytes: Int
    var packedBytes: Int
  }

  func run() throws {
    let reader = try BundleCommand.open(bundle)
    let members = reader.members.map { Member(name: $0.name, bytes: $0.bytes, packedBytes: $0.packedBytes) }
    if format == .json {
      try Console.print(json: members)
      return
    }
    for member in members {
      Console.print("\(String(format: "%12d %12d", member.bytes, member.packedBytes))  \(member.name)")
    }
  }
}

/// `toolkit bundle verify`: whether a bundle is whole.
struct BundleVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every member of a bundle against its size, checksum and SHA-256.",
    discussion: "Exits with 4 if anything is damaged, missing or not listed.")

  @Argument(help: "The bundles.")
  var bundles: [String]

  @Option(help: "text or json.")
  var format = OutputFormat.text

  private struct Verdict: Encodable {
    var bundle: String
    var whole: Bool
    var report: VerifyReport?
    var error: String?
  }

  func run() async throws {
    var verdicts: [Verdict] = []
    var codes: Set<Int32> = []
    for path in bundles {
      do throws(BundleError) {
        let report = await (try BundleReader(at: URL(fileURLWithPath: path))).verify()
        verdicts.append(Verdict(bundle: path, whole: report.isWhole, report: report))
        if !report.isWhole { codes.insert(ExitCodes.untrusted.rawValue) }
      } catch {
        verdicts.append(Verdict(bundle: path, whole: false, error: "\(error)"))
        codes.insert(BundleCommand.exitCode(for: error).rawValue)
      }
    }
    switch format {
    case .json: try Console.print(json: verdicts)
    case .text: verdicts.forEach(show)
    }
    // A damaged bundle outweighs one that could not be read.
    if let code = codes.max() { throw ExitCode(code) }
  }

  private func show(_ verdict: Verdict) {
    guard let report = verdict.report else { return Console.report(verdict.error ?? "") }
    if verdict.whole {
      Console.print("\(verdict.bundle): whole; \(count(report.members, "member")), \(report.bytes) bytes")
      Console.print("  id \(report.id ?? "unknown")")
    } else {
      Console.print("\(verdict.bundle): damaged")
      for finding in report.findings {
        Console.print("  \(finding.member): error[\(finding.code.rawValue)]: \(finding.message)")
      }
    }
  }
}

/// `toolkit bundle extract`: a bundle's members as files.
struct BundleExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract", abstract: "Unpack a bundle, or some of its members.")

  @Argument(help: "The bundle.")
  var bundle: String

  @Argument(help: "Members to unpack; all if none is named.")
  var members: [String] = []

  @Option(name: .shortAndLong, help: "The folder to unpack to; made if need be. (default: named like the bundle)")
  var output: String?

  @Flag(help: "Replace files that exist.")
  var replace = false

  func run() throws {
    let reader = try BundleCommand.open(bundle)
    let target =
      output.map { URL(fileURLWithPath: $0, isDirectory: true) }
      ?? URL(fileURLWithPath: URL(fileURLWithPath: bundle).deletingPathExtension().lastPathComponent, isDirectory: true)
    do {
      let files = try reader.extract(to: target, only: members.isEmpty ? nil : members, replacing: replace)
      for file in files { Console.print(file.relativePath) }
    } catch {
      throw BundleCommand.report(error)
    }
  }
}
