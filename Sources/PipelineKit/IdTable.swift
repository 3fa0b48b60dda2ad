/// Which documents are inside a stage and which have left it, by hashes of their ids: about 16 bytes a document.
///
/// An open-addressing table with linear probing. A slot is 0 if it is free; otherwise its lowest bit says whether the
/// document has left, and the others are the hash: two ids with one 63-bit hash would need billions of documents.
struct IdTable: Sendable {
  /// What a document's leaving means.
  enum Departure {
    /// It had come in.
    case left
    /// It had not come in: the stage has made it.
    case made
    /// It has left before.
    case again
  }

  /// How many documents came in and have not left.
  private(set) var inside = 0
  private var slots: [UInt64] = Array(repeating: 0, count: 64)
  private var used = 0
  private static let hasLeft: UInt64 = 1

  /// Notes that a document came in.
  mutating func enter(_ id: String) {
    let key = Self.key(id)
    let slot = slot(of: key)
    switch slots[slot] {
    case 0:
      inside += 1
      fill(slot, with: key)
    case key: break
    // Let out before: if it leaves once more, that is noticed, and if it doesn't, that too.
    default: inside += 1
    }
  }

  /// Notes that a document left.
  mutating func leave(_ id: String) -> Departure {
    let key = Self.key(id)
    let slot = slot(of: key)
    switch slots[slot] {
    case 0:
      fill(slot, with: key | Self.hasLeft)
      return .made
    case key:
      slots[slot] = key | Self.hasLeft
      inside -= 1
      return .left
    default: return .again
    }
  }

  /// The hash in the upper 63 bits; never 0.
  private static func key(_ id: String) -> UInt64 {
    let key = UInt64(truncatingIfNeeded: id.hashValue) << 1
    return key == 0 ? 2 : key
  }

  /// Where a key stands, or would.
  private func slot(of key: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: key >> 1) & mask
    while slots[slot] != 0, slots[slot] & ~Self.hasLeft != key { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func fill(_ slot: Int, with entry: UInt64) {
    slots[slot] = entry
    used += 1
    guard used * 3 > slots.count * 2 else { return }
    let old = slots
    slots = Array(repeating: 0, count: old.count * 2)
    for entry in old where entry != 0 { slots[self.slot(of: entry & ~Self.hasLeft)] = entry }
  }
}
