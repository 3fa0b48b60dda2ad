import ArgumentParser
import BundleKit
import Foundation

/// `toolkit bundle diff`: what came, went and changed between two bundles.
struct BundleDiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Compare the results in two bundles.",
    discussion: """
      Documents and summaries, groups of duplicates, and stories: what came, what went, and what changed. Exits with 0 if \
      the results are the same, and with 1 if they are not.
      """)

  @Argument(help: "The earlier bundle.")
  var first: String

  @Argument(help: "The later bundle.")
  var second: String

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("A key of documents that may differ, such as history; may be repeated.", valueName: "key"))
  var ignore: [String] = []

  @OptionGroup var limits: BundleArguments

  @Option(help: "text or json.")
  var format = OutputFormat.text

  func run() async throws {
    let (mine, theirs) = (try limits.open(first), try limits.open(second))
    let diff = try await BundleCommand.reporting { try await BundleDiff(mine, theirs, ignoring: Set(ignore)) }
    switch format {
    case .json: try Console.print(json: diff)
    case .text: for line in diff.lines { Console.print(line) }
    }
    if !diff.isEmpty { throw ExitCodes.failure }
  }
}

extension BundleDiff {
  /// For people: one line a difference, and a sum of each table.
  var lines: [String] {
    var lines: [String] = []
    for (name, table) in [("documents", documents), ("groups", groups), ("stories", stories)] {
      let (came, went, changed) = (table.came.count, table.went.count, table.changed.count)
      lines.append("\(name): \(table.same) the same, \(came) came, \(went) went, \(changed) changed")
      for id in table.came { lines.append("  + \(id)") }
      for id in table.went { lines.append("  - \(id)") }
      for change in table.changed {
        let fields = change.fields.joined(separator: ", ")
        lines.append("  ~ \(change.id)\(fields.isEmpty ? "" : ": \(fields)")")
      }
    }
    return lines
  }
}
