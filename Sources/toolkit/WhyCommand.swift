import ArgumentParser
import BundleKit
import Foundation
import StageKit

/// `toolkit why`: one document's whole story.
struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Tell what became of a document, and why.",
    discussion: """
      Where it was read, in which language it is, what it was compared with, which group and story it is in, which \
      summaries cite it, or which stage dropped it or could not process it. Looks in a bundle, or in the folder that \
      'export' wrote. Titles are quoted, texts are not; sentences are numbered from 0, as in documents.jsonl.
      """)

  @Argument(help: "Its id or path, the start of the id, or the end of the path.")
  var document: String

  @Argument(help: "A bundle, or a folder written by 'export'. (default: the newest bundle in ./archives)")
  var bundle: String?

  @Option(help: "text or json.")
  var format = OutputFormat.text

  func run() throws {
    do {
      let files = try ResultFiles(try bundle ?? newestBundle())
      let account = try DocumentAccount(of: try find(in: files), in: files)
      switch format {
      case .json: try Console.print(json: account)
      case .text: Console.print(WhyText(account).text)
      }
    } catch let error as BundleError {
      throw BundleCommand.report(error)
    } catch let error as StageError {
      Console.report("error: \(error)")
      throw ExitCodes.failure
    }
  }

  private func newestBundle() throws -> String {
    guard let newest = ResultFiles.newestBundle(in: URL(fileURLWithPath: "archives")) else {
      throw StageError(
        "no-bundle", "there is no bundle in ./archives; name one, or a folder: toolkit why DOCUMENT BUNDLE")
    }
    let path = "archives/\(newest.lastPathComponent)"
    Console.report("looking in \(path), the newest bundle")
    return path
  }

  /// The one document that is meant.
  private func find(in files: ResultFiles) throws -> DocumentName.Candidate {
    var name = DocumentName(document)
    try files.forEachName(in: name.needles) { name.consider($0) }
    // Files of other programs may write the same name in other escapes: read them all before giving up.
    if name.count == 0 { try files.forEachName(in: nil) { name.consider($0) } }
    if name.count == 1, let only = name.candidates.first { return only }
    guard name.count > 0 else {
      let near = try files.suggestion(for: document).map { "; did you mean '\($0)'?" } ?? ""
      throw StageError("unknown-document", "'\(files.path)' knows no document '\(document)'\(near)")
    }
    let shown = 20
    var lines = name.candidates.prefix(shown).map { "  \($0.id)  \($0.name)" }
    if name.count > shown { lines.append("  … and \(name.count - shown) more") }
    throw StageError(
      "ambiguous-document",
      "'\(document)' could be any of \(name.count) documents; say more of the path, or the id:\n"
        + lines.joined(separator: "\n"))
  }
}
