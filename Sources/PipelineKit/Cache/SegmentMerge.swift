import Foundation
import StageKit

/// Makes one segment of many small ones, so that a store of many small runs still opens quickly.
struct SegmentMerge {
  let folder: SegmentFolder
  let segmentBytes: Int

  /// Merges the smallest segments, as many as fit into one, if there are more than ``SegmentUpkeep/smallSegments`` that
  /// are less than half full.
  ///
  /// The old ones go when the new one and its index are safe; who is killed before leaves results twice.
  func run(_ segments: [SegmentFolder.Entry]) {
    let small = segments.filter { $0.bytes < segmentBytes / 2 }.sorted { $0.bytes < $1.bytes }
    guard small.count > SegmentUpkeep.smallSegments else { return }
    var sources: [(entry: SegmentFolder.Entry, file: OpenFile)] = []
    var bytes = 0
    for entry in small where bytes + entry.bytes <= segmentBytes {
      guard let file = folder.take(entry.name) else { continue }
      sources.append((entry, file))
      bytes += entry.bytes
    }
    defer { for source in sources { source.file.unlock() } }
    guard sources.count > 1, merge(sources) else { return }
    for source in sources { _ = folder.remove(source.entry.name) }
  }

  /// Copies all whole records, each key once, into a new segment; false if it came to nothing.
  private func merge(_ sources: [(entry: SegmentFolder.Entry, file: OpenFile)]) -> Bool {
    // It is as old as its oldest part: whatever is kept from now on is newer, and wins.
    let oldest = sources.map(\.entry.name).min().flatMap(SegmentFolder.time)
    let writer = SegmentWriter(
      folder: folder, segments: SegmentList(), segmentBytes: RecordPlace.offsetLimit, time: oldest, retire: { _ in },
      fail: { _ in })
    let known = ResultTable()
    var isComplete = true
    for source in sources {
      let index = SegmentIndex.read(folder.index(source.entry.name), segmentBytes: source.entry.bytes)
      for entry in index ?? folder.scanned(source.entry.name) {
        let place = entry.place
        withUnsafeTemporaryAllocation(byteCount: place.size, alignment: 8) { buffer in
          guard source.file.read(into: buffer, at: place.offset) == place.size,
            let (key, payload) = SegmentRecord.verified(UnsafeRawBufferPointer(buffer)),
            known.place(of: key.high) == nil
          else { return }
          if let copy = writer.append(payload, for: key) {
            known.insert(copy, for: key.high)
          } else {
            isComplete = false
          }
        }
      }
    }
    guard let finished = writer.finish() else { return isComplete }
    let segment = finished.segment
    defer { segment.written?.unlock() }
    guard isComplete, finished.entries.count == known.count, segment.written?.synchronize() == 0,
      SegmentIndex.write(finished.entries, segmentBytes: finished.bytes, to: folder.index(segment.name)) == 0
    else {
      _ = folder.remove(segment.name)
      return false
    }
    if let used = sources.map(\.entry.used).max(by: <) { folder.touch(segment.name, used) }
    return true
  }
}
