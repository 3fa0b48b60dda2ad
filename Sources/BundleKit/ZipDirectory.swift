/// One member of a bundle, as the ZIP directory describes it.
public struct Member: Sendable, Equatable {
  /// Its path in the bundle, with "/" between folders.
  public let name: String
  /// How many bytes it has, uncompressed.
  public let bytes: Int
  /// How many bytes it takes in the file.
  public let packedBytes: Int
  /// CRC-32 of the uncompressed bytes.
  public let crc32: UInt32
  /// Whether it is compressed with deflate; otherwise it is stored as it is.
  public let isDeflated: Bool
  /// Where its data starts in the file.
  let dataOffset: UInt64
}

/// When the header that stands before a member's data is compared with the directory.
public enum HeaderCheck: Sendable {
  /// For all members, when the file is opened.
  case atOnce
  /// For each member, when it is read: a file of a thousand members is opened without a thousand reads.
  case onReading
}

/// Reads a file's ZIP structures by the rules of the profile, and nothing of the members' data.
///
/// The rules leave one way only to understand a file, so that no two programs can see different members in it:
/// the members lie one after the other from the first byte, the central directory follows, and the end records
/// close the file.
enum ZipDirectory {
  /// What each member takes in memory before it was looked at, at most; bounds the directory's size.
  private static let recordBytes: UInt64 = 512

  /// All members and their entries, in the order of the file.
  ///
  /// - Parameter headers: whether the local headers are compared with the directory here, or by the caller when it
  ///   reads a member. The members lie side by side as the directory has it either way.
  /// - Throws: which rule is broken, and by which member.
  static func read(
    _ file: InputFile, limits: BundleLimits, headers: HeaderCheck
  ) throws(BundleError) -> (members: [Member], entries: [CentralEntry]) {
    let end = try ZipEnd.read(file)
    guard end.record.members <= UInt64(clamping: limits.members) else {
      throw .over("it has \(end.record.members) members", limits.members, "members")
    }
    let bytes = end.record.directoryBytes
    let most = end.record.members.multipliedReportingOverflow(by: recordBytes)
    guard most.overflow || bytes <= max(1 << 20, most.partialValue), let count = Int(exactly: bytes) else {
      throw .damaged("its directory has \(bytes) bytes, too many for \(end.record.members) members")
    }
    let directory = try file.read(count, at: end.record.directoryOffset)
    let entries = try centralEntries(directory, count: end.record.members, limits: limits)
    let sorted = entries.sorted { $0.offset < $1.offset }
    let members = try locate(sorted, in: file, directoryOffset: end.record.directoryOffset, headers)
    return (members, sorted)
  }

  /// Reads the central directory and applies every rule that it alone can break.
  private static func centralEntries(
    _ directory: [UInt8], count: UInt64, limits: BundleLimits
  ) throws(BundleError) -> [CentralEntry] {
    var entries: [CentralEntry] = []
    var names = NameRegister()
    var position = 0
    var total = 0
    for number in 0..<count {
      guard let entry = try CentralEntry(directory, at: &position) else {
        throw .damaged("entry \(number + 1) of its directory is cut off or is none")
      }
      _ = try names.claim(entry.header.name)
      try entry.check()
      try checkSize(of: entry, limits: limits, total: &total)
      entries.append(entry)
    }
    guard position == directory.count else {
      throw .damaged("\(directory.count - position) bytes follow the last entry of its directory")
    }
    return entries
  }

  private static func checkSize(
    of entry: CentralEntry, limits: BundleLimits, total: inout Int
  ) throws(BundleError) {
    let header = entry.header
    // Messages are made when they are needed: there may be thousands of members.
    var what: String { "member '\(entry.shown)' has \(header.bytes) bytes" }
    guard let bytes = Int(exactly: header.bytes), bytes <= limits.memberBytes else {
      throw .over(what, limits.memberBytes, "bytes a member", member: entry.shown)
    }
    let sum = total.addingReportingOverflow(bytes)
    guard !sum.overflow, sum.partialValue <= limits.totalBytes else {
      throw .over("its members have more bytes in all", limits.totalBytes, "bytes")
    }
    total = sum.partialValue
    let ratio = min(limits.ratio, BundleLimits.deflateRatio)
    let most = header.packedBytes.multipliedReportingOverflow(by: UInt64(clamping: ratio))
    guard most.overflow || header.bytes <= most.partialValue else {
      let packed = "\(what) in \(header.packedBytes) compressed ones"
      throw .over(packed, ratio, "times as many", member: entry.shown)
    }
    if header.method == Zip.stored && header.packedBytes != header.bytes {
      throw .damaged("member '\(entry.shown)' is stored, but its two sizes differ", member: entry.shown)
    }
  }

  /// Makes sure that the members fill the file without gaps, and compares their local headers with the directory.
  private static func locate(
    _ entries: [CentralEntry], in file: InputFile, directoryOffset: UInt64, _ headers: HeaderCheck
  ) throws(BundleError) -> [Member] {
    var members: [Member] = []
    members.reserveCapacity(entries.count)
    var place: UInt64 = 0
    for entry in entries {
      guard entry.offset >= place else {
        throw .damaged("member '\(entry.shown)' overlaps the one before it", member: entry.shown)
      }
      guard entry.offset == place else {
        let what = "\(entry.offset - place) bytes that belong to nothing stand before member '\(entry.shown)'"
        throw .damaged(what, member: entry.shown)
      }
      let start = try entry.dataOffset(before: directoryOffset)
      if headers == .atOnce { try entry.checkLocalHeader(in: file) }
      let (next, overflow) = start.addingReportingOverflow(entry.header.packedBytes)
      guard !overflow, next <= directoryOffset, let packed = Int(exactly: entry.header.packedBytes) else {
        throw .damaged("member '\(entry.shown)' runs into the directory", member: entry.shown)
      }
      members.append(
        Member(
          name: String(decoding: entry.header.name, as: UTF8.self), bytes: Int(entry.header.bytes),
          packedBytes: packed, crc32: entry.header.crc, isDeflated: entry.header.method == Zip.deflated,
          dataOffset: start))
      place = next
    }
    guard place == directoryOffset else {
      throw .damaged("\(directoryOffset - place) bytes that belong to nothing stand before the directory")
    }
    return members
  }
}

extension BundleError {
  /// The ZIP structure contradicts itself.
  static func damaged(_ what: String, member: String? = nil) -> BundleError {
    BundleError(.damagedDirectory, "\(what); get the bundle again from where it came", member: member)
  }

  /// A well-formed ZIP file that is no bundle.
  static func outside(_ what: String, member: String? = nil) -> BundleError {
    BundleError(.outsideProfile, "\(what), which bundles do not allow; pack it again as a bundle", member: member)
  }

  /// More than the user agreed to.
  static func over(_ what: String, _ limit: Int, _ unit: String, member: String? = nil) -> BundleError {
    let advice = "if you trust where it comes from, raise the limit"
    return BundleError(.limit, "\(what), the limit is \(limit) \(unit); \(advice)", member: member)
  }
}
