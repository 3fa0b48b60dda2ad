import Foundation

/// Keeps a folder of segments in order: few, within the limit, and nothing left lying about.
///
/// Only segments that no living process writes are touched; each is locked while that lasts. Any number of processes may
/// do this at once, and may be killed at any moment: what they leave is a segment more, never one less.
struct SegmentUpkeep {
  let folder: SegmentFolder
  let segmentBytes: Int

  /// More small segments than this are merged.
  static let smallSegments = 64

  /// All of it; what can't be done is left to the next run.
  func run(limit: Int) {
    guard let listing = try? folder.listing(), !(listing.segments.isEmpty && listing.strays.isEmpty) else { return }
    sweep(listing)
    SegmentMerge(folder: folder, segmentBytes: segmentBytes).run(listing.segments)
    _ = evict(limit: limit, sparing: [])
  }

  /// Removes the segments that were of use longest ago until the rest is within the limit.
  ///
  /// - Parameter spared: names of segments to leave.
  /// - Returns: the size of what is left.
  func evict(limit: Int, sparing spared: Set<String>) -> Int {
    guard let segments = (try? folder.listing())?.segments else { return 0 }
    var total = segments.reduce(0) { $0 + $1.bytes + $1.indexBytes }
    guard total > limit else { return total }
    // Of those that were used at the same time, the older ones go first: the listing has them in that order.
    let order = segments.enumerated().sorted {
      $0.element.used < $1.element.used
        || !($1.element.used < $0.element.used) && $0.offset < $1.offset
    }
    for (_, segment) in order where total > limit && !spared.contains(segment.name) {
      guard let file = folder.take(segment.name) else {
        // In use, or another process has just made room.
        if !folder.has(segment.name) { total -= segment.bytes + segment.indexBytes }
        continue
      }
      if folder.remove(segment.name) == 0 { total -= segment.bytes + segment.indexBytes }
      file.unlock()
    }
    return total
  }

  /// Removes what killed processes left: indexes without a segment, segments without a record.
  private func sweep(_ listing: SegmentFolder.Listing) {
    let isThere = Set(listing.segments.map(\.name))
    for name in listing.strays {
      guard isThere.contains(name) else {
        folder.removeIndex(name)
        continue
      }
      if let file = folder.take(name) {
        unlink(folder.index(name) + ".partial")
        file.unlock()
      }
    }
    // A process that has just made a segment may not have locked it yet.
    let aMinuteAgo = Date().addingTimeInterval(-60)
    for segment in listing.segments where segment.bytes <= SegmentRecord.firstOffset && segment.used.date < aMinuteAgo {
      guard let file = folder.take(segment.name) else { continue }
      _ = folder.remove(segment.name)
      file.unlock()
    }
  }
}
