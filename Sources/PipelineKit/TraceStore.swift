import Foundation
import StageKit
import Synchronization

/// What `--trace` keeps: a sample of documents as they came to each stage and as they left it.
///
/// A line of `trace.jsonl` is `{"document": …, "stage", "when": "before"|"after"|"dropped"|"quarantined", "reason"?}`:
/// stage by stage in the order of the pipeline, in each the documents in the order of their ids' hashes, and each one's
/// lines in the order of the words above. The same input gives the same bytes, for any number of workers.
final class TraceStore: Sendable {
  /// At what moment a document was kept.
  enum Moment: String, Codable, Comparable, CaseIterable {
    case before, after, dropped, quarantined

    static func < (a: Moment, b: Moment) -> Bool {
      (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
    }
  }

  private struct Line: Encodable {
    var document: Document
    var reason: String?
    var stage: String
    var when: Moment
  }

  /// Where a line lies, and what decides whether and where it is published.
  private struct Entry {
    var stage: Int
    var id: String
    var parents: [String]
    var moment: Moment
    var offset: UInt64
    var length: Int
  }

  private struct State {
    var file: FileHandle?
    var end: UInt64 = 0
    var entries: [Entry] = []
    var failure: String?
  }

  /// The most documents that can be followed.
  static let limit = 1000

  private let url: URL
  private let places: [String: Int]
  private let size: Int
  private let sample: TraceSample
  private let state = Mutex(State())

  /// A store in `directory` for up to `size` documents; `stages` are all stage ids, in order.
  init(in directory: URL, stages: [String], size: Int) {
    url = directory.appendingPathComponent("trace-lines.jsonl")
    places = Dictionary(stages.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    self.size = size
    sample = TraceSample(size: size)
  }

  /// Notes that a source passed the document; to be called before it is kept.
  func add(_ id: String) { sample.add(id) }

  /// Keeps the document if it is followed, or made of one that is. Never fails: a trace is not worth a run.
  func keep(_ document: Document, at stage: String, _ moment: Moment, because reason: String? = nil) {
    guard follows(document.id, document.parents) else { return }
    let line = Line(document: document, reason: reason, stage: stage, when: moment)
    guard let bytes = try? JSONLine.encode(line) else { return }
    state.withLock { state in
      guard state.failure == nil else { return }
      do {
        let file = try state.file ?? open()
        state.file = file
        try file.write(contentsOf: bytes + Data([0x0A]))
        state.entries.append(
          Entry(
            stage: places[stage] ?? places.count, id: document.id, parents: document.parents, moment: moment,
            offset: state.end, length: bytes.count + 1))
        state.end += UInt64(bytes.count + 1)
      } catch {
        state.failure = "the trace could not be written: \(describe(error))"
      }
    }
  }

  /// Writes the lines of the final sample.
  ///
  /// - Throws: ``StageError`` when they can't be written, or could not be kept.
  func write(to target: URL) throws {
    try state.withLock { state in
      if let failure = state.failure { throw StageError("io", failure) }
      guard FileManager.default.createFile(atPath: target.path, contents: nil) else {
        throw StageError("io", "can't write \(target.path); is the disk full or read-only?")
      }
      let output = try FileHandle(forWritingTo: target)
      defer { try? output.close() }
      guard state.file != nil else { return }
      let input = try FileHandle(forReadingFrom: url)
      defer { try? input.close() }
      for entry in final(state.entries) {
        try input.seek(toOffset: entry.offset)
        guard let line = try input.read(upToCount: entry.length), line.count == entry.length else {
          throw StageError("io", "\(url.path) was cut short while the run used it")
        }
        try output.write(contentsOf: line)
      }
    }
  }

  private func follows(_ id: String, _ parents: [String]) -> Bool {
    sample.contains(id) || parents.contains(where: sample.contains)
  }

  /// What is published: the sample, and at each stage as many documents that were made of it, at most.
  private func final(_ entries: [Entry]) -> [Entry] {
    let sorted = entries.enumerated().filter { follows($0.element.id, $0.element.parents) }
      .map { (hash: TraceSample.hash($0.element.id), offset: $0.offset, entry: $0.element) }
      .sorted {
        ($0.entry.stage, $0.hash, $0.entry.id, $0.entry.moment, $0.offset)
          < ($1.entry.stage, $1.hash, $1.entry.id, $1.entry.moment, $1.offset)
      }
    var made: [Int: Set<String>] = [:]
    return sorted.map(\.entry).filter { entry in
      if sample.contains(entry.id) { return true }
      if made[entry.stage]?.contains(entry.id) == true { return true }
      guard made[entry.stage, default: []].count < size else { return false }
      made[entry.stage]?.insert(entry.id)
      return true
    }
  }

  private func open() throws -> FileHandle {
    guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
      throw StageError("io", "can't write \(url.path); is the disk full or read-only?")
    }
    return try FileHandle(forWritingTo: url)
  }
}
