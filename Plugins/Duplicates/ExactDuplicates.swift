import StageKit

/// Finds texts that are equal once white space, case and typography are normalised.
///
/// Titles play no part: the same article under another headline is the same article.
enum ExactDuplicates {
  /// Calls `found` with each text that has the fingerprint of an earlier one, and the first of those.
  ///
  /// A hash table by linear probing that holds numbers only: some 12 bytes a text.
  /// - Parameters:
  ///   - count: how many texts there are.
  ///   - fingerprint: that of a text by its number; nil for texts that are like no other.
  static func find(among count: Int, _ fingerprint: (Int) -> ContentKey?, found: (Int, Int) -> Void) {
    var slots = 64
    while slots < count + count / 2 { slots *= 2 }
    var table = [Int32](repeating: -1, count: slots)
    for text in 0..<count {
      guard let own = fingerprint(text) else { continue }
      var slot = Int(truncatingIfNeeded: own.low) & (slots - 1)
      while table[slot] >= 0, fingerprint(Int(table[slot])) != own { slot = (slot + 1) & (slots - 1) }
      if table[slot] >= 0 { found(text, Int(table[slot])) } else { table[slot] = Int32(text) }
    }
  }
}
