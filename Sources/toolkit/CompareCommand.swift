import ArgumentParser
import DuplicatesPlugin
import Foundation
import PipelineKit
import StageKit

/// `toolkit compare`: whether two files are one article, and what shows it.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Show two files side by side: copies, translations, or different texts.",
    discussion: """
      Files are read as read-files does, and judged as find-duplicates would if it saw these two alone. The verdict is \
      exact, near, translation, excerpt (most of one is in the longer other one) or different; the exit code is 0 \
      either way. Sentences are numbered from 0, as in documents.jsonl. Without the sentence encoder's model only words \
      are compared, and the notes say so.
      """)

  @Argument(help: "A file with one document: plain text, Markdown or JSON Lines.")
  var first: String

  @Argument(help: "Another one.")
  var second: String

  @OptionGroup var caching: CacheArguments

  @Option(help: "text or json.")
  var format = OutputFormat.text

  func run() async throws {
    let encoder = Surroundings.encoder
    let task = Task { try await compare(encoder) }
    let interrupts = Interrupts { task.cancel() }
    defer { interrupts.stop() }
    let pair: ComparedPair
    do {
      pair = try await task.value
    } catch is CancellationError {
      throw ExitCodes.interrupted
    } catch let error as StageError {
      Console.report("error: \(error)")
      throw ExitCodes.failure
    } catch {
      Console.report("error: the sentence encoder failed: \(error)")
      throw ExitCodes.failure
    }
    switch format {
    case .json: try Console.print(json: pair)
    case .text: Console.print(ComparisonText(pair, width: Console.outputColumns).text)
    }
  }

  private func compare(_ encoder: EncoderLoader) async throws -> ComparedPair {
    var mine = try await DocumentFile.read(first, cacheDirectory: caching.url)
    var theirs = try await DocumentFile.read(second, cacheDirectory: caching.url)
    let store = caching.openStore()
    defer { store?.close() }
    let vectors = SentenceVectors(encoder, threads: ProcessInfo.processInfo.activeProcessorCount, store: store)
    var reason: String?
    if case .missing(let why) = encoder.status { reason = why }
    let comparison = try await DocumentComparison(&mine, &theirs, vectors: vectors, missing: reason)
    return ComparedPair(mine, theirs, comparison)
  }
}

/// What `compare --format json` prints: the comparison with the two documents.
struct ComparedPair: Encodable {
  /// One of the two.
  struct Side: Encodable {
    var id: String
    var path: String?
    var title: String?
    var language: String?
    var published: String?
    var sentences: [String]
  }

  var first: Side
  var second: Side
  var comparison: DocumentComparison

  init(_ first: Document, _ second: Document, _ comparison: DocumentComparison) {
    self.first = Side(first)
    self.second = Side(second)
    self.comparison = comparison
  }

  private enum Key: CodingKey { case first, second }

  func encode(to encoder: any Encoder) throws {
    try comparison.encode(to: encoder)
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(first, forKey: .first)
    try fields.encode(second, forKey: .second)
  }
}

extension ComparedPair.Side {
  fileprivate init(_ document: Document) {
    self.init(
      id: document.id, path: document.origin?.path, title: document.title, language: document.language?.code,
      published: document.published, sentences: document.sentenceTexts())
  }
}
