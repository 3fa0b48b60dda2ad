import Foundation
import StageKit
import Synchronization

/// Appends records to segments of its own, which no other process writes to.
///
/// Records gather in a buffer that is written when it holds a MiB or its oldest record is a second old. A segment that
/// is full is handed over with its entries, and the next record begins another one. After the first failure nothing is
/// written any more; what is in the buffer can still be read.
final class SegmentWriter: Sendable {
  /// A segment that nothing will be added to, and what it holds on disk.
  struct Finished: Sendable {
    var segment: Segment
    var entries: [IndexEntry]
    var bytes: Int
  }

  private struct Current {
    var segment: Segment
    var number: Int
    var file: OpenFile
    var buffer: [UInt8] = []
    var flushed = 0
    var entries: [IndexEntry] = []
    var isFlushDue = false
  }

  private struct State {
    var current: Current?
    var isStopped = false
  }

  private let folder: SegmentFolder
  private let segments: SegmentList
  private let segmentBytes: Int
  private let time: Date?
  private let retire: @Sendable (Finished) -> Void
  private let fail: @Sendable (String) -> Void
  private let state = Mutex(State())
  private static let bufferBytes = 1 << 20

  /// A writer that makes nothing before the first record.
  ///
  /// - Parameters:
  ///   - segments: numbers the segments, for the places of records.
  ///   - segmentBytes: a segment that has as many is full.
  ///   - time: what the names of segments say; now, if nil.
  ///   - retire: gets each segment that is full; must return at once.
  ///   - fail: gets the reason why nothing is written any more.
  init(
    folder: SegmentFolder, segments: SegmentList, segmentBytes: Int, time: Date? = nil,
    retire: @escaping @Sendable (Finished) -> Void, fail: @escaping @Sendable (String) -> Void
  ) {
    self.folder = folder
    self.segments = segments
    self.segmentBytes = segmentBytes
    self.time = time
    self.retire = retire
    self.fail = fail
  }

  deinit { flush() }

  /// Adds a record and says where; nil if nothing is written any more.
  func append(_ payload: UnsafeRawBufferPointer, for key: ContentKey) -> RecordPlace? {
    let checksum = SegmentRecord.checksum(of: payload, for: key)
    let size = SegmentRecord.size(payload: payload.count)
    var failure: String?
    var full: Finished?
    let place: RecordPlace? = state.withLock { state in
      guard !state.isStopped else { return nil }
      if state.current == nil {
        switch begin() {
        case .success(let current): state.current = current
        case .failure(let reason):
          state.isStopped = true
          failure = reason.text
        }
      }
      guard var current = state.current.take() else { return nil }
      let place = RecordPlace(segment: current.number, offset: current.flushed + current.buffer.count, size: size)
      SegmentRecord.append(payload, for: key, checksum: checksum, to: &current.buffer)
      current.entries.append(IndexEntry(fingerprint: key.high, place: place))
      if current.buffer.count >= Self.bufferBytes || place.end >= segmentBytes {
        failure = write(&current)
        state.isStopped = failure != nil
      } else if !current.isFlushDue {
        current.isFlushDue = true
        DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + 1) { [weak self] in self?.flush() }
      }
      if current.flushed >= segmentBytes {
        full = finished(current)
      } else {
        state.current = current
      }
      return place
    }
    if let failure { fail(failure) }
    if let full { retire(full) }
    return place
  }

  /// The bytes of a record that is still in the buffer.
  func pending(_ place: RecordPlace) -> [UInt8]? {
    state.withLock { state in
      guard let current = state.current, current.number == place.segment, place.offset >= current.flushed,
        place.end <= current.flushed + current.buffer.count
      else { return nil }
      return Array(current.buffer[place.offset - current.flushed..<place.end - current.flushed])
    }
  }

  /// Writes what is in the buffer.
  func flush() {
    let failure: String? = state.withLock { state in
      guard !state.isStopped, var current = state.current.take() else { return nil }
      let failure = write(&current)
      state.isStopped = failure != nil
      current.isFlushDue = false
      state.current = current
      return failure
    }
    if let failure { fail(failure) }
  }

  /// Writes no more from now on, but keeps what is in the buffer readable.
  func stop() { state.withLock { $0.isStopped = true } }

  /// Writes the buffer and ends for good; the last segment, if there is one.
  func finish() -> Finished? {
    flush()
    return state.withLock { state in
      state.isStopped = true
      return state.current.take().map { finished($0) }
    }
  }

  private struct Reason: Error {
    var text: String
  }

  /// A new segment, locked, with its magic number in the buffer.
  private func begin() -> Result<Current, Reason> {
    var isDirectoryMade = false
    // A second name in case another process takes the new segment for an old one, before we have locked it.
    for _ in 0..<4 {
      let name = time.map { SegmentFolder.newName(time: $0) } ?? SegmentFolder.newName()
      let path = folder.segment(name)
      guard let file = OpenFile(path, O_RDWR | O_CREAT | O_EXCL) else {
        let code = errno
        if code == EEXIST { continue }
        if code == ENOENT && !isDirectoryMade {
          isDirectoryMade = true
          try? FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
          continue
        }
        return .failure(Reason(text: String(cString: strerror(code))))
      }
      if !file.lock() && errno == EWOULDBLOCK { continue }
      guard file.facts?.isLinked == true else { continue }
      // The cache must not take the last room from the results of the run.
      if let free = folder.freeBytes, free < 4 * segmentBytes {
        unlink(path)
        return .failure(Reason(text: "the disk is nearly full"))
      }
      let segment = Segment(name, path: path, written: file)
      guard let number = segments.add(segment) else {
        unlink(path)
        return .failure(Reason(text: "there are too many segments"))
      }
      var current = Current(segment: segment, number: number, file: file)
      current.buffer.reserveCapacity(Self.bufferBytes + 4096)
      withUnsafeBytes(of: SegmentRecord.magic.littleEndian) { current.buffer.append(contentsOf: $0) }
      return .success(current)
    }
    return .failure(Reason(text: "no new file could be made"))
  }

  /// Writes the buffer at the end of the segment; returns why not.
  private func write(_ current: inout Current) -> String? {
    guard !current.buffer.isEmpty else { return nil }
    let code = current.buffer.withUnsafeBytes { current.file.write($0, at: current.flushed) }
    guard code == 0 else {
      current.file.truncate(to: current.flushed)
      return String(cString: strerror(code))
    }
    current.flushed += current.buffer.count
    current.buffer.removeAll(keepingCapacity: true)
    current.segment.flushed.store(current.flushed, ordering: .releasing)
    return nil
  }

  private func finished(_ current: consuming Current) -> Finished {
    while let last = current.entries.last, last.place.end > current.flushed { current.entries.removeLast() }
    return Finished(segment: current.segment, entries: current.entries, bytes: current.flushed)
  }
}
