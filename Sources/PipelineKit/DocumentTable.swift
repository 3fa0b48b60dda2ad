import Foundation
import StageKit
import Synchronization

/// The documents that the sources of a run gave, each by id and content: how the next run tells new from changed.
///
/// 24 bytes a document, sorted, in memory and in a file of the cache: a magic number, the entries, and a hash of both.
final class DocumentTable: Sendable {
  /// How the documents of a run differ from those of an earlier one.
  struct Difference: Equatable {
    var same = 0
    var changed = 0
    var new = 0
    var gone = 0
  }

  /// A document.
  struct Entry: Comparable, Sendable {
    fileprivate var id: UInt64
    fileprivate var high: UInt64
    fileprivate var low: UInt64

    /// A document by its id and the key of its content.
    init(_ id: String, _ content: ContentKey) {
      self.init(id: ContentKey(of: id).high, high: content.high, low: content.low)
    }

    fileprivate init(id: UInt64, high: UInt64, low: UInt64) {
      self.id = id
      self.high = high
      self.low = low
    }

    static func < (a: Entry, b: Entry) -> Bool { (a.id, a.high, a.low) < (b.id, b.high, b.low) }
  }

  private let entries: Mutex<[Entry]>
  private static let magic = Array("toolkit documents 1\n".utf8)
  private static let entryBytes = 24

  /// A table without documents.
  init() { entries = Mutex([]) }

  private init(_ entries: [Entry]) { self.entries = Mutex(entries) }

  /// Adds documents; ids may be added in any order.
  func add(_ documents: [Entry]) { entries.withLock { $0 += documents } }

  /// How many documents there are.
  var count: Int { entries.withLock { $0.count } }

  /// How the documents of this table differ from those of an earlier one.
  func difference(from earlier: DocumentTable) -> Difference {
    let (old, now) = (earlier.sorted(), sorted())
    var result = Difference()
    var (i, j) = (0, 0)
    while i < old.count || j < now.count {
      if j == now.count || (i < old.count && old[i].id < now[j].id) {
        result.gone += 1
        i += 1
      } else if i == old.count || now[j].id < old[i].id {
        result.new += 1
        j += 1
      } else {
        if old[i] == now[j] { result.same += 1 } else { result.changed += 1 }
        i += 1
        j += 1
      }
    }
    return result
  }

  /// Writes the table in one step, in the name of a run, and makes its folder if need be. Blocks.
  func save(to file: URL, run: String) throws {
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    var data = Data(Self.magic)
    for entry in sorted() {
      for number in [entry.id, entry.high, entry.low] {
        withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
      }
    }
    data.append(contentsOf: Self.check(data))
    try PartialFiles.write(data, to: file, run: run)
  }

  /// Reads a table; nil if there is none or it is damaged. Blocks.
  static func load(from file: URL) -> DocumentTable? {
    guard let data = try? Data(contentsOf: file), data.count >= magic.count + 16, data.starts(with: magic),
      (data.count - magic.count - 16) % entryBytes == 0, Array(data.suffix(16)) == check(data.dropLast(16))
    else { return nil }
    let entries = data.withUnsafeBytes { bytes in
      stride(from: magic.count, to: bytes.count - 16, by: entryBytes).map { start in
        let numbers = (0..<3).map {
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 8 * $0, as: UInt64.self))
        }
        return Entry(id: numbers[0], high: numbers[1], low: numbers[2])
      }
    }
    return DocumentTable(entries)
  }

  private func sorted() -> [Entry] {
    entries.withLock { entries in
      entries.sort()
      return entries
    }
  }

  private static func check(_ data: Data) -> [UInt8] {
    let key = data.withUnsafeBytes { ContentKey(of: $0) }
    return withUnsafeBytes(of: (key.high.littleEndian, key.low.littleEndian)) { Array($0) }
  }
}
