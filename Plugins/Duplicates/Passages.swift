import StageKit

/// Runs of words that a text can be recognised by in other, longer ones: its fingerprints by winnowing (Schleimer,
/// Wilkerson, Aiken 2003).
///
/// Of all runs of six words, the one with the smallest hash is taken in each stretch of sixteen. So two texts that have
/// 21 words in a row in common have a passage in common, whatever stands around it, and a text has about one passage
/// for eight words.
enum Passages {
  /// How many words a passage has.
  private static let length = 6
  /// In so many runs in a row there is a passage.
  private static let stretch = 16
  private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// The distinct passages of a text, in ascending order; none if it has less than six words.
  ///
  /// - Parameter words: as they follow each other, hashed.
  static func of(_ words: [UInt32]) -> [UInt32] {
    guard words.count >= length else { return [] }
    let hashes = hashes(of: words)
    var passages: [UInt32] = []
    passages.reserveCapacity(hashes.count / 6 + 1)
    var least = -1
    for end in min(stretch, hashes.count)...hashes.count {
      let start = max(0, end - stretch)
      if least >= start {
        // Of equal ones the last: it stays in more stretches.
        guard hashes[end - 1] <= hashes[least] else { continue }
        least = end - 1
      } else {
        least = start
        for index in start..<end where hashes[index] <= hashes[least] { least = index }
      }
      passages.append(hashes[least])
    }
    return RadixSort.sortedSet(passages)
  }

  /// A hash of each run of words, from those of the run before.
  private static func hashes(of words: [UInt32]) -> [UInt32] {
    var top: UInt64 = 1
    for _ in 1..<length { top = top &* base }
    var sum: UInt64 = 0
    var hashes: [UInt32] = []
    hashes.reserveCapacity(words.count)
    for (index, word) in words.enumerated() {
      if index >= length { sum = sum &- UInt64(words[index - length]) &* top }
      sum = sum &* base &+ UInt64(word)
      if index >= length - 1 { hashes.append(UInt32(truncatingIfNeeded: SplitMix64.mixed(sum) >> 32)) }
    }
    return hashes
  }
}
