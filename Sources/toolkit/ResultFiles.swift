import BundleKit
import Foundation
import StageKit

/// What a run left, to look things up in: a bundle, or the folder of `export`. Reads line by line, in bounded memory.
struct ResultFiles {
  private enum Place {
    case bundle(BundleReader)
    case folder(URL)
  }

  /// As the user named it.
  let path: String
  private let place: Place
  /// Longer lines are not looked at: no stage writes them, and they would have to be held in memory.
  private static let longestLine = 1 << 30

  /// Opens a bundle, or a folder that has one of the files.
  ///
  /// - Throws: ``StageError`` if there is nothing to look in, `BundleError` for a bundle that breaks a rule.
  init(_ path: String) throws {
    self.path = path
    let url = URL(fileURLWithPath: path)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw StageError("missing-file", "there is no bundle or folder '\(path)'")
    }
    guard isFolder.boolValue else {
      place = .bundle(try BundleReader(at: url))
      return
    }
    place = .folder(url)
    if documents.isEmpty, !has("quarantine.jsonl"), !has("dropped.jsonl") {
      throw StageError(
        "no-result",
        "the folder '\(path)' holds no documents.jsonl; name a bundle, or the folder that 'export' wrote with the "
          + "format jsonl")
    }
  }

  /// The newest of the bundles in one folder, and of another folder with its subfolders, if they hold results; nil if
  /// there is none. A folder is as old as what its run wrote last.
  static func newest(bundlesIn archives: String, foldersIn out: String) -> String? {
    func names(_ folder: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }
    func date(_ path: String) -> Date? {
      (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
    }
    var found: [(date: Date, path: String)] = []
    for name in names(archives) where name.lowercased().hasSuffix(".zip") && !name.hasPrefix(".") {
      if let date = date("\(archives)/\(name)") { found.append((date, "\(archives)/\(name)")) }
    }
    for folder in [out] + names(out).filter({ !$0.hasPrefix(".") }).map({ "\(out)/\($0)" }) {
      // Without documents, most questions have no answer there.
      guard date("\(folder)/documents.jsonl") != nil else { continue }
      if let date = ["documents.jsonl", "run.json"].compactMap({ date("\(folder)/\($0)") }).max() {
        found.append((date, folder))
      }
    }
    return found.max { ($0.date, $0.path) < ($1.date, $1.path) }?.path
  }

  /// The files with documents, in order.
  var documents: [String] {
    switch place {
    case .bundle(let reader): reader.documentParts.map(\.name)
    case .folder: has("documents.jsonl") ? ["documents.jsonl"] : []
    }
  }

  /// Whether there is a file of that name.
  func has(_ name: String) -> Bool {
    switch place {
    case .bundle(let reader): reader.member(name) != nil
    case .folder(let url): FileManager.default.fileExists(atPath: url.appendingPathComponent(name).path)
    }
  }

  /// The report of the run; nil if it is not there, or is not one that this version can read.
  func report() throws -> RunReport? {
    guard has("run.json") else { return nil }
    let data: Data? =
      switch place {
      case .bundle(let reader): try reader.read("run.json")
      case .folder(let url): try? Data(contentsOf: url.appendingPathComponent("run.json"))
      }
    return data.flatMap { try? JSONDecoder().decode(RunReport.self, from: $0) }
  }

  /// Calls `body` with each line of a file that is there, in order.
  ///
  /// - Parameter needles: lines without any of these are passed over; nil for all.
  /// - Throws: `BundleError` for a damaged bundle, ``StageError`` for a file that can't be read, and what `body` throws.
  func forEachLine(of name: String, with needles: [Data]? = nil, _ body: (Data) throws -> Void) throws {
    guard has(name) else { return }
    let needles = needles?.map { [UInt8]($0) }
    var rest = Data()
    func take(_ chunk: Data) throws {
      let known = rest.count
      rest.append(chunk)
      let (lines, end) = rest.withUnsafeBytes { LineSearch.lines(in: $0, known: known, with: needles) }
      for line in lines { try body(rest.subdata(in: line)) }
      rest = rest.subdata(in: end..<rest.count)
      guard rest.count <= Self.longestLine else {
        throw StageError("too-large", "\(name) of '\(path)' has a line of more than \(Self.longestLine) bytes")
      }
    }
    switch place {
    case .bundle(let reader):
      let chunks = try reader.chunks(of: name)
      while let chunk = try chunks.next() { try take(Data(chunk)) }
    case .folder(let url):
      let file = url.appendingPathComponent(name)
      do {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty { try take(chunk) }
      } catch let error as CocoaError {
        throw StageError("unreadable", "\(file.path) can't be read: \(error.localizedDescription)")
      }
    }
    guard !rest.isEmpty, rest.withUnsafeBytes({ LineSearch.has(any: needles, in: $0, 0..<$0.count) }) else { return }
    try body(rest)
  }
}
