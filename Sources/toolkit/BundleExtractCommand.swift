import ArgumentParser
import BundleKit
import Foundation

/// `toolkit bundle extract`: a bundle's members as files.
struct BundleExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract", abstract: "Unpack a bundle, or some of its members.",
    discussion: """
      With --salvage, what is still good of a damaged bundle is unpacked: members that are whole, and of damaged tables \
      the lines whose hashes are right. The exit code is 4 if anything is lost.
      """)

  @Argument(help: "The bundle.")
  var bundle: String

  @Argument(help: "Members to unpack; all if none is named.")
  var members: [String] = []

  @Option(name: .shortAndLong, help: "The folder to unpack to; made if need be. (default: named like the bundle)")
  var output: String?

  @Flag(help: "Replace files that exist.")
  var replace = false

  @Flag(help: "Unpack what is still good of a damaged bundle.")
  var salvage = false

  @OptionGroup var limits: BundleArguments

  func validate() throws {
    if salvage, !members.isEmpty || replace {
      throw ValidationError("--salvage unpacks all that is good into a folder that has none of it yet.")
    }
  }

  func run() throws {
    let target =
      output.map { URL(fileURLWithPath: $0, isDirectory: true) }
      ?? URL(fileURLWithPath: URL(fileURLWithPath: bundle).deletingPathExtension().lastPathComponent, isDirectory: true)
    if salvage { return try save(to: target) }
    let reader = try limits.open(bundle)
    let files = try BundleCommand.reporting {
      try reader.extract(to: target, only: members.isEmpty ? nil : members, replacing: replace)
    }
    for file in files { Console.print(file.relativePath) }
  }

  private func save(to target: URL) throws {
    let report = try BundleCommand.reporting {
      try BundleReader.salvage(URL(fileURLWithPath: bundle), to: target, limits: limits.limits)
    }
    for name in report.whole { Console.print("\(target.relativePath)/\(name)") }
    if let directory = report.directory {
      Console.report("\(bundle): its directory is damaged, so members were found by their own headers: \(directory)")
    }
    for damage in report.damaged {
      if damage.kept > 0 { Console.print("\(target.relativePath)/\(damage.member)") }
      var text = "\(damage.member): damaged; \(count(damage.kept, "line")) saved"
      if damage.unproved > 0 { text += ", without a hash that proves \(damage.unproved == 1 ? "it" : "them")" }
      if let lost = damage.lost { text += ", \(count(lost.count, "document")) lost" }
      Console.report(text)
      for id in damage.lost ?? [] { Console.report("  lost: \(id)") }
    }
    if report.directory != nil || !report.damaged.isEmpty { throw ExitCodes.untrusted }
  }
}
