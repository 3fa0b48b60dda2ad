import Foundation
import StageKit

/// The tables of several bundles as one each, in files.
struct MergedTables: Sendable {
  /// Joined line by line, or record by record.
  static let names: Set<String> = ["stories.jsonl", "duplicates.csv", "quarantine.jsonl", "dropped.jsonl"]

  /// Name and place of each table that one of the bundles has.
  let files: [(name: String, file: URL)]
  /// Keeps the files for as long as they are used.
  private let folder: ScratchFolder

  init(_ bundles: [BundleReader], _ conflicts: BundleMerge.Conflicts) throws(BundleError) {
    folder = try ScratchFolder()
    var files: [(String, URL)] = []
    for name in Self.names.sorted() where bundles.contains(where: { $0.member(name) != nil }) {
      let file = try folder.file(name, Data())
      let output = try TableOutput(file)
      if name == "stories.jsonl" {
        try Self.joinStories(bundles, conflicts, to: output)
      } else if name.hasSuffix(".csv") {
        try Self.joinRecords(name, bundles, to: output)
      } else {
        try Self.joinLines(name, bundles, to: output)
      }
      try output.close()
      files.append((name, file))
    }
    self.files = files
  }

  /// Each line once.
  private static func joinLines(
    _ name: String, _ bundles: [BundleReader], to output: TableOutput
  ) throws(BundleError) {
    var seen: Set<String> = []
    for reader in bundles {
      try reader.forEachLine(of: name) { _, line throws(BundleError) in
        if seen.insert(ContentDigest.of(line)).inserted { try output.write(line, end: "\n") }
      }
    }
  }

  /// One header, and each row once.
  private static func joinRecords(
    _ name: String, _ bundles: [BundleReader], to output: TableOutput
  ) throws(BundleError) {
    var seen: Set<String> = []
    for reader in bundles {
      guard let member = reader.member(name) else { continue }
      let content = try reader.content(of: member)
      try content.withRawBytes { raw throws(BundleError) in
        for record in CSVRecords.records(in: raw) {
          let row = raw.slice(record)
          if seen.insert(ContentDigest.of(row)).inserted { try output.write(row, end: "\r\n") }
        }
      }
    }
  }

  /// Each story once: that of the bundle that is preferred.
  private static func joinStories(
    _ bundles: [BundleReader], _ conflicts: BundleMerge.Conflicts, to output: TableOutput
  ) throws(BundleError) {
    var owners: [String: (bundle: Int, hash: String)] = [:]
    for (number, reader) in bundles.enumerated() {
      try reader.forEachLine(of: "stories.jsonl") { place, line throws(BundleError) in
        guard let id = JSONKey.id(ofLine: line) else { return }
        let hash = ContentDigest.of(line)
        guard let owner = owners[id] else { return owners[id] = (number, hash) }
        guard owner.hash != hash else { return }
        switch conflicts {
        case .first: return
        case .last: owners[id] = (number, hash)
        case .fail:
          throw BundleError(
            .invalidInput,
            "the story '\(printable(id.utf8))' is in several bundles and not the same; say which to keep: "
              + "--prefer first or --prefer last", member: place.member)
        }
      }
    }
    for (number, reader) in bundles.enumerated() {
      try reader.forEachLine(of: "stories.jsonl") { _, line throws(BundleError) in
        if let id = JSONKey.id(ofLine: line), owners[id]?.bundle != number { return }
        try output.write(line, end: "\n")
      }
    }
  }
}

/// A file that lines are written to.
private final class TableOutput {
  private let handle: FileHandle
  private let path: String
  private var buffer: [UInt8] = []

  init(_ file: URL) throws(BundleError) {
    path = file.path
    do {
      handle = try FileHandle(forWritingTo: file)
    } catch {
      throw BundleError(.io, "cannot write a scratch file; check the space there", path: file.path)
    }
  }

  func write(_ line: UnsafeRawBufferPointer, end: StaticString) throws(BundleError) {
    buffer += line
    end.withUTF8Buffer { buffer += $0 }
    if buffer.count > 1 << 20 { try flush() }
  }

  func close() throws(BundleError) {
    try flush()
    try? handle.close()
  }

  private func flush() throws(BundleError) {
    do {
      try handle.write(contentsOf: buffer)
    } catch {
      throw BundleError(.io, "cannot write a scratch file; check the space there", path: path)
    }
    buffer = []
  }
}

extension BundleReader {
  /// Calls `body` with each line of a member that is there, in order. Blocks.
  func forEachLine(
    of name: String, _ body: (LinePlace, UnsafeRawBufferPointer) throws(BundleError) -> Void
  ) throws(BundleError) {
    guard let member = member(name) else { return }
    var cutter = LineCutter(limit: limits.lineBytes, member: name)
    do throws(BundleError) {
      try forEachChunk(of: member) { bytes throws(BundleError) in try cutter.take(bytes, body) }
      try cutter.finish(body)
    } catch {
      throw error.at(url.path)
    }
  }
}
