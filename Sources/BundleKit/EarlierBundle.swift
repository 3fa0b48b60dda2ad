import Foundation
import Synchronization

/// A bundle whose members are copied, compressed as they are, where the new one has the same.
///
/// The new bundle is the same, byte for byte, as one written without it. What is copied was inflated and compared
/// before; and nothing is copied until one large member, compressed anew, gave the bytes that it has here, since a
/// bundle does not say which library and which level made it.
final class EarlierBundle: Sendable {
  /// What is known of the file.
  private enum Content {
    case unopened
    /// Damaged, or no bundle: it is an aid and nothing depends on it.
    case useless
    /// Members by the SHA-256 that `datapackage.json` names.
    case members([String: Member], BundleReader)
  }

  /// Whether our codec would make the same streams.
  private enum Codec { case same, other }

  private struct State {
    var content = Content.unopened
    /// By the effort of each: an earlier toolkit may have chosen it otherwise.
    var codecs: [Int: Codec] = [:]
    var copied = 0
  }

  /// Smaller members are compressed sooner than found, and too small to tell codecs apart.
  private static let fewestBytes = 64 << 10

  private let url: URL
  private let state = Mutex(State())

  /// Nothing is opened before the first member that might be copied.
  init(at url: URL) { self.url = url }

  /// How many members were copied.
  var copied: Int { state.withLock { $0.copied } }

  /// Compresses a member or copies it. Blocks for the disk.
  ///
  /// - Parameters:
  ///   - raw: its bytes, with their SHA-256 and CRC-32.
  ///   - effort: how hard `compress` tries.
  ///   - compress: what would be done without the earlier bundle.
  /// - Returns: what `compress` gives, or the same bytes from the earlier bundle.
  func deflated<Failure: Error>(
    _ raw: UnsafeRawBufferPointer, hash: String, crc: UInt32, effort: Int, by compress: () throws(Failure) -> [UInt8]?
  ) throws(Failure) -> [UInt8]? {
    guard raw.count >= Self.fewestBytes, let packed = stream(of: raw, hash: hash, crc: crc, effort) else {
      return try compress()
    }
    if state.withLock({ $0.codecs[effort] == .same }) {
      state.withLock { $0.copied += 1 }
      return packed
    }
    let fresh = try compress()
    if fresh != packed {
      state.withLock { $0.codecs[effort] = .other }
    } else if Self.isTelling(packed, of: raw) {
      state.withLock { if $0.codecs[effort] == nil { $0.codecs[effort] = .same } }
    }
    return fresh
  }

  /// Whether other codecs and levels would have made another stream: not of what repeats itself over and over or has
  /// no repetitions, where there is little to choose.
  private static func isTelling(_ packed: [UInt8], of raw: UnsafeRawBufferPointer) -> Bool {
    packed.count > raw.count / 16 && packed.count < raw.count / 4 * 3
  }

  /// The compressed form of these bytes here, proved to inflate to them; `nil` if there is none, or if it is known that
  /// it would not be the same.
  private func stream(of raw: UnsafeRawBufferPointer, hash: String, crc: UInt32, _ effort: Int) -> [UInt8]? {
    guard let (member, reader) = find(hash, effort), member.bytes == raw.count, member.crc32 == crc else { return nil }
    do {
      let packed = try reader.packed(member)
      let content = try packed.withRawBytes { bytes throws(CodecFault) in
        try Deflater.inflate(bytes, bytes: member.bytes)
      }
      return content.withRawBytes { $0.isSame(as: raw) } ? packed : nil
    } catch {
      return nil
    }
  }

  private func find(_ hash: String, _ effort: Int) -> (Member, BundleReader)? {
    state.withLock { state in
      if case .unopened = state.content { state.content = Self.open(url) }
      guard state.codecs[effort] != .other, case .members(let members, let reader) = state.content,
        let member = members[hash]
      else { return nil }
      return (member, reader)
    }
  }

  private static func open(_ url: URL) -> Content {
    do throws(BundleError) {
      let reader = try BundleReader(at: url)
      var members: [String: Member] = [:]
      for resource in try Manifest(of: reader).resources where resource.bytes >= fewestBytes {
        guard let member = reader.member(resource.path), member.isDeflated, member.bytes == resource.bytes else {
          continue
        }
        members[resource.hash] = member
      }
      return .members(members, reader)
    } catch {
      return .useless
    }
  }
}
