import Foundation
import StageKit
import Synchronization

/// Which documents stages have ended, and why: JSON Lines on disk, one file a stage, so that the whole is in the order
/// of the pipeline however the stages took turns.
///
/// With the documents at the pipeline's end and those in quarantine these are all that came in: whoever has the three
/// files can count for himself. A line has no text.
final class DropStore: Sendable {
  /// One line.
  struct Record: Codable, Sendable {
    var id: String
    /// Where the document was read.
    var path: String?
    /// Where in that file it starts, in bytes, if the file holds several.
    var offset: Int?
    var stage: String
    var reason: String

    init(_ document: Document, stage: String, reason: String) {
      id = document.id
      path = document.origin?.path
      offset = document.origin?.offset
      self.stage = stage
      self.reason = reason
    }
  }

  private struct StageFile {
    var handle: FileHandle
    var buffer = Data()
  }

  private let directory: URL
  private let order: [String]
  private let files = Mutex<[String: StageFile]>([:])
  /// Lines wait in memory until there are so many bytes of them.
  private static let bufferSize = 64 << 10

  /// A store in `directory`; `stages` are all stage ids, in order.
  init(in directory: URL, stages: [String]) {
    self.directory = directory
    order = stages
  }

  /// Adds a document that `stage` has ended.
  ///
  /// - Throws: ``StageError`` when the line can't be written.
  func add(_ record: Record) throws {
    let line = try JSONLine.encode(record)
    try files.withLock { files in
      var file = try files.removeValue(forKey: record.stage) ?? open(record.stage)
      file.buffer.append(line)
      file.buffer.append(0x0A)
      if file.buffer.count >= Self.bufferSize { try flush(&file, of: record.stage) }
      files[record.stage] = file
    }
  }

  /// All lines in one file, in the order of the stages, or those of the stages up to one; nil if there are none.
  func collect(upTo last: String? = nil) throws -> URL? {
    try files.withLock { files in
      let end = last.flatMap(order.firstIndex(of:)).map { $0 + 1 } ?? order.count
      let stages = order[..<end].filter { files[$0] != nil }
      guard !stages.isEmpty else { return nil }
      let target = directory.appendingPathComponent(last.map { "dropped-up-to-\($0).jsonl" } ?? "dropped.jsonl")
      let output = try create(target)
      defer { try? output.close() }
      for stage in stages {
        if var file = files[stage] {
          try flush(&file, of: stage)
          files[stage] = file
        }
        let input = try FileHandle(forReadingFrom: url(of: stage))
        defer { try? input.close() }
        while let block = try input.read(upToCount: 1 << 20), !block.isEmpty { try output.write(contentsOf: block) }
      }
      return target
    }
  }

  private func url(of stage: String) -> URL { directory.appendingPathComponent("dropped-by-\(stage).jsonl") }

  private func open(_ stage: String) throws -> StageFile { StageFile(handle: try create(url(of: stage))) }

  private func create(_ url: URL) throws -> FileHandle {
    guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
      throw StageError("io", "can't write \(url.path); is the disk full or read-only?")
    }
    return try FileHandle(forWritingTo: url)
  }

  private func flush(_ file: inout StageFile, of stage: String) throws {
    do {
      try file.handle.write(contentsOf: file.buffer)
    } catch {
      throw StageError(
        "io", "can't write \(url(of: stage).path): \(error.localizedDescription); is the disk full?")
    }
    file.buffer.removeAll(keepingCapacity: true)
  }
}
