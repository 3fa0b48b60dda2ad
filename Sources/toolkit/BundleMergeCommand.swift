import ArgumentParser
import BundleKit
import Foundation

/// `toolkit bundle merge`: several bundles in one.
struct BundleMergeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Join bundles into one, each document once.",
    discussion: """
      Documents stand in the order of the bundles; parts that need no change are copied without compressing them again. \
      The brief, report and pipeline of each bundle are kept in folders from/00001 and on. Signatures are not: they are \
      over what the bundles were.
      """)

  @Argument(help: "The bundles, two or more.")
  var bundles: [String]

  @Option(name: .shortAndLong, help: "The bundle to write; one that exists is replaced once the new one is complete.")
  var output: String

  @Option(help: "What to keep where two bundles have different documents of one id: fail, first or last.")
  var prefer = BundleMerge.Conflicts.fail

  @Option(help: "How hard to compress: 1 is fastest, 9 smallest.")
  var level = 6

  @Option(help: "How many threads compress.")
  var workers = ProcessInfo.processInfo.activeProcessorCount

  @OptionGroup var limits: BundleArguments

  func validate() throws {
    guard bundles.count > 1 else { throw ValidationError("Name two bundles or more.") }
    guard (1...9).contains(level) else { throw ValidationError("--level must be from 1 to 9.") }
    guard (1...256).contains(workers) else { throw ValidationError("--workers must be from 1 to 256.") }
  }

  func run() async throws {
    let url = URL(fileURLWithPath: output)
    try await BundleCommand.reporting {
      let readers = try bundles.map { try limits.open($0) }
      for (path, reader) in zip(bundles, readers) {
        guard let finding = await reader.verify(workers: workers).findings.first else { continue }
        Console.report("\(path): error[\(finding.code.rawValue)]: \(finding.message)")
        throw ExitCodes.untrusted
      }
      let merge = BundleMerge(readers, conflicts: prefer, level: level, workers: workers)
      let (bundle, outcome) = try await merge.write(
        to: url, name: url.deletingPathExtension().lastPathComponent
      ) { _ in
        ["toolkit": ["version": Toolkit.version], "description": "Bundles joined by toolkit bundle merge."]
      }
      try bundle.commit()
      Console.print("\(output): \(count(outcome.documents, "document")), \(bundle.facts.bytes) bytes")
      Console.print("  id \(bundle.facts.id)")
      Console.print(
        "  left out: \(outcome.repeated) repeated, \(outcome.outvoted) not preferred; "
          + "\(count(outcome.copiedParts, "part")) copied as they were")
    }
  }
}

extension BundleMerge.Conflicts: ExpressibleByArgument {}
