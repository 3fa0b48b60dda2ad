import CZlib

#if canImport(CLibDeflate)
  import CLibDeflate
#endif

/// The one seam between bundles and a deflate library: raw deflate streams (RFC 1951), whole buffers and CRC-32.
///
/// Whole buffers go through libdeflate where it is installed when toolkit is built, else through zlib. What is too big
/// for a buffer goes through `DeflateStream` and `InflateStream`, always by zlib.
enum Deflater {
  /// Which library compresses whole buffers.
  static var library: String {
    #if canImport(CLibDeflate)
      return "libdeflate"
    #else
      return "zlib"
    #endif
  }

  /// How hard to compress a buffer: the level of the library that a level of ours stands for.
  ///
  /// Our levels are zlib's. What libdeflate has beside zlib's 6 is its 3, which packs news 1.5 % larger in a third of
  /// the time, and its 5, which packs it 0.6 % smaller in nearly half of it. Of eight large members three are packed by
  /// the one and five by the other, as their CRC-32 has it: see `docs/decisions/0010-a-leaner-index.md`.
  ///
  /// - Parameters:
  ///   - level: 0 (none) to 9 (smallest).
  ///   - bytes: how long the buffer is.
  ///   - crc: the CRC-32 of the buffer.
  static func effort(level: Int, bytes: Int, crc: UInt32) -> Int {
    let level = max(0, min(level, 9))
    #if canImport(CLibDeflate)
      switch level {
      case 3, 7: return level - 1
      case 4, 5: return 3
      case 6: return bytes >= 256 << 10 && crc % 8 < 3 ? 3 : 5
      default: return level
      }
    #else
      return level
    #endif
  }

  /// Compresses a whole buffer.
  ///
  /// - Parameters:
  ///   - raw: the bytes.
  ///   - effort: what ``effort(level:bytes:crc:)`` says.
  ///   - bench: what it works with, which is used again.
  /// - Returns: the stream, which depends on nothing but the bytes, the effort and the library; `nil` if it would
  ///   not be smaller than `raw`.
  /// - Throws: when the library has no memory.
  static func deflate(
    _ raw: UnsafeRawBufferPointer, effort: Int, on bench: Workbench = Workbench(pageBytes: 0)
  ) throws(CodecFault) -> [UInt8]? {
    #if canImport(CLibDeflate)
      return try bench.deflate(raw, effort: effort)
    #else
      return try Zlib.deflate(raw, level: effort)
    #endif
  }

  /// Inflates a whole buffer.
  ///
  /// - Parameters:
  ///   - packed: one deflate stream and nothing else.
  ///   - bytes: how many bytes must come out. Never more than one byte beyond is allocated.
  /// - Throws: when the stream is malformed, cut off, followed by more bytes, or has another length.
  static func inflate(_ packed: UnsafeRawBufferPointer, bytes: Int) throws(CodecFault) -> [UInt8] {
    #if canImport(CLibDeflate)
      if let inflated = LibDeflate.inflate(packed, bytes: bytes) { return inflated }
    #endif
    // zlib says what is wrong; libdeflate knows good and bad only.
    return try Zlib.inflate(packed, bytes: bytes)
  }

  /// The first bytes of the content of a stream, unchecked; `nil` where the library can't stop early.
  static func inflatePrefix(_ packed: UnsafeRawBufferPointer, bytes: Int) -> PageBuffer? {
    #if canImport(CLibDeflate)
      return LibDeflate.inflatePrefix(packed, bytes: bytes)
    #else
      return nil
    #endif
  }

  /// Continues a CRC-32 (IEEE 802.3, as ZIP uses it); start with 0.
  static func crc32(_ crc: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
    guard let start = bytes.baseAddress else { return crc }
    #if canImport(CLibDeflate)
      return libdeflate_crc32(crc, start, bytes.count)
    #else
      return UInt32(truncatingIfNeeded: crc32_z(uLong(crc), start.assumingMemoryBound(to: Bytef.self), bytes.count))
    #endif
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
