/// The records of the ZIP format (APPNOTE 6.3.10), as far as bundles use them.
enum Zip {
  /// The four bytes that each kind of record starts with.
  enum Signature {
    static let local: UInt32 = 0x0403_4B50
    static let central: UInt32 = 0x0201_4B50
    static let end: UInt32 = 0x0605_4B50
    static let end64: UInt32 = 0x0606_4B50
    static let locator64: UInt32 = 0x0706_4B50
  }

  /// Bytes of each record without its variable parts.
  enum Length {
    static let local = 30
    static let central = 46
    static let end = 22
    static let end64 = 56
    static let locator64 = 20
  }

  static let stored: UInt16 = 0
  static let deflated: UInt16 = 8
  static let utf8Flag: UInt16 = 0x0800
  static let zip64Extra: UInt16 = 1
  /// A 32-bit field with this value says: see the ZIP64 field.
  static let marker32 = UInt32.max
  static let marker16 = UInt16.max
}

/// From which numbers on ZIP64 fields are used. Only tests take others than `.format`.
struct Zip64Thresholds: Sendable {
  var bytes: UInt64
  var members: UInt64

  /// What the format demands: the values that the 32- and 16-bit fields can't hold, their markers among them.
  static let format = Zip64Thresholds(bytes: UInt64(UInt32.max), members: UInt64(UInt16.max))
}

/// What the local header and the central directory both say of a member.
struct EntryHeader: Equatable {
  var version: UInt16
  var flags: UInt16
  var method: UInt16
  var time: UInt16
  var date: UInt16
  var crc: UInt32
  var packedBytes: UInt64
  var bytes: UInt64
  var name: [UInt8]
  /// Whether the sizes stand in a ZIP64 field.
  var isZip64: Bool

  /// A header as our writer makes it: names in UTF-8, always the first moment of 1980, the earliest there is.
  init(name: String, method: UInt16, crc: UInt32, packedBytes: UInt64, bytes: UInt64, isZip64: Bool) {
    self.init(
      version: isZip64 ? 45 : 20, flags: Zip.utf8Flag, method: method, time: 0, date: 0x0021, crc: crc,
      packedBytes: packedBytes, bytes: bytes, name: Array(name.utf8), isZip64: isZip64)
  }

  init(
    version: UInt16, flags: UInt16, method: UInt16, time: UInt16, date: UInt16, crc: UInt32, packedBytes: UInt64,
    bytes: UInt64, name: [UInt8], isZip64: Bool
  ) {
    self.version = version
    self.flags = flags
    self.method = method
    self.time = time
    self.date = date
    self.crc = crc
    self.packedBytes = packedBytes
    self.bytes = bytes
    self.name = name
    self.isZip64 = isZip64
  }

  /// The local header, which stands before the member's data.
  func local() -> [UInt8] {
    var record: [UInt8] = []
    record.append(number: Zip.Signature.local)
    appendCommon(to: &record, version: version, extraBytes: isZip64 ? 20 : 0)
    record += name
    if isZip64 { record.appendZip64([bytes, packedBytes]) }
    return record
  }

  /// The record in the central directory, for a local header at `offset`.
  func central(offset: UInt64, thresholds: Zip64Thresholds) -> [UInt8] {
    var fields: [UInt64] = isZip64 ? [bytes, packedBytes] : []
    let isFar = offset >= thresholds.bytes
    if isFar { fields.append(offset) }
    let needed: UInt16 = fields.isEmpty ? version : 45
    var record: [UInt8] = []
    record.append(number: Zip.Signature.central)
    // Made by Unix, so that the attributes are a Unix mode: a plain file, rw-r--r--.
    record.append(number: 3 << 8 | needed)
    appendCommon(to: &record, version: needed, extraBytes: fields.isEmpty ? 0 : UInt16(4 + 8 * fields.count))
    for _ in 0..<3 { record.append(number: UInt16(0)) }  // no comment, first disk, no internal attributes
    record.append(number: UInt32(0o100644) << 16)
    record.append(number: isFar ? Zip.marker32 : UInt32(truncatingIfNeeded: offset))
    record += name
    if !fields.isEmpty { record.appendZip64(fields) }
    return record
  }

  private func appendCommon(to record: inout [UInt8], version: UInt16, extraBytes: UInt16) {
    for field in [version, flags, method, time, date] { record.append(number: field) }
    record.append(number: crc)
    record.append(number: isZip64 ? Zip.marker32 : UInt32(truncatingIfNeeded: packedBytes))
    record.append(number: isZip64 ? Zip.marker32 : UInt32(truncatingIfNeeded: bytes))
    record.append(number: UInt16(truncatingIfNeeded: name.count))
    record.append(number: extraBytes)
  }
}

/// The end of a ZIP file: how many members there are, and where the central directory lies.
struct EndRecord: Equatable {
  var members: UInt64
  var directoryBytes: UInt64
  var directoryOffset: UInt64

  /// The end record, after its two ZIP64 records if a number needs them.
  func encoded(thresholds: Zip64Thresholds) -> [UInt8] {
    let hasMany = members >= thresholds.members
    let isLong = directoryBytes >= thresholds.bytes
    let isFar = directoryOffset >= thresholds.bytes
    var record: [UInt8] = []
    if hasMany || isLong || isFar {
      record.append(number: Zip.Signature.end64)
      record.append(number: UInt64(Zip.Length.end64 - 12))
      record.append(number: UInt16(3 << 8 | 45))
      record.append(number: UInt16(45))
      for _ in 0..<2 { record.append(number: UInt32(0)) }  // one disk only
      for field in [members, members, directoryBytes, directoryOffset] { record.append(number: field) }
      record.append(number: Zip.Signature.locator64)
      record.append(number: UInt32(0))
      record.append(number: directoryOffset + directoryBytes)
      record.append(number: UInt32(1))
    }
    record.append(number: Zip.Signature.end)
    for _ in 0..<2 { record.append(number: UInt16(0)) }  // one disk only
    for _ in 0..<2 { record.append(number: hasMany ? Zip.marker16 : UInt16(truncatingIfNeeded: members)) }
    record.append(number: isLong ? Zip.marker32 : UInt32(truncatingIfNeeded: directoryBytes))
    record.append(number: isFar ? Zip.marker32 : UInt32(truncatingIfNeeded: directoryOffset))
    record.append(number: UInt16(0))
    return record
  }
}

extension Array<UInt8> {
  /// Appends the ZIP64 extra field with these numbers.
  fileprivate mutating func appendZip64(_ fields: [UInt64]) {
    append(number: Zip.zip64Extra)
    append(number: UInt16(8 * fields.count))
    for field in fields { append(number: field) }
  }
}
