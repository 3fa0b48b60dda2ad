import Foundation
import StageKit
import Synchronization

/// Where documents go that a stage could not process: JSON Lines on disk, one file a stage, so that the whole is in
/// the order of the pipeline however the stages took turns.
///
/// A line is `{"document": …, "error": {"code", "message"}, "stage", "use", "version"}`; the document is as it came to
/// the stage.
final class QuarantineStore: Sendable {
  /// One line.
  struct Record: Codable {
    struct Failure: Codable {
      var code: String
      var message: String
    }
    var document: Document
    var error: Failure
    var stage: String
    var use: String
    var version: String
  }

  /// What a person needs of a line.
  struct Item: Sendable {
    var name: String
    var stage: String
    var message: String
  }

  private struct State {
    var files: [String: FileHandle] = [:]
    var items: [Item] = []
    var count = 0
  }

  private let directory: URL
  private let order: [String]
  private let state = Mutex(State())
  /// How many items are kept for the brief.
  private static let shown = 20

  /// A store in `directory`; `stages` are all stage ids, in order.
  init(in directory: URL, stages: [String]) {
    self.directory = directory
    order = stages
  }

  /// How many documents it holds.
  var count: Int { state.withLock { $0.count } }

  /// The first items, for the brief.
  var items: [Item] { state.withLock { $0.items } }

  /// Adds a document as it came to the stage.
  func add(_ document: Document, stage: StageIdentity, error: any Error) throws {
    let code = (error as? StageError)?.code ?? (error as? Diagnostic)?.code ?? "error"
    let record = Record(
      document: document, error: .init(code: code, message: describe(error)), stage: stage.id, use: stage.use,
      version: stage.version)
    let line = try JSONLine.encode(record) + Data([0x0A])
    try state.withLock { state in
      try file(of: stage.id, &state).write(contentsOf: line)
      state.count += 1
      if state.items.count < Self.shown {
        state.items.append(Item(name: document.name, stage: stage.id, message: record.error.message))
      }
    }
  }

  /// All lines in one file, in the order of the stages, or those of the stages up to one; nil if there are none.
  func collect(upTo last: String? = nil) throws -> URL? {
    try state.withLock { state in
      let end = last.flatMap(order.firstIndex(of:)).map { $0 + 1 } ?? order.count
      let stages = order[..<end].filter { state.files[$0] != nil }
      guard !stages.isEmpty else { return nil }
      let target = directory.appendingPathComponent(last.map { "quarantine-up-to-\($0).jsonl" } ?? "quarantine.jsonl")
      guard FileManager.default.createFile(atPath: target.path, contents: nil) else {
        throw StageError("io", "can't write \(target.path); is the disk full or read-only?")
      }
      let output = try FileHandle(forWritingTo: target)
      defer { try? output.close() }
      for stage in stages {
        let input = try FileHandle(forReadingFrom: url(of: stage))
        defer { try? input.close() }
        while let block = try input.read(upToCount: 1 << 20), !block.isEmpty { try output.write(contentsOf: block) }
      }
      return target
    }
  }

  private func url(of stage: String) -> URL { directory.appendingPathComponent("quarantine-\(stage).jsonl") }

  private func file(of stage: String, _ state: inout State) throws -> FileHandle {
    if let file = state.files[stage] { return file }
    let url = url(of: stage)
    guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
      throw StageError("io", "can't write \(url.path); is the disk full or read-only?")
    }
    let file = try FileHandle(forWritingTo: url)
    state.files[stage] = file
    return file
  }
}
