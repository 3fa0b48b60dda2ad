/// Finds the word that somebody probably meant.
public enum Suggestion {
  /// The candidate closest to `word`, if it is close enough to be a slip of the hand.
  ///
  /// Distance counts insertions, deletions, replacements and swapped neighbours (optimal string alignment);
  /// up to a third of the word's length may differ. `-` and `_` are the same here, and so are cases.
  public static func closest(to word: String, in candidates: some Sequence<String>) -> String? {
    let wanted = folded(word)
    guard wanted.count <= 64 else { return nil }
    let limit = max(1, wanted.count / 3)
    return
      candidates
      .map { (distance: distance(wanted, folded($0)), word: $0) }
      .filter { $0.distance <= limit }
      .min { ($0.distance, $0.word) < ($1.distance, $1.word) }?.word
  }

  /// `"; did you mean 'threshold'?"`, or nothing.
  public static func hint(for word: String, in candidates: some Sequence<String>) -> String {
    closest(to: word, in: candidates).map { "; did you mean '\($0)'?" } ?? ""
  }

  private static func folded(_ word: String) -> [Unicode.Scalar] {
    word.lowercased().unicodeScalars.map { $0 == "_" ? "-" : $0 }
  }

  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1..<(a.count + 1) {
      var row = [i] + [Int](repeating: 0, count: b.count)
      for j in 1..<(b.count + 1) {
        row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], beforeLast[j - 2] + 1) }
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
