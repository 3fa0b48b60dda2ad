import Synchronization

/// From the first half of a key to the place of its record: open addressing with linear probing, in shards with a lock
/// each, so that threads seldom meet.
///
/// 16 bytes a slot; at most four of five slots are in use, and growing by a fifth keeps it near that: 20 to 24 bytes an
/// entry. A slot's place rises with the fingerprint, so that sorted entries fill memory from front to back.
final class ResultTable: Sendable {
  private struct Slot {
    var fingerprint: UInt64
    /// The bits of a ``RecordPlace``; 0 in an empty slot, `forgotten` in one that chains must still pass through.
    var place: UInt64
  }

  /// A class, because an array can't hold a mutex.
  private final class Shard: Sendable {
    let slots = Mutex(Slots())
  }

  private static let forgotten = UInt64.max
  private static let shardBits = 6
  private let shards = (0..<1 << shardBits).map { _ in Shard() }

  /// How many entries there are.
  var count: Int { shards.reduce(0) { $0 + $1.slots.withLock { $0.live } } }

  /// The place of a record; nil if there is none.
  func place(of fingerprint: UInt64) -> RecordPlace? {
    shard(of: fingerprint).slots.withLock { $0.find(fingerprint) }.map(RecordPlace.init(bits:))
  }

  /// Adds a place unless the fingerprint has one; says whether it did.
  @discardableResult
  func insert(_ place: RecordPlace, for fingerprint: UInt64) -> Bool {
    shard(of: fingerprint).slots.withLock { $0.insert(place.bits, for: fingerprint, replacing: false) }
  }

  /// Adds the entries of a segment; they replace those of segments that came before. Quickest if they are sorted.
  func insert(_ entries: [IndexEntry], segment: Int) {
    var start = 0
    while start < entries.count {
      let prefix = entries[start].fingerprint >> (64 - Self.shardBits)
      start = shards[Int(prefix)].slots.withLock { slots in
        var index = start
        while index < entries.count, entries[index].fingerprint >> (64 - Self.shardBits) == prefix {
          let place = entries[index].place
          if place.offset >= SegmentRecord.firstOffset {
            _ = slots.insert(place.inSegment(segment).bits, for: entries[index].fingerprint, replacing: true)
          }
          index += 1
        }
        return index
      }
    }
  }

  /// Removes a fingerprint if this is still its place.
  func forget(_ fingerprint: UInt64, at place: RecordPlace) {
    shard(of: fingerprint).slots.withLock { $0.forget(fingerprint, at: place.bits) }
  }

  /// Makes room for so many entries at once.
  func reserve(_ count: Int) {
    // Shards differ by chance: a few standard deviations more than their share.
    let share = Double(count) / Double(shards.count)
    for shard in shards { shard.slots.withLock { $0.reserve(Int(share + 4 * share.squareRoot())) } }
  }

  /// Forgets all and gives the memory back.
  func removeAll() {
    for shard in shards { shard.slots.withLock { $0 = Slots() } }
  }

  private func shard(of fingerprint: UInt64) -> Shard { shards[Int(fingerprint >> (64 - Self.shardBits))] }

  private struct Slots {
    private var slots: [Slot] = []
    /// Slots that are not empty, forgotten ones too.
    private var used = 0
    private(set) var live = 0

    func find(_ fingerprint: UInt64) -> UInt64? {
      guard let index = index(of: fingerprint), slots[index].place != 0, slots[index].place != forgotten else {
        return nil
      }
      return slots[index].place
    }

    mutating func insert(_ place: UInt64, for fingerprint: UInt64, replacing: Bool) -> Bool {
      if (used + 1) * 5 > slots.count * 4 { grow(to: max(16, slots.count + slots.count / 5)) }
      guard let index = index(of: fingerprint) else { return false }
      let old = slots[index].place
      if old != 0 && old != forgotten {
        if replacing { slots[index].place = place }
        return replacing
      }
      if old == 0 { used += 1 }
      live += 1
      slots[index] = Slot(fingerprint: fingerprint, place: place)
      return true
    }

    mutating func forget(_ fingerprint: UInt64, at place: UInt64) {
      guard let index = index(of: fingerprint), slots[index].place == place else { return }
      slots[index].place = forgotten
      live -= 1
    }

    mutating func reserve(_ count: Int) {
      let needed = count * 4 / 3 + 1
      if count > 0 && needed > slots.count { grow(to: needed) }
    }

    /// The slot of a fingerprint, or the empty one where it belongs; nil if there are no slots.
    private func index(of fingerprint: UInt64) -> Int? {
      guard !slots.isEmpty else { return nil }
      let scaled = (fingerprint << ResultTable.shardBits).multipliedFullWidth(by: UInt64(slots.count))
      var index = Int(scaled.high)
      while slots[index].place != 0 && slots[index].fingerprint != fingerprint {
        index += 1
        if index == slots.count { index = 0 }
      }
      return index
    }

    private mutating func grow(to capacity: Int) {
      let old = slots
      slots = [Slot](repeating: Slot(fingerprint: 0, place: 0), count: capacity)
      used = 0
      for slot in old where slot.place != 0 && slot.place != forgotten {
        guard let index = index(of: slot.fingerprint) else { continue }
        slots[index] = slot
        used += 1
      }
    }
  }
}
