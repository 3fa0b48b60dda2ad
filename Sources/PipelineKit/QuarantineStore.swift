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
    var counts: [String: Int] = [:]
  }

  /// How many documents it may hold.
  let limit: QuarantineLimit?
  private let total: @Sendable () -> Int?
  private let directory: URL
  private let order: [String]
  private let state = Mutex(State())
  /// How many items are kept for the brief.
  private static let shown = 20

  /// A store in `directory`; `stages` are all stage ids, in order.
  ///
  /// - Parameters:
  ///   - limit: how many documents it may hold; nil for any number.
  ///   - total: how many documents were read; nil as long as there may be more.
  init(
    in directory: URL, stages: [String], limit: QuarantineLimit? = nil, total: @escaping @Sendable () -> Int? = { nil }
  ) {
    self.directory = directory
    self.limit = limit
    self.total = total
    order = stages
  }

  /// Whether it holds more than it may, as far as that is known by now.
  var isOverLimit: Bool { limit.map { $0.isExceeded(by: count, of: total()) } ?? false }

  /// How many documents each stage has put here, in order.
  var countsByStage: [(stage: String, count: Int)] {
    let counts = state.withLock { $0.counts }
    return order.compactMap { stage in counts[stage].map { (stage, $0) } }
  }

  /// How many documents it holds.
  var count: Int { state.withLock { $0.count } }

  /// The first items, for the brief.
  var items: [Item] { state.withLock { $0.items } }

  /// Adds a document as it came to the stage.
  ///
  /// - Throws: ``StageError`` when it can't be written, or when these are more than there may be.
  func add(_ document: Document, stage: StageIdentity, error: any Error) throws {
    let code = errorCode(error)
    let record = Record(
      document: document, error: .init(code: code, message: describe(error)), stage: stage.id, use: stage.use,
      version: stage.version)
    let line = try JSONLine.encode(record) + Data([0x0A])
    try state.withLock { state in
      let file = try file(of: stage.id, &state)
      do {
        try file.write(contentsOf: line)
      } catch {
        throw StageError("io", "can't write \(url(of: stage.id).path): \(systemWords(systemNumber(of: error)))")
      }
      state.count += 1
      state.counts[stage.id, default: 0] += 1
      if state.items.count < Self.shown {
        state.items.append(Item(name: document.name, stage: stage.id, message: record.error.message))
      }
    }
    if isOverLimit { throw StageError("too-many-quarantined", "more documents are in quarantine than there may be") }
  }

  private static func failure(_ url: URL) -> StageError {
    StageError("io", "can't write \(url.path): \(systemWords(errno))")
  }

  /// All lines in one file, in the order of the stages, or those of the stages up to one; nil if there are none.
  func collect(upTo last: String? = nil) throws -> URL? {
    try state.withLock { state in
      let end = last.flatMap(order.firstIndex(of:)).map { $0 + 1 } ?? order.count
      let stages = order[..<end].filter { state.files[$0] != nil }
      guard !stages.isEmpty else { return nil }
      let target = directory.appendingPathComponent(last.map { "quarantine-up-to-\($0).jsonl" } ?? "quarantine.jsonl")
      do {
        try join(stages.map(url(of:)), into: target)
      } catch {
        throw StageError("io", "can't write \(target.path): \(systemWords(systemNumber(of: error)))")
      }
      return target
    }
  }

  private func join(_ files: [URL], into target: URL) throws {
    try Data().write(to: target)
    let output = try FileHandle(forWritingTo: target)
    defer { try? output.close() }
    for file in files {
      let input = try FileHandle(forReadingFrom: file)
      defer { try? input.close() }
      while let block = try input.read(upToCount: 1 << 20), !block.isEmpty { try output.write(contentsOf: block) }
    }
  }

  private func url(of stage: String) -> URL { directory.appendingPathComponent("quarantine-\(stage).jsonl") }

  private func file(of stage: String, _ state: inout State) throws -> FileHandle {
    if let file = state.files[stage] { return file }
    let url = url(of: stage)
    guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
      throw Self.failure(url)
    }
    guard let file = FileHandle(forWritingAtPath: url.path) else { throw Self.failure(url) }
    state.files[stage] = file
    return file
  }
}
