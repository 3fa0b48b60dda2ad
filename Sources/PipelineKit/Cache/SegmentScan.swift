import Foundation
import StageKit

/// Reads a segment from its beginning, as far as it is whole.
struct SegmentScan {
  private let file: OpenFile
  private let bytes: Int
  private var window: [UInt8] = []
  private var windowStart = 0
  private var offset = SegmentRecord.firstOffset
  private static let windowBytes = 1 << 20

  /// A scan of an open file; nil if it is no segment.
  init?(_ file: OpenFile) {
    guard let bytes = file.facts?.bytes, bytes >= SegmentRecord.firstOffset, bytes <= RecordPlace.offsetLimit else {
      return nil
    }
    self.file = file
    self.bytes = bytes
    guard let magic = load(0, 8)?.withUnsafeBytes({ $0.loadUnaligned(as: UInt64.self) }),
      UInt64(littleEndian: magic) == SegmentRecord.magic
    else { return nil }
  }

  /// Calls `body` for all whole records, in order; ends at the first that is torn or damaged.
  ///
  /// - Returns: where the last whole record ends.
  mutating func forEach(_ body: (ContentKey, RecordPlace, UnsafeRawBufferPointer) -> Void) -> Int {
    while let header = load(offset, SegmentRecord.headerBytes),
      let size = header.withUnsafeBytes(SegmentRecord.claimedSize),
      let record = load(offset, size)
    {
      let place = RecordPlace(segment: 0, offset: offset, size: size)
      let isWhole = record.withUnsafeBytes { bytes in
        guard let (key, payload) = SegmentRecord.verified(bytes) else { return false }
        body(key, place, payload)
        return true
      }
      if !isWhole { break }
      offset += size
    }
    return offset
  }

  /// What an index of the segment would say.
  mutating func entries() -> [IndexEntry] {
    var entries: [IndexEntry] = []
    _ = forEach { key, place, _ in entries.append(IndexEntry(fingerprint: key.high, place: place)) }
    return entries
  }

  /// Some bytes of the file; nil if it has not that many.
  private mutating func load(_ start: Int, _ count: Int) -> ArraySlice<UInt8>? {
    guard start + count <= bytes else { return nil }
    if start < windowStart || start + count > windowStart + window.count {
      let wanted = min(max(count, Self.windowBytes), bytes - start)
      let file = file
      window = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
        filled = file.read(into: UnsafeMutableRawBufferPointer(buffer), at: start)
      }
      windowStart = start
      guard count <= window.count else { return nil }
    }
    return window[start - windowStart..<start - windowStart + count]
  }
}

extension SegmentFolder {
  /// What a segment holds: by its index, or by reading all of it if there is none that fits. Leaves an index for the next
  /// one who asks, unless the segment is still being written.
  func contents(of segment: Entry) -> [IndexEntry] {
    if let entries = SegmentIndex.read(index(segment.name), segmentBytes: segment.bytes) { return entries }
    // First the lock, then the look: nobody adds to what we have locked.
    guard let file = take(segment.name) else { return scanned(segment.name) }
    defer { file.unlock() }
    guard var scan = SegmentScan(file), let bytes = file.facts?.bytes else { return [] }
    let entries = scan.entries()
    _ = SegmentIndex.write(entries, segmentBytes: bytes, to: index(segment.name))
    return entries
  }

  /// What a segment holds, by reading all of it.
  func scanned(_ name: String) -> [IndexEntry] {
    guard let file = OpenFile(segment(name), O_RDONLY), var scan = SegmentScan(file) else { return [] }
    return scan.entries()
  }
}
