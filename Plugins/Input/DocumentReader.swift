import Foundation
import StageKit
import Synchronization

/// A document, or what could not become one and why.
enum Reading: Sendable {
  case document(Document)
  case fault(Document, StageError)
}

/// Reads listed files one after the other, in batches small enough to hold two in memory.
///
/// Blocks: call it from a thread of its own, one call at a time.
final class DocumentReader: Sendable {
  private struct Progress {
    var nextFile = 0
    var bytesRead = 0
    var lines: (file: ListedFile, splitter: JSONLineSplitter, found: Int)?
  }

  private let files: [ListedFile]
  private let maxBytes: Int
  private let warn: @Sendable (String) -> Void
  private let progress = Mutex(Progress())

  /// A batch ends after so many documents or bytes, whichever comes first.
  private static let batch = (count: 64, bytes: 1 << 20)

  init(_ files: [ListedFile], maxBytes: Int, warn: @escaping @Sendable (String) -> Void) {
    self.files = files
    self.maxBytes = maxBytes
    self.warn = warn
  }

  /// How many bytes have been read: whole files, and lines with their breaks.
  var bytesRead: Int { progress.withLock { $0.bytesRead } }

  /// The next documents; none after the last.
  func nextBatch() -> [Reading] {
    progress.withLock { progress in
      var batch: [Reading] = []
      var bytes = 0
      while batch.count < Self.batch.count, bytes < Self.batch.bytes, let reading = next(&progress) {
        batch.append(reading)
        if case .document(let document) = reading { bytes += document.text.utf8.count }
      }
      return batch
    }
  }

  private func next(_ progress: inout Progress) -> Reading? {
    while true {
      if progress.lines != nil {
        if let reading = nextLine(&progress) { return reading }
        continue
      }
      guard progress.nextFile < files.count else { return nil }
      let file = files[progress.nextFile]
      progress.nextFile += 1
      do throws(StageError) {
        if let problem = file.problem { throw problem }
        let format = try FileFormat(of: file.shown)
        let open = try FileAccess.open(file.path, shown: file.shown)
        if format == .jsonLines {
          progress.lines = (file, JSONLineSplitter(open, limit: maxBytes), 0)
          continue
        }
        return try whole(open, file, format, &progress.bytesRead)
      } catch {
        return .fault(unread(file), error)
      }
    }
  }

  /// Reads a file that is one document.
  private func whole(
    _ open: OpenFile, _ file: ListedFile, _ format: FileFormat, _ bytesRead: inout Int
  ) throws(StageError) -> Reading {
    let name = "'\(file.shown.text)'"
    var bytes: [UInt8] = []
    let size = open.size
    if size > maxBytes { return .fault(unread(file, size: size), tooLarge(name, "\(size)")) }
    bytes.reserveCapacity(size)
    // One byte more than the file should have shows its end at once; a file that grows stops at the limit.
    while bytes.count <= maxBytes {
      let piece = try open.read(min(max(size - bytes.count, 4096) + 1, maxBytes + 1 - bytes.count))
      if piece.isEmpty { break }
      bytes += piece
    }
    bytesRead += bytes.count
    if bytes.count > maxBytes { return .fault(unread(file, size: size), tooLarge(name, "more than \(maxBytes)")) }
    let hash = ContentHash.sha256(bytes)
    let origin = Document.Origin(path: file.shown.text, sha256: hash, bytes: bytes.count)
    do throws(StageError) {
      guard !bytes.isEmpty else {
        throw StageError("empty-file", "\(name) is empty (0 bytes); fetch it again, or remove it if nothing is missing")
      }
      let decoded = try DecodedText(bytes, name: name)
      guard !decoded.text.isEmpty else {
        throw StageError(
          "empty-file", "\(name) holds nothing but white space; fetch it again, or remove it if nothing is missing")
      }
      var document = Self.document(decoded.text, format, id: Self.id(file.shown, hash))
      document.origin = origin
      document.fileModified = open.modified
      return .document(document)
    } catch {
      var document = Document(id: Self.id(file.shown, hash), text: "")
      document.origin = origin
      return .fault(document, error)
    }
  }

  private static func document(_ text: String, _ format: FileFormat, id: String) -> Document {
    guard format == .markdown else {
      let parts = TextParts(plainText: text)
      var document = Document(id: id, text: parts.text)
      document.title = parts.title
      document.published = parts.published
      document.author = parts.author
      return document
    }
    return MarkdownText(text).document(id: id)
  }

  /// Reads the next line of a JSON Lines file; nil at its end.
  private func nextLine(_ progress: inout Progress) -> Reading? {
    guard let lines = progress.lines else { return nil }
    let file = lines.file
    var (splitter, found) = (lines.splitter, lines.found)
    progress.lines = nil
    do throws(StageError) {
      while let line = try splitter.next() {
        progress.bytesRead += line.length + (line.isClosed ? 1 : 0)
        guard let reading = read(line, of: file) else { continue }
        found += 1
        progress.lines = (file, splitter, found)
        if case .fault(_, let error) = reading, error.code == "not-utf8" { progress.lines = nil }
        return reading
      }
    } catch {
      return .fault(unread(file), error)
    }
    if found == 0 { warn("'\(file.shown.text)' holds no documents: it has no line with a JSON object") }
    return nil
  }

  /// Reads one line; nil if it is blank.
  private func read(_ line: JSONLineSplitter.Line, of file: ListedFile) -> Reading? {
    let name = "'\(file.shown.text)'"
    let place = "\(name), line \(line.number) (byte \(line.offset))"
    guard var bytes = line.bytes else {
      return .fault(
        unread(file, offset: line.offset, size: line.length), tooLarge("\(name) line \(line.number)", "\(line.length)"))
    }
    if line.offset == 0 {
      if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
        return .fault(
          unread(file),
          StageError(
            "not-utf8", "\(name) is UTF-16, but JSON Lines must be UTF-8; convert it with 'iconv -f UTF-16 -t UTF-8'"))
      }
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    }
    if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return nil }
    let start = line.offset + line.length - bytes.count
    let hash = ContentHash.sha256(bytes)
    let id = Self.id(file.shown, hash, offset: line.offset)
    let origin = Document.Origin(path: file.shown.text, sha256: hash, bytes: bytes.count, offset: line.offset)
    do throws(StageError) {
      try DecodedText.check(bytes, name: name, start: start, line: line.number)
      do throws(StageError) {
        return .document(try JSONDocument.document(bytes, isClosed: line.isClosed, origin: origin, id: id))
      } catch {
        throw StageError(error.code, "\(place): \(error.message)")
      }
    } catch {
      var document = Document(id: id, text: "")
      document.origin = origin
      return .fault(document, error)
    }
  }

  private func tooLarge(_ name: String, _ size: String) -> StageError {
    StageError(
      "too-large", "\(name) has \(size) bytes and the limit is \(maxBytes); raise 'max-bytes', or split it")
  }

  /// Stands for what was not read; there is no hash of what nobody has read.
  private func unread(_ file: ListedFile, offset: Int? = nil, size: Int = 0) -> Document {
    var document = Document(id: Self.id(file.shown, "", offset: offset), text: "")
    document.origin = Document.Origin(path: file.shown.text, sha256: nil, bytes: size, offset: offset)
    return document
  }

  /// The first 16 hexadecimal digits of the SHA-256 of path and content hash, and of the offset if there is one.
  static func id(_ path: FilePath, _ hash: String, offset: Int? = nil) -> String {
    let place = offset.map { "#\($0)" } ?? ""
    return String(ContentHash.sha256("\(path.text)\n\(hash)\(place)").prefix(16))
  }
}
