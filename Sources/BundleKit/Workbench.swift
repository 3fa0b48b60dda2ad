import Foundation
import Synchronization

#if canImport(CLibDeflate)
  import CLibDeflate
#endif

/// What compressing takes and is used again from member to member: pages and compressors.
///
/// New pages cost a fault each, and the system clears them: with new ones for each member a tenth of the time. There are
/// never more than were in use at once.
final class Workbench: Sendable {
  /// Memory and compressors that nobody uses now.
  private struct Idle: @unchecked Sendable {
    var pages: [UnsafeMutableRawBufferPointer] = []
    /// By their effort.
    var compressors: [Int: [OpaquePointer]] = [:]
  }

  /// How many bytes a buffer of usual size has.
  private let pageBytes: Int
  private let idle = Mutex(Idle())

  /// - Parameter pageBytes: the longest part; what is longer gets pages of its own.
  init(pageBytes: Int) { self.pageBytes = pageBytes }

  deinit { clear() }

  /// Gives what nobody uses now back to the system.
  func clear() {
    let idle = idle.withLock { idle in
      defer { idle = Idle() }
      return idle
    }
    for pages in idle.pages { PageBuffer.free(pages) }
    #if canImport(CLibDeflate)
      for compressor in idle.compressors.values.joined() { libdeflate_free_compressor(compressor) }
    #endif
  }

  /// An empty buffer; `nil` if there is not enough memory.
  func buffer(capacity: Int) -> PageBuffer? {
    guard capacity <= pageBytes else { return PageBuffer(capacity: capacity) }
    if let pages = idle.withLock({ $0.pages.popLast() }) { return PageBuffer(pages, of: self) }
    return PageBuffer.pages(pageBytes).map { PageBuffer($0, of: self) }
  }

  /// Takes pages back.
  func take(_ pages: UnsafeMutableRawBufferPointer) {
    let pages = Pages(memory: pages)
    idle.withLock { $0.pages.append(pages.memory) }
  }

  private struct Pages: @unchecked Sendable {
    let memory: UnsafeMutableRawBufferPointer
  }

  #if canImport(CLibDeflate)
    /// Compresses a whole buffer; see ``Deflater/deflate(_:effort:on:)``.
    func deflate(_ raw: UnsafeRawBufferPointer, effort: Int) throws(CodecFault) -> [UInt8]? {
      guard raw.count > 1 else { return nil }
      guard let output = buffer(capacity: raw.count - 1) else { throw .noMemory }
      guard
        let compressor = idle.withLock({ Compressor($0.compressors[effort]?.popLast()) }).state
          ?? libdeflate_alloc_compressor(Int32(clamping: effort))
      else { throw .noMemory }
      output.fill { buffer in
        // 0 when the result does not fit, so when it is no smaller.
        libdeflate_deflate_compress(compressor, raw.baseAddress, raw.count, buffer.baseAddress, raw.count - 1)
      }
      let done = Compressor(compressor)
      idle.withLock { if let state = done.state { $0.compressors[effort, default: []].append(state) } }
      return output.count == 0 ? nil : output.withRawBytes { Array($0) }
    }
  #endif

  private struct Compressor: @unchecked Sendable {
    let state: OpaquePointer?

    init(_ state: OpaquePointer?) { self.state = state }
  }
}
