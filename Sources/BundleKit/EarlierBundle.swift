import Foundation
import Synchronization

/// A bundle whose members are copied, compressed as they are, where the new one has the same.
///
/// The new bundle is the same, byte for byte, as one written without it. What is copied was inflated and compared
/// before; and nothing is copied until one large member, compressed anew, gave the bytes that it has here, since a
/// bundle does not say which library and which level made it.
final class EarlierBundle: Sendable {
  /// Whether our codec would make the same streams.
  private enum Codec { case unknown, same, other }

  private struct State {
    var codec = Codec.unknown
    var copied = 0
  }

  /// Smaller members are compressed sooner than found, and too small to tell codecs apart.
  private static let fewestBytes = 64 << 10

  private let reader: BundleReader
  /// By the SHA-256 that `datapackage.json` names.
  private let members: [String: Member]
  private let state = Mutex(State())

  /// Opens a bundle; `nil` for one that is damaged, or none at all: it is an aid and nothing depends on it.
  init?(at url: URL) {
    do throws(BundleError) {
      reader = try BundleReader(at: url)
      var members: [String: Member] = [:]
      for resource in try Manifest(of: reader).resources where resource.bytes >= Self.fewestBytes {
        guard let member = reader.member(resource.path), member.isDeflated, member.bytes == resource.bytes else {
          continue
        }
        members[resource.hash] = member
      }
      self.members = members
    } catch {
      return nil
    }
  }

  /// How many members were copied.
  var copied: Int { state.withLock { $0.copied } }

  /// Compresses a member or copies it.
  ///
  /// - Parameters:
  ///   - raw: its bytes, with their SHA-256 and CRC-32.
  ///   - compress: what would be done without the earlier bundle.
  /// - Returns: what `compress` gives, or the same bytes from the earlier bundle.
  func deflated<Failure: Error>(
    _ raw: UnsafeRawBufferPointer, hash: String, crc: UInt32, by compress: () throws(Failure) -> [UInt8]?
  ) throws(Failure) -> [UInt8]? {
    let codec = state.withLock { $0.codec }
    guard codec != .other, let packed = stream(of: raw, hash: hash, crc: crc) else { return try compress() }
    guard codec == .unknown else {
      state.withLock { $0.copied += 1 }
      return packed
    }
    let fresh = try compress()
    state.withLock { $0.codec = fresh == packed ? .same : .other }
    return fresh
  }

  /// The compressed form of these bytes here, proved to inflate to them; `nil` if there is none.
  private func stream(of raw: UnsafeRawBufferPointer, hash: String, crc: UInt32) -> [UInt8]? {
    guard let member = members[hash], member.bytes == raw.count, member.crc32 == crc else { return nil }
    do {
      let packed = try reader.file.read(member.packedBytes, at: member.dataOffset)
      let content = try packed.withRawBytes { bytes throws(CodecFault) in
        try Deflater.inflate(bytes, bytes: member.bytes)
      }
      return content.withRawBytes { $0.elementsEqual(raw) } ? packed : nil
    } catch {
      return nil
    }
  }
}
