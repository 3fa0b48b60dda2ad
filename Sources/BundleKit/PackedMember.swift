import Foundation

/// A member ready to be written: its header and its data, compressed if that makes it smaller.
struct PackedMember: Sendable {
  let header: EntryHeader
  let payload: [UInt8]
  /// SHA-256 of the uncompressed bytes.
  let hash: String

  /// Compresses a whole member. Depends on nothing but the arguments and the codec, so it can run anywhere.
  init(
    _ name: String, _ content: some ContiguousBytes & Sendable, level: Int, thresholds: Zip64Thresholds
  ) throws(BundleError) {
    do {
      self = try content.withUnsafeBytes { raw in
        let packed = try Deflater.deflate(raw, level: level)
        let payload = packed ?? Array(raw)
        let isZip64 = UInt64(raw.count) >= thresholds.bytes
        let header = EntryHeader(
          name: name, method: packed == nil ? Zip.stored : Zip.deflated, crc: Deflater.crc32(0, raw),
          packedBytes: UInt64(payload.count), bytes: UInt64(raw.count), isZip64: isZip64)
        return PackedMember(header: header, payload: payload, hash: ContentDigest.of(raw))
      }
    } catch {
      throw BundleError(.io, "cannot compress '\(name)': there is not enough memory", member: name)
    }
  }

  private init(header: EntryHeader, payload: [UInt8], hash: String) {
    self.header = header
    self.payload = payload
    self.hash = hash
  }
}

/// A member too large for memory, compressed from one file straight into another.
struct StreamedMember: Sendable {
  let header: EntryHeader
  let hash: String

  /// Compresses a file to a place in another one. The header, whose length depends on the file's size only, has to
  /// be written in front of that place afterwards, when its numbers are known.
  ///
  /// - Parameters:
  ///   - source: the file.
  ///   - target: the descriptor of the file to write to, and its path for messages.
  ///   - offset: where the local header is to stand.
  init(
    _ name: String, from source: InputFile, to target: (descriptor: Int32, path: String), at offset: UInt64,
    level: Int, thresholds: Zip64Thresholds
  ) throws(BundleError) {
    // Whether the header needs ZIP64 must be known now, so the worst case decides.
    let isZip64 = Deflater.bound(source.bytes) >= thresholds.bytes
    var header = EntryHeader(
      name: name, method: Zip.deflated, crc: 0, packedBytes: 0, bytes: source.bytes, isZip64: isZip64)
    let start = offset + UInt64(header.local().count)
    var digest = ContentDigest()
    var place: UInt64 = 0
    var output = [UInt8](repeating: 0, count: 256 << 10)
    do {
      let stream = try DeflateStream(level: level)
      repeat {
        let count = Int(min(256 << 10, source.bytes - place))
        let input = try source.read(count, at: place)
        place += UInt64(count)
        let isLast = place == source.bytes
        try input.withUnsafeBytes { raw in
          digest.update(raw)
          header.crc = Deflater.crc32(header.crc, raw)
          var step = Progress()
          repeat {
            let part = try output.withUnsafeMutableBytes { buffer in
              let part = try stream.step(raw.from(step.read), into: buffer, isLast: isLast)
              let written = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<part.written])
              try NewFile.write(written, to: target.descriptor, at: start + header.packedBytes, path: target.path)
              return part
            }
            header.packedBytes += UInt64(part.written)
            step.add(part)
          } while isLast ? !step.isFinished : step.read < raw.count
        }
      } while place < source.bytes
    } catch let error as BundleError {
      throw error
    } catch {
      throw BundleError(.io, "cannot compress '\(name)': there is not enough memory", member: name)
    }
    self.header = header
    self.hash = digest.finalize()
  }
}
