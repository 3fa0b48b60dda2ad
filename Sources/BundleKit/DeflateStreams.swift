import CZlib

/// A deflate stream in the making, through the system's zlib.
///
/// zlib keeps a pointer to its `z_stream`, so the structure lives at one address for as long as the object.
final class DeflateStream {
  private let state: UnsafeMutablePointer<z_stream>

  /// Starts a raw stream with a window of 32 KiB.
  init(level: Int) throws(CodecFault) {
    state = .allocate(capacity: 1)
    state.initialize(to: z_stream())
    let status = deflateInit2_(
      state, Int32(clamping: max(0, min(level, 9))), Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw .noMemory }
  }

  deinit {
    deflateEnd(state)
    state.deallocate()
  }

  /// Takes some input and gives some output; with `isLast`, call again until it is finished.
  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isLast: Bool
  ) throws(CodecFault) -> Progress {
    let (inputBytes, outputBytes) = state.lend(input, output)
    // Only the last of several gigabytes may end the stream: the counters of zlib have 32 bits.
    let flush = isLast && inputBytes == input.count ? Z_FINISH : Z_NO_FLUSH
    let status = CZlib.deflate(state, flush)
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { throw .malformed }
    return state.progress(inputBytes, outputBytes, isFinished: status == Z_STREAM_END)
  }
}

/// A deflate stream being read, through the system's zlib.
final class InflateStream {
  private let state: UnsafeMutablePointer<z_stream>

  /// Starts to read a raw stream.
  init() throws(CodecFault) {
    state = .allocate(capacity: 1)
    state.initialize(to: z_stream())
    let status = inflateInit2_(state, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw .noMemory }
  }

  deinit {
    inflateEnd(state)
    state.deallocate()
  }

  /// Takes some input and gives some output. No progress and no end means that there is too little of either.
  func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CodecFault) -> Progress {
    let (progress, fault) = advance(input, into: output)
    if let fault { throw fault }
    return progress
  }

  /// The same, but what came out before a fault is told too.
  func advance(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> (Progress, CodecFault?) {
    let (inputBytes, outputBytes) = state.lend(input, output)
    let status = CZlib.inflate(state, Z_NO_FLUSH)
    let fault: CodecFault? =
      switch status {
      case Z_OK, Z_BUF_ERROR, Z_STREAM_END: nil
      case Z_MEM_ERROR: .noMemory
      default: .malformed
      }
    return (state.progress(inputBytes, outputBytes, isFinished: status == Z_STREAM_END), fault)
  }
}

extension UnsafeMutablePointer<z_stream> {
  /// Points zlib to both buffers, or to as much of them as its 32-bit counters can hold.
  fileprivate func lend(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) -> (Int, Int) {
    let inputBytes = min(input.count, 1 << 30)
    let outputBytes = min(output.count, 1 << 30)
    // zlib reads through this pointer only; its type says otherwise for the sake of old compilers.
    pointee.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?.assumingMemoryBound(to: Bytef.self)
    pointee.avail_in = uInt(inputBytes)
    pointee.next_out = output.baseAddress?.assumingMemoryBound(to: Bytef.self)
    pointee.avail_out = uInt(outputBytes)
    return (inputBytes, outputBytes)
  }

  /// What the last call did, from what it left over.
  fileprivate func progress(_ inputBytes: Int, _ outputBytes: Int, isFinished: Bool) -> Progress {
    Progress(
      read: inputBytes - Int(pointee.avail_in), written: outputBytes - Int(pointee.avail_out), isFinished: isFinished)
  }
}
