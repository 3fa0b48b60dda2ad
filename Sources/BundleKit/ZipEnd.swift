/// The end of a ZIP file, found and checked.
struct ZipEnd {
  let record: EndRecord

  /// Reads the end record and, if there, the ZIP64 ones.
  static func read(_ file: InputFile) throws(BundleError) -> ZipEnd {
    guard file.bytes >= UInt64(Zip.Length.end) else {
      throw BundleError(.notABundle, "it has \(file.bytes) bytes, fewer than the smallest ZIP file")
    }
    let position = file.bytes - UInt64(Zip.Length.end)
    let bytes = try file.read(Zip.Length.end, at: position)
    guard bytes.number(at: 0, as: UInt32.self) == Zip.Signature.end else { throw try missingEnd(file) }
    guard bytes.number(at: 20, as: UInt16.self) == 0 else {
      throw .damaged("it announces a comment of which nothing is there")
    }
    guard bytes.number(at: 4, as: UInt32.self) == 0 else { throw .outside("it is one of several volumes") }
    let counts = [8, 10].map { bytes.number(at: $0, as: UInt16.self) }
    guard counts[0] == counts[1] else { throw .damaged("its two counts of members differ") }
    let fields = Fields(
      members: counts[0], directoryBytes: bytes.number(at: 12, as: UInt32.self),
      directoryOffset: bytes.number(at: 16, as: UInt32.self))
    guard let (record, end) = try zip64(file, before: position, fields) else {
      guard !fields.hasMarker else { throw .damaged("its end refers to ZIP64 records that are not there") }
      let record = EndRecord(
        members: UInt64(fields.members), directoryBytes: UInt64(fields.directoryBytes),
        directoryOffset: UInt64(fields.directoryOffset))
      return try ZipEnd(record, endsAt: position)
    }
    return try ZipEnd(record, endsAt: end)
  }

  /// Checks that the directory ends where the end records start.
  private init(_ record: EndRecord, endsAt end: UInt64) throws(BundleError) {
    let (directoryEnd, overflow) = record.directoryOffset.addingReportingOverflow(record.directoryBytes)
    guard !overflow, directoryEnd <= end else { throw .damaged("its directory runs past its end") }
    guard directoryEnd == end else {
      throw .damaged("\(end - directoryEnd) bytes too many stand before its first member or after its directory")
    }
    self.record = record
  }

  /// The numbers of the end record, which may be markers.
  private struct Fields {
    let members: UInt16
    let directoryBytes: UInt32
    let directoryOffset: UInt32

    var hasMarker: Bool {
      members == Zip.marker16 || directoryBytes == Zip.marker32 || directoryOffset == Zip.marker32
    }

    /// Whether each number is a marker or the same as in the ZIP64 record.
    func agree(with record: EndRecord) -> Bool {
      (members == Zip.marker16 || UInt64(members) == record.members)
        && (directoryBytes == Zip.marker32 || UInt64(directoryBytes) == record.directoryBytes)
        && (directoryOffset == Zip.marker32 || UInt64(directoryOffset) == record.directoryOffset)
    }
  }

  /// The ZIP64 end record and where it starts; `nil` if there is none.
  private static func zip64(
    _ file: InputFile, before position: UInt64, _ fields: Fields
  ) throws(BundleError) -> (EndRecord, UInt64)? {
    guard position >= UInt64(Zip.Length.locator64) else { return nil }
    let locatorStart = position - UInt64(Zip.Length.locator64)
    let locator = try file.read(Zip.Length.locator64, at: locatorStart)
    guard locator.number(at: 0, as: UInt32.self) == Zip.Signature.locator64 else { return nil }
    guard locatorStart >= UInt64(Zip.Length.end64) else { throw .damaged("its ZIP64 end record is not there") }
    let start = locatorStart - UInt64(Zip.Length.end64)
    let bytes = try file.read(Zip.Length.end64, at: start)
    guard bytes.number(at: 0, as: UInt32.self) == Zip.Signature.end64,
      bytes.number(at: 4, as: UInt64.self) == UInt64(Zip.Length.end64 - 12),
      locator.number(at: 8, as: UInt64.self) == start
    else { throw .damaged("its ZIP64 end record is not where it should be") }
    guard bytes.number(at: 14, as: UInt16.self) == 45 else {
      throw .outside("its ZIP64 end record is of another version than 4.5")
    }
    guard bytes.number(at: 16, as: UInt64.self) == 0, locator.number(at: 4, as: UInt32.self) == 0,
      locator.number(at: 16, as: UInt32.self) == 1
    else { throw .outside("it is one of several volumes") }
    let counts = [24, 32].map { bytes.number(at: $0, as: UInt64.self) }
    let record = EndRecord(
      members: counts[0], directoryBytes: bytes.number(at: 40, as: UInt64.self),
      directoryOffset: bytes.number(at: 48, as: UInt64.self))
    guard counts[0] == counts[1], fields.hasMarker, fields.agree(with: record) else {
      throw .damaged("its two end records contradict each other")
    }
    return (record, start)
  }

  /// Why there is no end record at the end: because of a comment or other bytes after it, or because it is no ZIP.
  private static func missingEnd(_ file: InputFile) throws(BundleError) -> BundleError {
    let count = Int(min(file.bytes, UInt64(Zip.Length.end + Int(UInt16.max))))
    let tail = try file.read(count, at: file.bytes - UInt64(count))
    var position = count - Zip.Length.end
    while position >= 0 {
      if tail.number(at: position, as: UInt32.self) == Zip.Signature.end {
        let extra = count - position - Zip.Length.end
        let comment = Int(tail.number(at: position + 20, as: UInt16.self))
        return comment == extra
          ? .outside("it has a comment of \(extra) bytes") : .damaged("\(extra) bytes follow its end")
      }
      position -= 1
    }
    let start = try file.read(4, at: 0).number(at: 0, as: UInt32.self)
    let what = start == Zip.Signature.local ? "its end is missing, so it was cut off" : "it is not a ZIP file"
    return BundleError(.notABundle, "\(what); get the bundle again from where it came")
  }
}
