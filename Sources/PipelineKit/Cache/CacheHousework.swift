import Dispatch
import Foundation
import Synchronization

/// What is to be done with segments that are full, beside the threads that keep results.
final class CacheHousework: Sendable {
  /// Whether the limit is reached, and nothing that could be removed for more.
  let isFull = Atomic<Bool>(false)
  private let folder: SegmentFolder
  private let limit: Int
  private let segmentBytes: Int
  private let segments: SegmentList
  private let troubles: CacheTroubles
  private let queue = DispatchQueue(label: "toolkit.cache", qos: .utility)

  init(folder: SegmentFolder, limit: Int, segmentBytes: Int, segments: SegmentList, troubles: CacheTroubles) {
    self.folder = folder
    self.limit = limit
    self.segmentBytes = segmentBytes
    self.segments = segments
    self.troubles = troubles
  }

  /// Makes a segment that is full safe, gives it an index, and makes room for the next one; returns at once.
  @Sendable func take(_ finished: SegmentWriter.Finished) {
    queue.async { [self] in
      seal(finished)
      makeRoom()
    }
  }

  /// Waits until all that was taken is done, then does the same for the last segment, after which no room is needed.
  func end(with last: SegmentWriter.Finished?) { queue.sync { if let last { seal(last) } } }

  private func seal(_ finished: consuming SegmentWriter.Finished) {
    // Somebody may have cleared the cache meanwhile.
    guard let file = finished.segment.written, file.facts?.isLinked == true else { return }
    if finished.entries.isEmpty {
      _ = folder.remove(finished.segment.name)
      return
    }
    var code = file.synchronize()
    if code == 0 {
      code = SegmentIndex.write(
        finished.entries, segmentBytes: finished.bytes, to: folder.index(finished.segment.name))
    }
    if code != 0 { troubles.report(.writing(String(cString: strerror(code)))) }
  }

  /// Keeps the limit while the run goes on. What the run made or found is not removed for more of the same, which a next
  /// run like this one would miss just the same.
  private func makeRoom() {
    let inUse = segments.all.filter { $0.wasUsed.load(ordering: .relaxed) || $0.written != nil }
    let upkeep = SegmentUpkeep(folder: folder, segmentBytes: segmentBytes)
    guard upkeep.evict(limit: limit, sparing: Set(inUse.map(\.name))) > limit else { return }
    isFull.store(true, ordering: .relaxed)
    troubles.report(.tooSmall(limit))
  }
}
