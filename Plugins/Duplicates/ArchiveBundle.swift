import BundleKit
import Foundation
import StageKit

/// An earlier run's bundle, as today's documents are compared with it.
struct ArchiveBundle: Sendable {
  /// Its file name.
  let name: String
  /// The day of the run that wrote it.
  let date: String
  private let reader: BundleReader
  private let parts: [String]

  /// A bundle that can't be used says so in an error that names it.
  init(at url: URL) throws {
    do {
      reader = try BundleReader(at: url)
      name = url.lastPathComponent
      let report = try reader.read("run.json")
      guard let day = try? JSONDecoder().decode(Day.self, from: report) else {
        throw StageError("bad-bundle", "its run.json has no date")
      }
      date = day.date
      parts = reader.documentParts.map(\.name)
    } catch let error as BundleError {
      throw StageError(error.code.rawValue, "\(error)")
    }
  }

  private struct Day: Decodable {
    var date: String
  }

  /// The bundles that paths and patterns stand for, each once, by path.
  static func files(_ paths: [InputPath]) -> [URL] {
    var seen: Set<String> = []
    return paths.flatMap { path in path.isPattern ? matches(of: path) : [path.url] }
      .filter { seen.insert($0.standardizedFileURL.path).inserted }
  }

  private static func matches(of path: InputPath) -> [URL] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(path.url.path, 0, nil, &found) == 0, let names = found.gl_pathv else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { names[$0].map { URL(fileURLWithPath: String(cString: $0)) } }
  }

  /// Calls `body` with the documents of the bundle, in order, so many at a time; summaries and exact copies, which have
  /// nothing of their own, are left out.
  func forEachBatch(of size: Int, _ body: ([Document]) async throws -> Void) async throws {
    let decoder = JSONDecoder()
    var batch: [Document] = []
    for part in parts {
      let data = try await offload { [reader] in
        do {
          return try reader.read(part)
        } catch let error as BundleError {
          throw StageError(error.code.rawValue, "\(error)")
        }
      }
      for (number, line) in data.split(separator: 0x0A).enumerated() {
        guard let document = try? decoder.decode(Document.self, from: line) else {
          throw StageError("bad-document", "\(part), line \(number + 1) is no document as toolkit writes them")
        }
        let isCopy = document.duplicate?.role == .copy && document.duplicate?.kind == .exact
        guard document.kind == .document, !isCopy else { continue }
        batch.append(document)
        guard batch.count >= size else { continue }
        try await body(batch)
        batch.removeAll(keepingCapacity: true)
      }
    }
    if !batch.isEmpty { try await body(batch) }
  }

  /// The vectors that the bundle brings along; nil if it has none by this encoder.
  func vectors(identity: String, dimension: Int, in directory: URL) async throws -> ArchiveVectors.Reader? {
    for member in reader.members.map(\.name) where member.hasPrefix("vectors/") && member.hasSuffix(".bin") {
      let found = try await offload { [reader] () -> ArchiveVectors.Reader? in
        do {
          let chunks = try reader.chunks(of: member)
          let file = try ScratchFile(in: directory, name: "archive-vectors")
          var size = 0
          while let chunk = try chunks.next() {
            try chunk.withUnsafeBytes { try file.write($0, at: size) }
            size += chunk.count
          }
          return try ArchiveVectors.Reader(file, size: size, identity: identity, dimension: dimension)
        } catch let error as BundleError {
          throw StageError(error.code.rawValue, "\(error)")
        }
      }
      if let found { return found }
    }
    return nil
  }
}
