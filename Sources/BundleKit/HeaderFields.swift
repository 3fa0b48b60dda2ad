/// The fields that local and central headers share, as they stand there.
struct HeaderFields {
  private let version, flags, method, time, date: UInt16
  private let crc, packedBytes, bytes: UInt32

  /// Reads the fields, the first of which is the version needed.
  init(_ record: [UInt8], at start: Int) {
    version = record.number(at: start, as: UInt16.self)
    flags = record.number(at: start + 2, as: UInt16.self)
    method = record.number(at: start + 4, as: UInt16.self)
    time = record.number(at: start + 6, as: UInt16.self)
    date = record.number(at: start + 8, as: UInt16.self)
    crc = record.number(at: start + 10, as: UInt32.self)
    packedBytes = record.number(at: start + 14, as: UInt32.self)
    bytes = record.number(at: start + 18, as: UInt32.self)
  }

  /// How many sizes stand in the ZIP64 field instead.
  var markedSizes: Int { (bytes == Zip.marker32 ? 1 : 0) + (packedBytes == Zip.marker32 ? 1 : 0) }

  /// The header, with the marked sizes taken from the front of `numbers`, which has enough of them.
  func header(name: [UInt8], numbers: inout [UInt64]) -> EntryHeader {
    let isZip64 = markedSizes > 0
    let size = bytes == Zip.marker32 ? numbers.removeFirst() : UInt64(bytes)
    let packed = packedBytes == Zip.marker32 ? numbers.removeFirst() : UInt64(packedBytes)
    return EntryHeader(
      version: version, flags: flags, method: method, time: time, date: date, crc: crc, packedBytes: packed,
      bytes: size, name: name, isZip64: isZip64)
  }

  /// The numbers of a ZIP64 field; it must be there exactly when numbers are wanted, and no other field may.
  static func zip64(
    _ record: [UInt8], at start: Int, count: Int, wanted: Int, member: @autoclosure () -> String
  ) throws(BundleError) -> [UInt64] {
    // Most members have no such field, and names for messages are made when they are needed.
    if count == 0 && wanted == 0 { return [] }
    let kind = count >= 4 ? record.number(at: start, as: UInt16.self) : 0
    if count > 0 && kind != Zip.zip64Extra {
      let (name, shown) = (member(), "0x\(String(kind, radix: 16))")
      throw .outside("member '\(name)' has an extra field (\(shown))", member: name)
    }
    let length = wanted == 0 ? 0 : 4 + 8 * wanted
    guard count == length, wanted == 0 || Int(record.number(at: start + 2, as: UInt16.self)) == length - 4 else {
      let name = member()
      throw .damaged("member '\(name)' has a ZIP64 field that does not fit its header", member: name)
    }
    return (0..<wanted).map { record.number(at: start + 4 + 8 * $0, as: UInt64.self) }
  }
}
