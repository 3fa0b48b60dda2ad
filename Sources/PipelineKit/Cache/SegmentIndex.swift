import Foundation

/// One line of an index: the first half of a key, and where the record lies in the segment.
///
/// Held as it is in files, little-endian.
struct IndexEntry {
  private let storedFingerprint: UInt64
  private let storedPlace: UInt64

  init(fingerprint: UInt64, place: RecordPlace) {
    storedFingerprint = fingerprint.littleEndian
    storedPlace = place.inSegment(0).bits.littleEndian
  }

  var fingerprint: UInt64 { UInt64(littleEndian: storedFingerprint) }
  var place: RecordPlace { RecordPlace(bits: UInt64(littleEndian: storedPlace)) }
}

/// What a finished segment holds, in a file beside it: opening a store reads this instead of the segment.
///
/// Little-endian: a magic number, the number of entries, the size of the segment, a checksum of all else (8 bytes each),
/// then the entries by rising fingerprint.
enum SegmentIndex {
  private static let magic: UInt64 = 0x0100_5844_4959_454B
  private static let headerBytes = 32
  private static let entryBytes = 16

  /// Writes the index of a segment under another name, makes it safe, and renames it; returns 0, or why not.
  static func write(_ entries: consuming [IndexEntry], segmentBytes: Int, to path: String) -> Int32 {
    entries.sort { $0.fingerprint < $1.fingerprint }
    let partial = path + ".partial"
    guard let file = OpenFile(partial, O_WRONLY | O_CREAT | O_TRUNC) else { return errno }
    let failure = entries.withUnsafeBytes { bytes in
      let numbers = [magic, UInt64(entries.count), UInt64(segmentBytes), checksum(bytes, segmentBytes: segmentBytes)]
      let header = numbers.map(\.littleEndian)
      let failure = header.withUnsafeBytes { file.write($0, at: 0) }
      return failure == 0 ? file.write(bytes, at: headerBytes) : failure
    }
    var code = failure == 0 ? file.synchronize() : failure
    if code == 0 && rename(partial, path) != 0 { code = errno }
    if code != 0 { unlink(partial) }
    return code
  }

  /// The entries of the index of a segment of that size; nil if there is none or it is damaged.
  static func read(_ path: String, segmentBytes: Int) -> [IndexEntry]? {
    guard let (file, count, expected) = open(path, segmentBytes: segmentBytes) else { return nil }
    let entries = [IndexEntry](unsafeUninitializedCapacity: count) { buffer, filled in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      filled = file.read(into: bytes, at: headerBytes) == bytes.count ? count : 0
    }
    guard entries.count == count else { return nil }
    return entries.withUnsafeBytes { checksum($0, segmentBytes: segmentBytes) } == expected ? entries : nil
  }

  /// How many entries an index says it has, without reading them; nil if there is none that fits.
  static func count(_ path: String, segmentBytes: Int) -> Int? { open(path, segmentBytes: segmentBytes)?.count }

  /// A header that fits the sizes of both files; a record has at least 32 bytes, which bounds what is read.
  private static func open(_ path: String, segmentBytes: Int) -> (file: OpenFile, count: Int, checksum: UInt64)? {
    guard let file = OpenFile(path, O_RDONLY), let bytes = file.facts?.bytes, bytes >= headerBytes else { return nil }
    var header = [UInt64](repeating: 0, count: 4)
    let read = header.withUnsafeMutableBytes { file.read(into: $0, at: 0) }
    let count = (bytes - headerBytes) / entryBytes
    guard read == headerBytes, UInt64(littleEndian: header[0]) == magic,
      UInt64(littleEndian: header[1]) == UInt64(count), (bytes - headerBytes) % entryBytes == 0,
      UInt64(littleEndian: header[2]) == UInt64(segmentBytes), count <= segmentBytes / 32
    else { return nil }
    return (file, count, UInt64(littleEndian: header[3]))
  }

  private static func checksum(_ entries: UnsafeRawBufferPointer, segmentBytes: Int) -> UInt64 {
    var checksum = Checksum64()
    checksum.add(UInt64(entries.count))
    checksum.add(UInt64(segmentBytes))
    checksum.add(entries)
    return checksum.value
  }
}
