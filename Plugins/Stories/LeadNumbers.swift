import StageKit
import TextKit

/// What reports share in rare numbers, as a few more columns of their vectors.
///
/// A number that few reports have is a strong sign of one event in any language: the 312 votes, the 9,200 children. Each
/// number is a column and a sign by its hash (Weinberger et al. 2009, feature hashing), so that the product of two rows
/// grows by ``weight`` for each number that both have, and average linkage needs to know nothing of it.
struct LeadNumbers {
  /// How many columns there are.
  static let columns = 128
  /// What one shared number adds to the similarity of two reports.
  private static let weight: Float = 0.08
  /// Reports with more rare numbers than this do not count for more.
  private static let most: Float = 3
  /// How many sentences are read.
  static let sentences = 10

  private var reports: [[UInt64]] = []

  /// Adds a report's first sentences.
  mutating func add(_ sentences: [String]) {
    var tokens: Set<UInt64> = []
    for sentence in sentences {
      for token in NumberTokens.all(in: sentence) where token.utf8.count > 1 && !Self.isYear(token) {
        tokens.insert(Self.hash(token))
      }
    }
    reports.append(tokens.sorted())
  }

  /// One row of ``columns`` numbers for each group of reports.
  func rows(of groups: [[Int]]) -> [[Float]] {
    let distinct = groups.map { Set($0.flatMap { reports[$0] }).sorted() }
    var counts = KeyTable(capacity: 1 << 10, empty: Int32(0))
    for numbers in distinct { for number in numbers { counts.update(number) { $0 += 1 } } }
    let rare = max(3, groups.count / 100)
    return distinct.map { numbers in
      let kept = numbers.filter { (2...rare).contains(Int(counts[$0])) }
      var row = [Float](repeating: 0, count: Self.columns)
      let value = (Self.weight * min(1, Self.most / Float(max(1, kept.count)))).squareRoot()
      for number in kept { row[Int(number % UInt64(Self.columns))] += number >> 60 & 1 == 0 ? value : -value }
      return row
    }
  }

  private static func isYear(_ token: String) -> Bool {
    token.utf8.count == 4 && (token.hasPrefix("19") || token.hasPrefix("20"))
  }

  /// FNV-1a, spread once more: its upper bits hardly differ between short texts.
  private static func hash(_ token: String) -> UInt64 {
    let hash = FNV1a(token.utf8).value
    let mixed = (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
    return mixed ^ mixed >> 29
  }
}
