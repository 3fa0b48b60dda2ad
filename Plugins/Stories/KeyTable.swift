/// Values by 64-bit keys that are hashes already: open addressing with linear probing, without hashing them again.
///
/// Several times faster than a `Dictionary`, which summaries of many documents would spend most of their time in.
struct KeyTable<Value: Sendable>: Sendable {
  private var keys: [UInt64]
  private var values: [Value]
  private let empty: Value
  private var mask: Int
  /// How many keys there are.
  private(set) var count = 0

  /// No keys, with room for `capacity` of them; keys that are asked for and not there have the value `empty`.
  init(capacity: Int, empty: Value) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    keys = [UInt64](repeating: 0, count: size)
    values = [Value](repeating: empty, count: size)
    mask = size - 1
    self.empty = empty
  }

  /// The value of a key.
  subscript(key: UInt64) -> Value {
    @inline(__always) get {
      let slot = slot(of: key)
      return keys[slot] == 0 ? empty : values[slot]
    }
  }

  /// Changes the value of a key, which is `empty` before.
  @inline(__always)
  mutating func update<Result>(_ key: UInt64, _ change: (inout Value) -> Result) -> Result {
    var slot = slot(of: key)
    if keys[slot] == 0 {
      if 2 * (count + 1) > keys.count {
        grow()
        slot = self.slot(of: key)
      }
      keys[slot] = Self.stored(key)
      count += 1
    }
    return change(&values[slot])
  }

  /// 0 marks an empty place: that key shares one with its neighbour.
  @inline(__always)
  private static func stored(_ key: UInt64) -> UInt64 { key == 0 ? 1 : key }

  @inline(__always)
  private func slot(of key: UInt64) -> Int {
    let key = Self.stored(key)
    var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 20) & mask
    while keys[slot] != 0, keys[slot] != key { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let (oldKeys, oldValues) = (keys, values)
    keys = [UInt64](repeating: 0, count: 2 * oldKeys.count)
    values = [Value](repeating: empty, count: keys.count)
    mask = keys.count - 1
    for (index, key) in oldKeys.enumerated() where key != 0 {
      let slot = slot(of: key)
      keys[slot] = key
      values[slot] = oldValues[index]
    }
  }
}
