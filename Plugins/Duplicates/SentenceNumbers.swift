import StageKit
import TextKit

/// The numbers in sentences: 8 bytes each, and 4 a sentence.
///
/// A number is a hash of its form (see `NumberTokens`) whose two lowest bits say how much it weighs. That two numbers
/// of a corpus have the same hash is less likely than that a vector is wrong.
struct SentenceNumbers: Sendable {
  private var ends: [UInt32] = []
  private var hashes: [UInt64] = []

  /// What a number weighs, in tenths, by its two lowest bits.
  private static let tenths = [3, 6, 8, 10]

  /// How many sentences there are.
  var count: Int { ends.count }

  /// The numbers of a text, each once, in ascending order.
  static func hashes(of text: String) -> [UInt64] {
    NumberTokens(text).distinct.map(hash).sorted().deduplicated()
  }

  /// Adds a sentence.
  ///
  /// - Parameter numbers: in ascending order, each once.
  mutating func append(_ numbers: [UInt64]) {
    hashes += numbers
    ends.append(UInt32(clamping: hashes.count))
  }

  /// Adds the sentences of others.
  mutating func append(_ other: SentenceNumbers) {
    let start = hashes.count
    hashes += other.hashes
    ends += other.ends.map { UInt32(clamping: start + Int($0)) }
  }

  /// Removes the last sentences.
  mutating func removeLast(_ sentences: Int) {
    ends.removeLast(sentences)
    hashes.removeLast(hashes.count - Int(ends.last ?? 0))
  }

  /// The numbers of a sentence, in ascending order.
  subscript(row: Int) -> ArraySlice<UInt64> { hashes[(row > 0 ? Int(ends[row - 1]) : 0)..<Int(ends[row])] }

  /// Agreement of two sentences' numbers, in -0.5...1, as `NumberTokens.agreement` has it.
  static func agreement(_ a: ArraySlice<UInt64>, _ b: ArraySlice<UInt64>) -> Float {
    guard !a.isEmpty, !b.isEmpty else { return 0 }
    var (shared, union) = (0, 0)
    var (i, j) = (a.startIndex, b.startIndex)
    while i < a.endIndex, j < b.endIndex {
      let (x, y) = (a[i], b[j])
      union += tenths[Int(min(x, y) & 3)]
      if x == y { shared += tenths[Int(x & 3)] }
      if x <= y { i += 1 }
      if y <= x { j += 1 }
    }
    for rest in a[i...] { union += tenths[Int(rest & 3)] }
    for rest in b[j...] { union += tenths[Int(rest & 3)] }
    guard shared > 0 else { return -0.5 * min(1, Float(union) / 20) }
    return Float(shared) / Float(union) * min(1, Float(shared) / 10)
  }

  private static func hash(_ token: String) -> UInt64 {
    let weight = Int((NumberTokens.weight(of: token) * 10).rounded())
    return SplitMix64.mixed(FNV1a(token.utf8).value) & ~3 | UInt64(tenths.firstIndex(of: weight) ?? 0)
  }
}
