import ArgumentParser
import BundleKit
import Foundation
import StageKit

/// `toolkit bundle rerun`: whether a bundle's pipeline, run again on its documents, gives the same results.
struct BundleRerunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rerun", abstract: "Run a bundle's pipeline on its documents again, and compare the results.",
    discussion: """
      The pipeline and the documents are unpacked to a scratch folder, with all that was found out about them left \
      behind, and run there for the same day. Exits with 0 if the results are the same, and with 1 if they are not. What \
      a bundle does not hold can't be had again: documents that stages dropped, and earlier bundles to compare with.
      """)

  @Argument(help: "The bundle.")
  var bundle: String

  @Option(name: .shortAndLong, help: "Keep the new bundle, under this name.")
  var output: String?

  @OptionGroup var limits: BundleArguments

  @Option(help: "text or json.")
  var format = OutputFormat.text

  /// What differs between any two runs, or only says how a document came in.
  private static let ignored: Set<String> = ["history"]

  private struct Outcome: Encodable {
    var same: Bool
    var leftOut: Int
    var diff: BundleDiff
  }

  func run() async throws {
    let reader = try limits.open(bundle)
    guard let finding = await reader.verify().findings.first else { return try await rerun(reader) }
    Console.report("\(bundle): error[\(finding.code.rawValue)]: \(finding.message)")
    throw ExitCodes.untrusted
  }

  private func rerun(_ reader: BundleReader) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "toolkit-rerun-\(UUID().uuidString)", isDirectory: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (diff, leftOut) = try await BundleCommand.reporting {
      let job = try await RerunJob(reader, in: folder)
      let child = ChildRun()
      let interrupts = Interrupts { child.interrupt() }
      defer { interrupts.stop() }
      switch await child.run(job.arguments) {
      // Documents in quarantine are results like others.
      case .exit(0), .exit(ExitCodes.quarantine.rawValue): break
      case .exit(let code): throw ExitCode(code)
      case .signal(let number): throw ExitCode(128 + number)
      case .notStarted(let reason):
        Console.report("error: the run could not be started: \(reason)")
        throw ExitCodes.failure
      }
      let again = try BundleReader(at: job.result, limits: limits.limits)
      let diff = try await BundleDiff(reader, again, ignoring: Self.ignored)
      if let output { try keep(job.result, as: output) }
      return (diff, job.dropped)
    }
    switch format {
    case .json: try Console.print(json: Outcome(same: diff.isEmpty, leftOut: leftOut, diff: diff))
    case .text:
      Console.print("\(bundle): the results are \(diff.isEmpty ? "the same" : "not the same")")
      for line in diff.lines { Console.print("  \(line)") }
      if leftOut > 0 {
        Console.print("  \(count(leftOut, "document")) that stages had dropped could not be read again")
      }
    }
    if !diff.isEmpty { throw ExitCodes.failure }
  }

  private func keep(_ result: URL, as output: String) throws {
    do {
      let target = URL(fileURLWithPath: output)
      try? FileManager.default.removeItem(at: target)
      try FileManager.default.moveItem(at: result, to: target)
    } catch {
      throw BundleError(.io, "the new bundle can't be kept: \(error.localizedDescription)", path: output)
    }
  }
}
