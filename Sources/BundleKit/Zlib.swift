/// Whole buffers through the system's zlib, by its streams.
enum Zlib {
  /// See ``Deflater/deflate(_:effort:on:)``.
  static func deflate(_ raw: UnsafeRawBufferPointer, level: Int) throws(CodecFault) -> [UInt8]? {
    guard raw.count > 1 else { return nil }
    let stream = try DeflateStream(level: level)
    var step = Progress()
    let packed = try [UInt8](filling: raw.count - 1) { buffer throws(CodecFault) in
      // A full buffer before the end means that the result is no smaller.
      while !step.isFinished && step.written < buffer.count {
        step.add(try stream.step(raw.from(step.read), into: buffer.from(step.written), isLast: true))
      }
      return step.written
    }
    return step.isFinished ? packed : nil
  }

  /// See ``Deflater/inflate(_:bytes:)``.
  static func inflate(_ packed: UnsafeRawBufferPointer, bytes: Int) throws(CodecFault) -> [UInt8] {
    let stream = try InflateStream()
    return try [UInt8](filling: bytes + 1) { buffer throws(CodecFault) in
      var step = Progress()
      while !step.isFinished {
        guard step.written < buffer.count else { throw .tooLong }
        let part = try stream.step(packed.from(step.read), into: buffer.from(step.written))
        step.add(part)
        if part.read == 0 && part.written == 0 && !part.isFinished { throw .cutOff }
      }
      guard step.read == packed.count else { throw .trailing(packed.count - step.read) }
      guard step.written <= bytes else { throw .tooLong }
      guard step.written == bytes else { throw .tooShort(step.written) }
      return step.written
    }
  }
}
