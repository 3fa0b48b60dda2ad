import Foundation
import StageKit
import Synchronization

/// Results on disk that outlive a run, in segment files with checksums.
///
/// Every process appends to segments of its own, so that runs at the same time don't disturb each other; each sees what
/// was there when it opened the store, and what it keeps itself. In memory is a table of 20 to 24 bytes an entry; results
/// are read from disk, and their whole key and a checksum are compared each time. Whatever goes wrong costs results, never
/// a run: what is damaged is not there, and when nothing can be written the store says so once and goes on without.
///
/// Blocks for disk accesses. The format is told at ``SegmentRecord`` and ``SegmentIndex``.
public final class SegmentStore: ResultStore {
  /// The size that a store's files are kept below unless somebody chose another: 8 GiB.
  public static let standardLimit = 8 << 30

  let folder: SegmentFolder
  let limit: Int
  let segmentBytes: Int
  let segments: SegmentList
  private let table = ResultTable()
  private let writer: SegmentWriter
  private let troubles: CacheTroubles
  private let housework: CacheHousework
  private let isClosed = Atomic<Bool>(false)
  private let hits = Atomic<Int>(0)
  private let misses = Atomic<Int>(0)
  private let kept = Atomic<Int>(0)
  /// How many segments stay open once they were read; others are opened for each read.
  private static let openFiles = 256

  /// Opens the store in a folder, which need not exist: nothing is made before the first result is kept.
  ///
  /// - Parameters:
  ///   - directory: the folder of the segments, `results` in the cache folder.
  ///   - limit: how many bytes all files may have together when the store is closed; 0 keeps nothing.
  ///   - warn: gets a message, at most one for each kind of trouble: unreadable, unwritable, damaged, too small. May be
  ///     called from any thread.
  public convenience init(
    directory: URL, limit: Int = standardLimit, warn: @escaping @Sendable (String) -> Void
  ) {
    // Large segments keep the folder small; many of them let go of the oldest in small portions.
    self.init(
      directory: directory, limit: limit, segmentBytes: min(64 << 20, max(64 << 10, limit / 16)), warn: warn)
  }

  init(directory: URL, limit: Int, segmentBytes: Int, warn: @escaping @Sendable (String) -> Void) {
    let folder = SegmentFolder(path: directory.path)
    let troubles = CacheTroubles(path: folder.path, warn: warn)
    let segments = SegmentList()
    let housework = CacheHousework(
      folder: folder, limit: limit, segmentBytes: segmentBytes, segments: segments, troubles: troubles)
    self.folder = folder
    self.limit = limit
    self.segmentBytes = segmentBytes
    self.segments = segments
    self.troubles = troubles
    self.housework = housework
    writer = SegmentWriter(
      folder: folder, segments: segments, segmentBytes: segmentBytes, retire: housework.take,
      fail: { troubles.report(.writing($0)) })
    load()
  }

  deinit { close() }

  /// What is kept for `key`, given to `body`; nil if nothing is, if it is damaged, or if `body` gives nil.
  public func withResult<Result>(for key: ContentKey, _ body: (UnsafeRawBufferPointer) -> Result?) -> Result? {
    guard let result = find(key, body) else {
      misses.add(1, ordering: .relaxed)
      return nil
    }
    hits.add(1, ordering: .relaxed)
    return result
  }

  /// Whether bytes are kept for `key`, as far as the table knows: they are not read, and may turn out to be damaged.
  public func contains(_ key: ContentKey) -> Bool { table.place(of: key.high) != nil }

  /// Keeps bytes for `key` unless there are some; at most 16 MiB, and no more than a segment holds.
  public func keep(_ bytes: [UInt8], for key: ContentKey) {
    guard bytes.count <= SegmentRecord.largestPayload, bytes.count < segmentBytes, limit > 0,
      !isClosed.load(ordering: .acquiring), !housework.isFull.load(ordering: .relaxed), !contains(key),
      let place = bytes.withUnsafeBytes({ writer.append($0, for: key) })
    else { return }
    if table.insert(place, for: key.high) { kept.add(1, ordering: .relaxed) }
  }

  /// How often something was found and not found, and how many results were kept.
  public var counts: (hits: Int, misses: Int, kept: Int) {
    (hits.load(ordering: .relaxed), misses.load(ordering: .relaxed), kept.load(ordering: .relaxed))
  }

  /// How many results there are.
  public var count: Int { table.count }

  /// Writes what is still in memory, remembers which segments were of use, merges small ones and removes those that were
  /// of use longest ago until the limit is kept. The store is empty from then on. Does nothing the second time.
  public func close() {
    guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    housework.end(with: writer.finish())
    table.removeAll()
    for segment in segments.all {
      if segment.wasUsed.load(ordering: .relaxed) { folder.touch(segment.name) }
      segment.written?.unlock()
    }
    SegmentUpkeep(folder: folder, segmentBytes: segmentBytes).run(limit: limit)
  }

  private func find<Result>(_ key: ContentKey, _ body: (UnsafeRawBufferPointer) -> Result?) -> Result? {
    guard let place = table.place(of: key.high), let segment = segments[place.segment] else { return nil }
    let read = { (bytes: UnsafeRawBufferPointer) -> Found<Result> in
      guard let record = SegmentRecord.verified(bytes) else { return .damaged }
      return record.key == key ? .value(body(record.payload)) : .other
    }
    let found: Found<Result>?
    if place.end > segment.flushed.load(ordering: .acquiring), let pending = writer.pending(place) {
      found = pending.withUnsafeBytes(read)
    } else {
      found = segment.withBytes(of: place, read)
    }
    switch found {
    case .value(let value):
      segment.markUsed()
      return value
    case .other: return nil
    case .damaged: troubles.report(.damage(segment.path))
    // The segment was removed or cut: by another process that made room, or by accident.
    case nil: break
    }
    table.forget(key.high, at: place)
    return nil
  }

  private enum Found<Value> {
    case value(Value?)
    /// The record of a key with the same first half.
    case other
    case damaged
  }

  /// Reads what the folder holds.
  private func load() {
    let entries: [SegmentFolder.Entry]
    do throws(POSIXError) {
      entries = try folder.listing().segments
    } catch {
      return troubles.report(.reading(String(cString: strerror(error.code.rawValue))))
    }
    let counts = entries.map { SegmentIndex.count(folder.index($0.name), segmentBytes: $0.bytes) ?? 0 }
    table.reserve(counts.reduce(0, +))
    let budget = Segment.Budget(Self.openFiles)
    for entry in entries {
      let contents = folder.contents(of: entry)
      guard !contents.isEmpty else { continue }
      let segment = Segment(entry.name, path: folder.segment(entry.name), budget: budget)
      guard let number = segments.add(segment) else { return }
      table.insert(contents, segment: number)
    }
  }
}
