/// The members of a file whose directory is gone, by the headers that stand before each member's data.
enum LocalHeaders {
  /// Goes from header to header, from byte 0 on; where one is damaged, to the next place that looks like one.
  ///
  /// - Returns: members with allowed names, each once; the last may reach beyond the end of the file.
  static func members(of file: InputFile, limits: BundleLimits) -> [Member] {
    var names = NameRegister()
    var members: [Member] = []
    var place: UInt64 = 0
    while members.count < limits.members, let start = next(in: file, from: place) {
      place = start + 4
      guard let (header, dataOffset) = header(in: file, at: start),
        (try? names.claim(header.name)) != nil, let bytes = Int(exactly: header.bytes),
        let packed = Int(exactly: header.packedBytes), bytes <= limits.memberBytes, packed <= limits.memberBytes,
        bytes / BundleLimits.deflateRatio <= packed, header.method == Zip.deflated || bytes == packed
      else { continue }
      members.append(
        Member(
          name: String(decoding: header.name, as: UTF8.self), bytes: bytes, packedBytes: packed, crc32: header.crc,
          isDeflated: header.method == Zip.deflated, dataOffset: dataOffset))
      // If another header follows where this one says, its size is right; else something behind it is looked for.
      let end = dataOffset.addingReportingOverflow(header.packedBytes)
      if !end.overflow, end.partialValue >= file.bytes || isSignature(in: file, at: end.partialValue) {
        place = end.partialValue
      }
    }
    return members
  }

  private static func header(in file: InputFile, at start: UInt64) -> (EntryHeader, dataOffset: UInt64)? {
    guard file.bytes - start >= UInt64(Zip.Length.local), let fixed = try? file.read(Zip.Length.local, at: start) else {
      return nil
    }
    let nameBytes = Int(fixed.number(at: 26, as: UInt16.self))
    let extraBytes = Int(fixed.number(at: 28, as: UInt16.self))
    let from = start + UInt64(Zip.Length.local)
    guard (1...MemberName.maximumBytes).contains(nameBytes), extraBytes == 0 || extraBytes == 20,
      file.bytes - from >= UInt64(nameBytes + extraBytes), let rest = try? file.read(nameBytes + extraBytes, at: from)
    else { return nil }
    let fields = HeaderFields(fixed, at: 4)
    let name = Array(rest[..<nameBytes])
    guard
      var numbers = try? HeaderFields.zip64(
        rest, at: nameBytes, count: extraBytes, wanted: fields.markedSizes, member: printable(name))
    else { return nil }
    let header = fields.header(name: name, numbers: &numbers)
    guard header.method == Zip.stored || header.method == Zip.deflated, header.flags & ~(Zip.utf8Flag | 6) == 0 else {
      return nil
    }
    return (header, from + UInt64(nameBytes + extraBytes))
  }

  private static func isSignature(in file: InputFile, at place: UInt64) -> Bool {
    guard file.bytes >= 4, place <= file.bytes - 4, let bytes = try? file.read(4, at: place) else { return false }
    return [Zip.Signature.local, Zip.Signature.central].contains(bytes.number(at: 0, as: UInt32.self))
  }

  /// The next place with the signature of a local header.
  private static func next(in file: InputFile, from start: UInt64) -> UInt64? {
    let wanted: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
    var place = start
    while file.bytes >= 4, place <= file.bytes - 4 {
      let count = Int(min(1 << 20, file.bytes - place))
      guard let block = try? file.read(count, at: place) else { return nil }
      var from = 0
      while let found = block[from...].firstIndex(of: wanted[0]), found + 4 <= count {
        if block[found..<found + 4].elementsEqual(wanted) { return place + UInt64(found) }
        from = found + 1
      }
      guard count == 1 << 20 else { return nil }
      place += UInt64(count - 3)
    }
    return nil
  }
}
