/// Reads one member piece by piece, in memory that does not depend on its size.
///
/// Not for several tasks at once; take one each.
public final class MemberChunks {
  /// How many bytes a piece has at most.
  public static let chunkBytes = 128 << 10

  private let file: InputFile
  private let member: Member
  private let inflater: InflateStream?
  private var packed: [UInt8] = []
  private var packedPosition = 0
  private var packedRead = 0
  private var produced = 0
  private var crc: UInt32 = 0
  private var isDone = false

  init(_ member: Member, in file: InputFile) throws(BundleError) {
    self.member = member
    self.file = file
    do {
      inflater = member.isDeflated ? try InflateStream() : nil
    } catch {
      throw .damaged(member, .noMemory)
    }
  }

  /// The next piece, or `nil` at the end. What came before the end is not known to be right until then.
  ///
  /// - Throws: `BundleError` when the data are malformed, or when the size or the CRC-32 is another than promised.
  public func next() throws(BundleError) -> [UInt8]? {
    guard !isDone else { return nil }
    let chunk: [UInt8]
    if let inflater { chunk = try inflated(inflater) } else { chunk = try stored() }
    crc = chunk.withRawBytes { Deflater.crc32(crc, $0) }
    produced += chunk.count
    guard produced <= member.bytes else { throw .damaged(member, .tooLong) }
    if isDone {
      guard produced == member.bytes else { throw .damaged(member, .tooShort(produced)) }
      let rest = member.packedBytes - packedRead + packed.count - packedPosition
      guard rest == 0 else { throw .damaged(member, .trailing(rest)) }
      guard crc == member.crc32 else { throw .wrongChecksum(member) }
    }
    return chunk.isEmpty ? nil : chunk
  }

  private func stored() throws(BundleError) -> [UInt8] {
    let count = min(Self.chunkBytes, member.packedBytes - packedRead)
    let chunk = try file.read(count, at: member.dataOffset + UInt64(packedRead))
    packedRead += count
    isDone = packedRead == member.packedBytes
    return chunk
  }

  /// Inflates until a piece is full or the stream ends.
  private func inflated(_ inflater: InflateStream) throws(BundleError) -> [UInt8] {
    // One byte more than promised is enough to see a lie.
    let capacity = min(Self.chunkBytes, member.bytes - produced + 1)
    return try [UInt8](filling: capacity) { buffer throws(BundleError) in
      var written = 0
      while written < buffer.count && !isDone {
        try refill()
        let part = try step(inflater, buffer.from(written))
        packedPosition += part.read
        written += part.written
        isDone = part.isFinished
        if part.read == 0 && part.written == 0 && !isDone { throw .damaged(member, .cutOff) }
      }
      return written
    }
  }

  private func step(
    _ inflater: InflateStream, _ output: UnsafeMutableRawBufferPointer
  ) throws(BundleError) -> Progress {
    do throws(CodecFault) {
      return try packed.withRawBytes { raw throws(CodecFault) in
        try inflater.step(raw.from(packedPosition), into: output)
      }
    } catch {
      throw .damaged(member, error)
    }
  }

  private func refill() throws(BundleError) {
    guard packedPosition == packed.count, packedRead < member.packedBytes else { return }
    let count = min(Self.chunkBytes, member.packedBytes - packedRead)
    packed = try file.read(count, at: member.dataOffset + UInt64(packedRead))
    packedRead += count
    packedPosition = 0
  }
}

extension BundleError {
  /// A member whose data are not what the directory promises.
  static func damaged(_ member: Member, _ fault: CodecFault) -> BundleError {
    let what = "member '\(member.name)' is damaged: \(fault.message(declared: member.bytes))"
    return BundleError(.damagedMember, "\(what); get the bundle again from where it came", member: member.name)
  }

  /// A member whose content has changed.
  static func wrongChecksum(_ member: Member) -> BundleError {
    let what = "member '\(member.name)' is damaged: its content has another CRC-32 than the directory promises"
    return BundleError(.damagedMember, "\(what); get the bundle again from where it came", member: member.name)
  }
}
