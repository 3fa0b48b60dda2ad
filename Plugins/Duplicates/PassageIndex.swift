/// Which texts have a passage: 8 bytes for each passage of each text that as many texts have as was asked for, and up to
/// 72 MB more while it is made.
struct PassageIndex: Sendable {
  /// Passages in ascending order, each with the number of a text.
  private var entries: [UInt64] = []

  /// An index of texts by their places.
  ///
  /// - Parameters:
  ///   - places: those of the texts; a text's number is its position here.
  ///   - passages: of all texts, by place.
  ///   - fewestTexts: what fewer texts have is left out.
  ///   - mostTexts: what more texts have is left out.
  init(_ places: [Int], _ passages: WordSets, fewestTexts: Int = 2, mostTexts: Int) throws {
    let total = places.reduce(0) { $0 + passages.count(of: $1) }
    let rounds = UInt64(total / Self.mostAtOnce + 1)
    for round in 0..<rounds {
      let start = entries.count
      entries.reserveCapacity(start + min(total, Self.mostAtOnce) * 9 / 8)
      for (number, place) in places.enumerated() {
        for passage in try passages.words(of: place) where UInt64(passage) * rounds >> 32 == round {
          entries.append(UInt64(passage) << 32 | UInt64(UInt32(number)))
        }
      }
      keep(fewestTexts...mostTexts, from: start)
    }
  }

  /// What most corpora have fewer of: 64 MB. Of larger ones, a share of all passages is looked at after the other, by
  /// their hashes, since most are of one text only and need not be kept.
  private static let mostAtOnce = 8 << 20

  /// Sorts the entries from an index on, and keeps those of passages that so many texts have.
  private mutating func keep(_ texts: ClosedRange<Int>, from first: Int) {
    // A slice of the array itself would be sorted in a copy.
    entries.withUnsafeMutableBufferPointer { $0[first...].sort() }
    var kept = first
    var start = first
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end] >> 32 == entries[start] >> 32 { end += 1 }
      if texts.contains(end - start) {
        for index in start..<end {
          entries[kept] = entries[index]
          kept += 1
        }
      }
      start = end
    }
    entries.removeLast(entries.count - kept)
  }

  /// How many of some passages each text has, by its number; one text is left out.
  func sharing(_ passages: [UInt32], with asker: Int) -> [Int: Int] {
    var counts: [Int: Int] = [:]
    for passage in passages {
      var index = lowerBound(UInt64(passage) << 32)
      while index < entries.count, entries[index] >> 32 == UInt64(passage) {
        let number = Int(entries[index] & 0xFFFF_FFFF)
        if number != asker { counts[number, default: 0] += 1 }
        index += 1
      }
    }
    return counts
  }

  private func lowerBound(_ key: UInt64) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
