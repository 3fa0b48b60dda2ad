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
      'export' wrote; if none is named, in the newest of those in ./archives and ./out. Titles are quoted, texts are not; sentences are numbered from 0, as in documents.jsonl.
      """)

  @Argument(help: "Its id, path or file name, the start of the id, or the end of the path.")
  var document: String

  @Argument(help: "A bundle, or a folder written by 'export'. (default: the newest in ./archives and ./out)")
  var bundle: String?

  @Option(help: "text or json.")
  var format = OutputFormat.text

  func run() throws {
    do {
      let files = try ResultFiles(try bundle ?? newestResult())
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

  private func newestResult() throws -> String {
    guard let newest = ResultFiles.newest(bundlesIn: "archives", foldersIn: "out") else {
      throw StageError(
        "no-result",
        "there is neither a bundle in ./archives nor a result in ./out; name one: toolkit why DOCUMENT BUNDLE")
    }
    Console.report("looking in \(newest), the newest result here")
    return newest
  }

  /// The one document that is meant.
  private func find(in files: ResultFiles) throws -> DocumentName.Candidate {
    var name = DocumentName(document)
    try files.forEachName(in: name.needles) { name.consider($0) }
    // Files of other programs may write the same name in other escapes: read them all before giving up.
    if name.count == 0 { try files.forEachName(in: nil) { name.consider($0) } }
    if name.count == 1, let only = name.candidates.first { return only }
    guard name.count > 0 else {
      let near = try files.suggestions(for: document).map(Self.line)
      let hint = near.isEmpty ? "" : "; did you mean one of these?\n" + near.joined(separator: "\n")
      throw StageError("unknown-document", "'\(files.path)' knows no document '\(document)'\(hint)")
    }
    let shown = 20
    var lines = name.candidates.prefix(shown).map(Self.line)
    if name.count > shown { lines.append("  … and \(name.count - shown) more") }
    throw StageError(
      "ambiguous-document",
      "'\(document)' could be any of \(name.count) documents; say more of the path, or the id:\n"
        + lines.joined(separator: "\n"))
  }

  private static func line(_ candidate: DocumentName.Candidate) -> String { "  \(candidate.id)  \(candidate.name)" }
}
