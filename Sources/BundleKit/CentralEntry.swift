/// One entry of the central directory of a file from outside.
struct CentralEntry {
  let header: EntryHeader
  let offset: UInt64
  private let system: UInt8
  private let disk: UInt16
  private let internalAttributes: UInt16
  private let externalAttributes: UInt32
  private let commentBytes: Int

  /// The name for messages; the name itself once it was found to be allowed.
  var shown: String { printable(header.name) }

  /// Reads the entry at `position` and moves on; `nil` if there is no whole entry.
  init?(_ bytes: [UInt8], at position: inout Int) throws(BundleError) {
    let start = position
    guard bytes.count - start >= Zip.Length.central,
      bytes.number(at: start, as: UInt32.self) == Zip.Signature.central
    else { return nil }
    let nameStart = start + Zip.Length.central
    let nameBytes = Int(bytes.number(at: start + 28, as: UInt16.self))
    let extraBytes = Int(bytes.number(at: start + 30, as: UInt16.self))
    commentBytes = Int(bytes.number(at: start + 32, as: UInt16.self))
    guard bytes.count - nameStart >= nameBytes + extraBytes + commentBytes else { return nil }
    position = nameStart + nameBytes + extraBytes + commentBytes
    system = bytes[start + 5]
    disk = bytes.number(at: start + 34, as: UInt16.self)
    internalAttributes = bytes.number(at: start + 36, as: UInt16.self)
    externalAttributes = bytes.number(at: start + 38, as: UInt32.self)

    let fields = HeaderFields(bytes, at: start + 6)
    let name = Array(bytes[nameStart..<nameStart + nameBytes])
    let farOffset = bytes.number(at: start + 42, as: UInt32.self)
    let isFar = farOffset == Zip.marker32
    let wanted = fields.markedSizes + (isFar ? 1 : 0)
    var numbers = try HeaderFields.zip64(
      bytes, at: nameStart + nameBytes, count: extraBytes, wanted: wanted, member: printable(name))
    header = fields.header(name: name, numbers: &numbers)
    offset = isFar ? numbers.removeFirst() : UInt64(farOffset)
  }

  /// Applies the rules for a single member that concern neither its name nor its size.
  func check() throws(BundleError) {
    var what: String { "member '\(shown)'" }
    if let fault = flagFault() { throw .outside("\(what) \(fault)", member: shown) }
    guard header.method == Zip.stored || header.method == Zip.deflated else {
      throw .outside("\(what) is compressed with method \(header.method) instead of deflate (8)", member: shown)
    }
    let version = header.version
    guard version == 45 || !header.isZip64, version == 10 || version == 20 || version == 45 else {
      throw .outside("\(what) demands version \(version) of the ZIP format", member: shown)
    }
    guard commentBytes == 0 else { throw .outside("\(what) has a comment", member: shown) }
    guard disk == 0 else { throw .outside("\(what) lies on another volume", member: shown) }
    if let fault = attributeFault() { throw .outside("\(what) \(fault)", member: shown) }
  }

  private func flagFault() -> String? {
    if header.flags & 0x2041 != 0 { return "is encrypted" }
    if header.flags & 0x0008 != 0 { return "has its sizes after its data (a data descriptor)" }
    // Allowed are UTF-8 names, and the two bits in which some packers note how hard deflate tried.
    let allowed = Zip.utf8Flag | (header.method == Zip.deflated ? 0x0006 : 0)
    let others = header.flags & ~allowed
    return others == 0 ? nil : "has the flags 0x\(String(others, radix: 16))"
  }

  private func attributeFault() -> String? {
    guard system == 0 || system == 3 else { return "was made for system \(system), not for Unix or Windows" }
    switch externalAttributes >> 28 {
    case 0, 0o10: break
    case 0o12: return "is a symbolic link"
    case 0o4: return "is a folder"
    default: return "is a device, pipe or socket"
    }
    if externalAttributes >> 16 & 0o7000 != 0 { return "has a set-user, set-group or sticky bit" }
    if externalAttributes & 0x10 != 0 { return "is a folder" }
    if externalAttributes & 0x48 != 0 { return "is a device or a volume label" }
    // What is left may be the permissions, DOS's own four attributes, and "this is text".
    let isKnown = internalAttributes & ~1 == 0 && externalAttributes & 0xFFFF & ~0x27 == 0
    return isKnown ? nil : "has unknown attributes"
  }

  /// How long the local header is that says the same as the directory.
  private var localBytes: Int { Zip.Length.local + header.name.count + (header.isZip64 ? 20 : 0) }

  /// Where the data start, behind a local header that says the same as the directory.
  ///
  /// - Parameter limit: where the directory starts.
  func dataOffset(before limit: UInt64) throws(BundleError) -> UInt64 {
    let room = limit >= offset ? limit - offset : 0
    guard room >= UInt64(localBytes) else {
      throw .damaged("member '\(shown)' runs into the directory", member: shown)
    }
    return offset + UInt64(localBytes)
  }

  /// Compares the local header with the directory, which must say the same.
  func checkLocalHeader(in file: InputFile) throws(BundleError) {
    let bytes = try file.read(localBytes, at: offset)
    guard bytes.number(at: 0, as: UInt32.self) == Zip.Signature.local else {
      throw .damaged("member '\(shown)' has no header where the directory says", member: shown)
    }
    let fields = HeaderFields(bytes, at: 4)
    let nameBytes = Int(bytes.number(at: 26, as: UInt16.self))
    let extraBytes = Int(bytes.number(at: 28, as: UInt16.self))
    guard nameBytes == header.name.count, bytes[30..<30 + nameBytes].elementsEqual(header.name) else {
      throw .damaged("member '\(shown)' has another name in its own header", member: shown)
    }
    guard extraBytes == (header.isZip64 ? 20 : 0), fields.markedSizes == (header.isZip64 ? 2 : 0) else {
      throw .damaged("member '\(shown)' has another extra field in its own header", member: shown)
    }
    var numbers = try HeaderFields.zip64(
      bytes, at: 30 + nameBytes, count: extraBytes, wanted: fields.markedSizes, member: shown)
    let local = fields.header(name: header.name, numbers: &numbers)
    if let difference = header.difference(from: local) {
      throw .damaged("member '\(shown)' has another \(difference) in its own header", member: shown)
    }
  }
}

extension EntryHeader {
  /// The first field that another header has differently, in words.
  fileprivate func difference(from other: EntryHeader) -> String? {
    // The directory demands 4.5 alone when only the place of the member needs ZIP64.
    if version != other.version && !(version == 45 && [10, 20].contains(other.version) && !isZip64) {
      return "version"
    }
    if flags != other.flags { return "set of flags" }
    if method != other.method { return "method" }
    if time != other.time || date != other.date { return "date" }
    if crc != other.crc { return "checksum" }
    if packedBytes != other.packedBytes { return "compressed size" }
    return bytes != other.bytes ? "size" : nil
  }
}
