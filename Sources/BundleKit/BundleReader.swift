import Foundation
import Synchronization

/// Opens a bundle strictly and reads its members; safe to use from several tasks at once.
///
/// Opening reads the ZIP structures only and refuses any file that is not within the profile, whoever made it.
/// Nothing is believed: sizes are checked against limits before memory is taken, and counted while inflating.
public final class BundleReader: Sendable {
  /// Where the file is.
  public let url: URL
  /// All members, in the order of the file.
  public let members: [Member]
  /// What was allowed when the file was opened.
  public let limits: BundleLimits

  let file: InputFile
  /// What the directory says of each member, if local headers are compared with it when they are read.
  private let unchecked: [CentralEntry]
  private let positions: [String: Int]
  private let table = Mutex<IndexTable??>(nil)

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - url: where it is.
  ///   - limits: what it may ask of us.
  ///   - headers: when the members' own headers are compared with the directory. Whoever wants a document or two
  ///     and will not judge the whole file need not look at those of all others.
  /// - Throws: which rule the file breaks, and which member breaks it.
  public init(
    at url: URL, limits: BundleLimits = .standard, headers: HeaderCheck = .atOnce
  ) throws(BundleError) {
    guard url.isFileURL else {
      throw BundleError(.invalidInput, "a bundle is read from a file, not from the network", path: url.absoluteString)
    }
    do throws(BundleError) {
      file = try InputFile(path: url.path)
      let directory = try ZipDirectory.read(file, limits: limits, headers: headers)
      members = directory.members
      unchecked = headers == .atOnce ? [] : directory.entries
    } catch {
      throw error.at(url.path)
    }
    self.url = url
    self.limits = limits
    positions = Dictionary(zip(members.lazy.map(\.name), 0...), uniquingKeysWith: { first, _ in first })
  }

  /// The member of that name, if there is one.
  public func member(_ name: String) -> Member? { positions[name].map { members[$0] } }

  /// The members that hold documents, in their order: `documents/part-00001.jsonl` and on.
  public var documentParts: [Member] { members.filter { Self.holdsDocuments($0.name) } }

  /// Whether a member or file of that name, with "/" between folders, holds documents: `documents/….jsonl`.
  public static func holdsDocuments(_ name: String) -> Bool {
    name.hasPrefix("\(IndexEntry.table)/") && name.hasSuffix(".jsonl")
  }

  /// What `index.json` says, read once; `nil` if it is not there or of another version.
  func indexTable() throws(BundleError) -> IndexTable? {
    if let known = table.withLock({ $0 }) { return known }
    let read = try IndexTable(of: self)
    table.withLock { $0 = .some(read) }
    return read
  }

  /// A member's whole content.
  ///
  /// - Throws: `BundleError` when there is no such member, or when its data are damaged.
  public func read(_ name: String) throws(BundleError) -> Data {
    do throws(BundleError) {
      return Data(try content(of: try require(name)))
    } catch {
      throw error.at(url.path)
    }
  }

  /// A member's content piece by piece, for members that are too big for memory.
  public func chunks(of name: String) throws(BundleError) -> MemberChunks {
    do throws(BundleError) {
      return try chunks(of: try require(name))
    } catch {
      throw error.at(url.path)
    }
  }

  /// The bundle's id: "sha256:" and the hash of `datapackage.json`.
  ///
  /// - Throws: `BundleError` when that file is missing or damaged.
  public func id() throws(BundleError) -> String {
    do throws(BundleError) {
      var digest = ContentDigest()
      try forEachChunk(of: try require(Manifest.name)) { digest.update($0) }
      return digest.finalize()
    } catch {
      throw error.at(url.path)
    }
  }

  func require(_ name: String) throws(BundleError) -> Member {
    guard let member = member(name) else {
      let shown = printable(name.utf8)
      let advice = "list the bundle to see what there is"
      throw BundleError(.unknownMember, "there is no member '\(shown)'; \(advice)", member: shown)
    }
    return member
  }

  /// A member's content piece by piece.
  func chunks(of member: Member) throws(BundleError) -> MemberChunks {
    try checkHeader(of: member)
    return try MemberChunks(member, in: file)
  }

  /// A member's data as they lie in the file.
  func packed(_ member: Member) throws(BundleError) -> [UInt8] {
    try checkHeader(of: member)
    return try file.read(member.packedBytes, at: member.dataOffset)
  }

  /// Compares a member's own header with the directory, unless all were when the file was opened.
  private func checkHeader(of member: Member) throws(BundleError) {
    guard !unchecked.isEmpty, let position = positions[member.name] else { return }
    try unchecked[position].checkLocalHeader(in: file)
  }

  /// A member's content, checked against size and CRC-32.
  func content(of member: Member) throws(BundleError) -> [UInt8] {
    let packed = try packed(member)
    var bytes = packed
    if member.isDeflated {
      do throws(CodecFault) {
        bytes = try packed.withRawBytes { raw throws(CodecFault) in
          try Deflater.inflate(raw, bytes: member.bytes)
        }
      } catch {
        throw .damaged(member, error)
      }
    }
    guard bytes.withRawBytes({ Deflater.crc32(0, $0) }) == member.crc32 else { throw .wrongChecksum(member) }
    return bytes
  }

  /// Calls `body` with the content: once for members up to 16 MiB, else with piece after piece.
  func forEachChunk(
    of member: Member, _ body: (UnsafeRawBufferPointer) throws(BundleError) -> Void
  ) throws(BundleError) {
    func pass(_ bytes: [UInt8]) throws(BundleError) {
      try bytes.withRawBytes(body)
    }
    if member.bytes <= 16 << 20 && member.packedBytes <= 17 << 20 {
      try pass(try content(of: member))
    } else {
      let chunks = try chunks(of: member)
      while let chunk = try chunks.next() { try pass(chunk) }
    }
  }
}
