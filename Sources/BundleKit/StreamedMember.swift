/// A member too large for memory, compressed from one file straight into another.
struct StreamedMember: Sendable {
  /// How many bytes are read and written at once.
  private static let chunkBytes = 256 << 10

  private(set) var header: EntryHeader
  /// SHA-256 of the uncompressed bytes.
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
    let stream = try Self.withMemory(for: name) { () throws(CodecFault) in try DeflateStream(level: level) }
    var digest = ContentDigest()
    var place: UInt64 = 0
    repeat {
      let input = try source.read(Int(min(UInt64(Self.chunkBytes), source.bytes - place)), at: place)
      place += UInt64(input.count)
      input.withRawBytes { raw in
        digest.update(raw)
        header.crc = Deflater.crc32(header.crc, raw)
      }
      var step = Progress()
      repeat {
        let output = try Self.withMemory(for: name) { () throws(CodecFault) in
          try stream.next(input, &step, isLast: place == source.bytes)
        }
        let end = start + header.packedBytes
        try output.withRawBytes { raw throws(BundleError) in
          try NewFile.write(raw, to: target.descriptor, at: end, path: target.path)
        }
        header.packedBytes += UInt64(output.count)
      } while place == source.bytes ? !step.isFinished : step.read < input.count
    } while place < source.bytes
    self.header = header
    self.hash = digest.finalize()
  }

  private static func withMemory<Value>(
    for name: String, _ body: () throws(CodecFault) -> Value
  ) throws(BundleError) -> Value {
    do throws(CodecFault) {
      return try body()
    } catch {
      throw .noMemory(name)
    }
  }
}

extension DeflateStream {
  /// What the next call gives for the rest of `input`, at most 256 KiB.
  fileprivate func next(_ input: [UInt8], _ step: inout Progress, isLast: Bool) throws(CodecFault) -> [UInt8] {
    var part = Progress()
    let output = try [UInt8](filling: 256 << 10) { buffer throws(CodecFault) in
      part = try input.withRawBytes { raw throws(CodecFault) in
        try self.step(raw.from(step.read), into: buffer, isLast: isLast)
      }
      return part.written
    }
    step.add(part)
    return output
  }
}
