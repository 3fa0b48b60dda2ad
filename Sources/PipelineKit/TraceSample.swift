import StageKit
import Synchronization

/// Which documents `--trace` follows: the N whose ids have the smallest hash, of those that sources passed.
///
/// A document of the final sample is in the sample from the moment it is passed, since there are never more than N
/// smaller hashes: so it is seen at every stage, though nobody knows the sample before the sources have ended. What a
/// stage makes of a followed document is followed too. (Bottom-k sampling: Cohen and Kaplan, "Summarizing data using
/// bottom-k sketches", PODC 2007.)
final class TraceSample: Sendable {
  private let size: Int
  /// Followed hashes, the largest first: a heap would be quicker, but N is at most 1000 and changes get rare.
  private let hashes = Mutex<[UInt64]>([])
  /// The largest hash that is followed; all are while there is room.
  private let limit = Atomic<UInt64>(.max)

  /// A sample of `size` documents.
  init(size: Int) { self.size = size }

  /// Notes that a source passed a document.
  func add(_ id: String) {
    let hash = Self.hash(id)
    guard hash < limit.load(ordering: .relaxed) else { return }
    hashes.withLock { hashes in
      let place = hashes.firstIndex { $0 <= hash } ?? hashes.endIndex
      guard place == hashes.endIndex || hashes[place] != hash else { return }
      hashes.insert(hash, at: place)
      if hashes.count > size { hashes.removeFirst() }
      if hashes.count == size, let largest = hashes.first { limit.store(largest &+ 1, ordering: .relaxed) }
    }
  }

  /// Whether the document with the id is followed, as far as is known by now.
  func contains(_ id: String) -> Bool {
    let hash = Self.hash(id)
    return hash < limit.load(ordering: .relaxed) && hashes.withLock { $0.contains(hash) }
  }

  /// 64 bits of FNV-1a over the id's UTF-8, mixed once more, since neighbouring ids should lie far apart.
  static func hash(_ id: String) -> UInt64 {
    var hash = FNV1a(id.utf8).value
    hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
    return hash ^ hash >> 33
  }
}
