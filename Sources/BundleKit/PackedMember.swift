import Foundation

/// A member ready to be written: its header and its data, compressed if that makes it smaller.
struct PackedMember: Sendable {
  let header: EntryHeader
  let payload: [UInt8]
  /// SHA-256 of the uncompressed bytes.
  let hash: String

  /// Compresses a whole member, or copies it from an earlier bundle, which gives the same. Depends on nothing but the
  /// arguments and the codec, so it can run anywhere.
  init(
    _ name: String, _ content: some ContiguousBytes & Sendable, level: Int, thresholds: Zip64Thresholds,
    bench: Workbench, earlier: EarlierBundle? = nil
  ) throws(BundleError) {
    do {
      self = try content.withUnsafeBytes { raw in
        let (hash, crc) = Self.sums(of: raw)
        let effort = Deflater.effort(level: level, bytes: raw.count, crc: crc)
        let packed: [UInt8]?
        if let earlier {
          packed = try earlier.deflated(raw, hash: hash, crc: crc, effort: effort) { () throws(CodecFault) in
            try Deflater.deflate(raw, effort: effort, on: bench)
          }
        } else {
          packed = try Deflater.deflate(raw, effort: effort, on: bench)
        }
        let payload = packed ?? Array(raw)
        let isZip64 = UInt64(raw.count) >= thresholds.bytes
        let header = EntryHeader(
          name: name, method: packed == nil ? Zip.stored : Zip.deflated, crc: crc,
          packedBytes: UInt64(payload.count), bytes: UInt64(raw.count), isZip64: isZip64)
        return PackedMember(header: header, payload: payload, hash: hash)
      }
    } catch {
      throw .noMemory(name)
    }
  }

  /// SHA-256 and CRC-32, piece by piece, so that the second finds what the first has brought near.
  private static func sums(of raw: UnsafeRawBufferPointer) -> (hash: String, crc: UInt32) {
    let pieceBytes = 64 << 10
    var (digest, crc) = (ContentDigest(), UInt32(0))
    for start in stride(from: 0, to: raw.count, by: pieceBytes) {
      let piece = raw.slice(start..<min(start + pieceBytes, raw.count))
      digest.update(piece)
      crc = Deflater.crc32(crc, piece)
    }
    return (digest.finalize(), crc)
  }

  init(header: EntryHeader, payload: [UInt8], hash: String) {
    self.header = header
    self.payload = payload
    self.hash = hash
  }
}
