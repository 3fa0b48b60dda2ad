import Foundation
import StageKit
import TextKit

/// The ids and paths of all documents on disk; in memory is where each lies (8 bytes a document).
///
/// A record is the bytes that documents are sorted by, path first, and the id as it is, where those don't show it.
struct NameFile: Sendable {
  private var writer: ScratchWriter
  private var starts: [Int] = [0]

  /// No names, in a file of `directory`.
  init(in directory: URL) throws { writer = ScratchWriter(try ScratchFile(in: directory, name: "names")) }

  /// Adds the next document's record; used by one thread at a time.
  mutating func append(_ record: [UInt8]) throws {
    try record.withUnsafeBytes { try writer.append($0) }
    starts.append(writer.end)
  }

  /// Ends the adding; names can be read from then on.
  mutating func finish() throws { try writer.flush() }

  /// The record of a document.
  static func record(path: String, id: String) -> [UInt8] {
    var record: [UInt8] = []
    record.reserveCapacity(path.utf8.count + id.utf8.count + 2)
    appendKey(path, to: &record)
    let start = record.count
    appendKey(id, to: &record)
    if !record[start..<record.count - 1].elementsEqual(id.utf8) { record.append(contentsOf: id.utf8) }
    return record
  }

  /// A document's id.
  func id(of place: Int) throws -> String {
    let record = try writer.file.read(UInt8.self, count: starts[place + 1] - starts[place], at: starts[place])
    let parts = record.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw StageError("io", "a scratch file was changed while the run used it") }
    return String(decoding: parts[2].isEmpty ? parts[1] : parts[2], as: UTF8.self)
  }

  /// Writes `length` bytes of a document's record, from `offset` on, and zeros after the record's end.
  func copy(of place: Int, from offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    let start = min(starts[place] + offset, starts[place + 1])
    let count = min(buffer.count, starts[place + 1] - start)
    try writer.file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: start)
    for index in count..<buffer.count { buffer[index] = 0 }
  }

  /// How long a document's record is.
  func length(of place: Int) -> Int { starts[place + 1] - starts[place] }

  /// Appends bytes whose order is that of Swift's strings, which is by canonical equivalence, and a zero at the end.
  private static func appendKey(_ text: String, to record: inout [UInt8]) {
    for byte in text.utf8.contains(where: { $0 >= 0x80 }) ? UnicodeForm.nfc(text).utf8 : text.utf8 {
      // The zero must stay the smallest.
      if byte > 1 { record.append(byte) } else { record.append(contentsOf: [1, byte + 1]) }
    }
    record.append(0)
  }
}
