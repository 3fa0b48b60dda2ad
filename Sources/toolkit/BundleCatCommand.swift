import ArgumentParser
import BundleKit
import Foundation
import StageKit

/// `toolkit bundle cat`: documents by their ids, without unpacking the rest.
struct BundleCatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cat", abstract: "Print documents of a bundle by their ids.",
    discussion: "Each is one line of JSON, as it stands in the bundle. `toolkit bundle list --documents` tells the ids."
  )

  @Argument(help: "The bundle.")
  var bundle: String

  @Argument(help: "The ids of documents.")
  var ids: [String]

  @Flag(help: "Print the text only.")
  var text = false

  @OptionGroup var limits: BundleArguments

  func run() throws {
    let reader = try limits.open(bundle, headers: .onReading)
    var unknown: [String] = []
    for id in ids {
      let lines = try BundleCommand.reporting { try reader.entries(for: id).map { try reader.line(at: $0) } }
      if lines.isEmpty { unknown.append(id) }
      for line in lines { try show(line, id) }
    }
    guard unknown.isEmpty else {
      for id in unknown {
        Console.report("\(bundle): error[unknown-document]: there is no document '\(id)'; list them with --documents")
      }
      throw ExitCodes.failure
    }
  }

  private func show(_ line: Data, _ id: String) throws {
    guard text else { return Console.print(String(decoding: line, as: UTF8.self)) }
    guard let document = try? JSONDecoder().decode(Document.self, from: line) else {
      Console.report("\(bundle): error[bad-document]: the line of '\(id)' is no document as toolkit writes them")
      throw ExitCodes.failure
    }
    Console.print(document.text)
  }
}
