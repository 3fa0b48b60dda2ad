import Foundation

/// What was saved of a damaged bundle.
public struct SalvageReport: Sendable, Equatable, Encodable {
  /// A member that is not as it was.
  public struct Damage: Sendable, Equatable, Encodable {
    /// The member.
    public let member: String
    /// How many of its lines were saved.
    public let kept: Int
    /// How many of these nothing proves to be right.
    public let unproved: Int
    /// The ids of the documents that are gone, if the index knows them.
    public let lost: [String]?
  }

  /// Members that are whole.
  public internal(set) var whole: [String] = []
  /// Those that are not; what could be saved of them has been.
  public internal(set) var damaged: [Damage] = []
  /// Why the file could not be opened as a bundle, if its directory is damaged too.
  public internal(set) var directory: String?
}

extension BundleReader {
  /// Unpacks what is still good of a damaged bundle: all members that are whole, and the good lines of tables that are
  /// not.
  ///
  /// A file whose directory is damaged or missing is read by the headers of its members.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - target: the folder to unpack to; made if need be. Nothing in it is replaced.
  ///   - limits: what the file may ask of us.
  /// - Throws: `BundleError` when it is no bundle at all, or when nothing can be written.
  public static func salvage(
    _ url: URL, to target: URL, limits: BundleLimits = .standard
  ) throws(BundleError) -> SalvageReport {
    do throws(BundleError) {
      let file = try InputFile(path: url.path)
      var report = SalvageReport()
      let members: [Member]
      do throws(BundleError) {
        members = try ZipDirectory.read(file, limits: limits, headers: .atOnce).members
      } catch {
        if error.code == .unsafeName || error.code == .limit { throw error }
        report.directory = error.message
        members = LocalHeaders.members(of: file, limits: limits)
        guard !members.isEmpty else { throw error }
      }
      try save(members, Salvage(file: file, members: members, limits: limits), to: target, &report)
      return report
    } catch {
      throw error.at(url.path)
    }
  }

  private static func save(
    _ members: [Member], _ salvage: Salvage, to target: URL, _ report: inout SalvageReport
  ) throws(BundleError) {
    let root = try Directory(making: target)
    if let taken = members.first(where: { root.contains($0.name) }) {
      throw .taken("\(root.path)/\(taken.name)", member: taken.name)
    }
    var entries: [String: [IndexEntry]]?
    for member in members {
      if !member.isSmall, try saveLarge(member, salvage, under: root) {
        report.whole.append(member.name)
        continue
      }
      let (content, isWhole) = salvage.content(of: member)
      guard !isWhole else {
        try write([0..<content.count], of: content, breaking: false, to: member.name, under: root)
        report.whole.append(member.name)
        continue
      }
      guard member.name.hasSuffix(".jsonl"), !member.name.hasPrefix("index/") else {
        report.damaged.append(.init(member: member.name, kept: 0, unproved: 0, lost: nil))
        continue
      }
      if entries == nil { entries = salvage.entries(for: Set(members.map(\.name))) }
      let lines = salvage.lines(of: member, content, entries?[member.name])
      if !lines.kept.isEmpty { try write(lines.kept, of: content, breaking: true, to: member.name, under: root) }
      report.damaged.append(
        .init(member: member.name, kept: lines.kept.count, unproved: lines.unproved, lost: lines.lost))
    }
  }

  /// Saves a whole member piece by piece; false, and nothing is left, if it is damaged.
  private static func saveLarge(
    _ member: Member, _ salvage: Salvage, under root: Directory
  ) throws(BundleError) -> Bool {
    let output = try root.newFile(member.name, placement: .exclusive)
    var offset: UInt64 = 0
    guard let chunks = try? salvage.chunks(of: member) else { return false }
    do {
      while let chunk = try chunks.next() {
        try output.write(chunk, at: offset)
        offset += UInt64(chunk.count)
      }
    } catch {
      guard error.code == .damagedMember || error.code == .damagedDirectory else { throw error }
      return false
    }
    try output.commit()
    return true
  }

  private static func write(
    _ ranges: [Range<Int>], of content: [UInt8], breaking: Bool, to name: String, under root: Directory
  ) throws(BundleError) {
    let output = try root.newFile(name, placement: .exclusive)
    var offset: UInt64 = 0
    for range in ranges {
      let bytes = breaking ? content[range] + [UInt8(ascii: "\n")] : content[range]
      try output.write(Array(bytes), at: offset)
      offset += UInt64(bytes.count)
    }
    try output.commit()
  }
}
