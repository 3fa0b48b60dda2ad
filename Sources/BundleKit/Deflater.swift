import CZlib

/// The one seam between bundles and a deflate library: raw deflate streams (RFC 1951), whole buffers and CRC-32.
///
/// Another library (libdeflate) can take over the functions of this file; `DeflateStream` and `InflateStream`
/// serve what is too big for a buffer.
enum Deflater {
  /// Compresses a whole buffer.
  ///
  /// - Parameters:
  ///   - raw: the bytes.
  ///   - level: 0 (none) to 9 (smallest).
  /// - Returns: the stream, which depends on nothing but the bytes, the level and the library; `nil` if it would
  ///   not be smaller than `raw`.
  /// - Throws: when the library has no memory.
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

  /// Inflates a whole buffer.
  ///
  /// - Parameters:
  ///   - packed: one deflate stream and nothing else.
  ///   - bytes: how many bytes must come out. Never more than one byte beyond is allocated.
  /// - Throws: when the stream is malformed, cut off, followed by more bytes, or has another length.
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

  /// Continues a CRC-32 (IEEE 802.3, as ZIP uses it); start with 0.
  static func crc32(_ crc: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
    guard let start = bytes.baseAddress else { return crc }
    return UInt32(truncatingIfNeeded: crc32_z(uLong(crc), start.assumingMemoryBound(to: Bytef.self), bytes.count))
  }

  /// The most bytes that deflating `bytes` bytes can give with the settings of `DeflateStream`.
  static func bound(_ bytes: UInt64) -> UInt64 { bytes + (bytes >> 10) + 64 }
}

/// How far one or several calls of a codec came.
struct Progress {
  /// Bytes taken from the input.
  var read = 0
  /// Bytes put into the output.
  var written = 0
  /// Whether the end of the deflate stream was reached.
  var isFinished = false

  /// Adds what one more call did.
  mutating func add(_ part: Progress) {
    read += part.read
    written += part.written
    isFinished = part.isFinished
  }
}

/// What is wrong with a deflate stream.
enum CodecFault: Error, Equatable {
  case malformed, cutOff, tooLong, noMemory
  case tooShort(Int), trailing(Int)

  /// As it follows the member's name.
  func message(declared: Int) -> String {
    switch self {
    case .malformed: "its compressed data is malformed"
    case .cutOff: "its compressed data ends too early"
    case .tooLong: "it inflates to more than the \(declared) bytes that the directory promises"
    case .tooShort(let bytes): "it inflates to \(bytes) bytes, the directory promises \(declared)"
    case .trailing(let bytes): "\(bytes) bytes follow its compressed data"
    case .noMemory: "there is not enough memory to inflate it"
    }
  }
}
