import StageKit
import TextKit

/// The sentences of two documents that say the same, and what the matches amount to.
///
/// Pairs of sentences that are each other's best match are taken by falling similarity, each sentence once; a sentence
/// may also match two neighbours together, as translators join and split sentences. The order of sentences plays no
/// part here; see ``OrderTest``.
struct SentenceAlignment: Sendable {
  /// Sentences that match: one to one, one to two, or two to one.
  struct Match: Sendable, Equatable {
    /// Sentences of the first document, from 0.
    var mine: Range<Int>
    /// Sentences of the second document, from 0.
    var theirs: Range<Int>
    /// Cosine of the centred vectors, and what the numbers add.
    var score: Float
  }

  /// The matches that count as saying the same, in the order of the first document.
  private(set) var matches: [Match] = []
  /// The share of each document's text that is matched.
  private(set) var coverage: (mine: Double, theirs: Double) = (0, 0)
  /// How far the matches stand out from all other pairs of the same sentences, 0 to 1.
  private(set) var margin = 0.0
  /// The mean score of the matches, by the text in them.
  private(set) var similarity = 0.0
  /// Whether both tell it in the same order.
  private(set) var order = OrderTest.none

  /// Numbers weigh a fifth of what meaning does. Measured at 0, 0.1, 0.2 and 0.3 over 18 languages.
  private static let numberWeight: Float = 0.2
  /// From this score on, two sentences say the same.
  private static let sufficient: Float = 0.30
  /// Weaker matches than this are none at all; those in between only count for the margin.
  private static let weakest: Float = 0.25
  /// By how much two sentences together must match better than each alone.
  private static let mergeGain: Float = 0.02
  /// A match this far above all rivals stands out fully.
  private static let fullMargin: Float = 0.2

  /// Aligns the members `a` and `b` of a space.
  init(_ space: SentenceSpace, _ a: Int, _ b: Int) {
    let (first, second) = (space.members[a].rows, space.members[b].rows)
    guard !first.isEmpty, !second.isEmpty else { return }
    let cells = ScoreTable(space, first, second, numberWeight: Self.numberWeight)
    let accepted = Self.choose(from: Self.candidates(cells))
    measure(accepted, cells, space.weights[first], space.weights[second])
    order = space.weights.withUnsafeBufferPointer { weights in
      cells.single.withUnsafeBufferPointer { scores in
        guard let weights = weights.baseAddress, let scores = scores.baseAddress else { return OrderTest.none }
        return OrderTest(
          scores, rows: first.count, columns: second.count, rowWeights: weights + first.lowerBound,
          columnWeights: weights + second.lowerBound)
      }
    }
  }

  /// The matches as pairs of sentences; a match with two sentences of one side gives two.
  var evidence: [Document.Evidence] {
    matches.flatMap { match in
      match.mine.flatMap { mine in
        match.theirs.map { .init(mine: mine, theirs: $0, score: Double(min(1, match.score))) }
      }
    }
  }

  /// All pairs that may be taken: each other's best, or better together than apart.
  private static func candidates(_ cells: ScoreTable) -> [Match] {
    var found: [Match] = []
    for i in 0..<cells.rows {
      for j in 0..<cells.columns {
        let score = cells[i, j]
        if score >= weakest, score >= cells.rowBest[i], score >= cells.columnBest[j] {
          found.append(Match(mine: i..<i + 1, theirs: j..<j + 1, score: score))
        }
        if j + 1 < cells.columns {
          let parts = max(score, cells[i, j + 1])
          // Two vectors that point the same way add nothing: only a promising part is worth the merge.
          if parts >= weakest / 2 {
            let merged = cells.withTwoColumns(i, j)
            if merged >= weakest, merged >= parts + mergeGain, merged >= cells.rowBest[i] {
              found.append(Match(mine: i..<i + 1, theirs: j..<j + 2, score: merged))
            }
          }
        }
        if i + 1 < cells.rows {
          let parts = max(score, cells[i + 1, j])
          if parts >= weakest / 2 {
            let merged = cells.withTwoRows(i, j)
            if merged >= weakest, merged >= parts + mergeGain, merged >= cells.columnBest[j] {
              found.append(Match(mine: i..<i + 2, theirs: j..<j + 1, score: merged))
            }
          }
        }
      }
    }
    return found
  }

  /// Takes matches by falling score as long as none of their sentences is taken.
  private static func choose(from candidates: [Match]) -> [Match] {
    let ordered = candidates.sorted { a, b in
      if a.score != b.score { return a.score > b.score }
      let (x, y) = (a.mine, b.mine)
      return (x.lowerBound, a.theirs.lowerBound, x.count, a.theirs.count)
        < (y.lowerBound, b.theirs.lowerBound, y.count, b.theirs.count)
    }
    var mine: Set<Int> = []
    var theirs: Set<Int> = []
    var taken: [Match] = []
    for match in ordered where mine.isDisjoint(with: match.mine) && theirs.isDisjoint(with: match.theirs) {
      mine.formUnion(match.mine)
      theirs.formUnion(match.theirs)
      taken.append(match)
    }
    return taken.sorted { $0.mine.lowerBound < $1.mine.lowerBound }
  }

  private mutating func measure(
    _ accepted: [Match], _ cells: ScoreTable, _ mine: ArraySlice<Float>, _ theirs: ArraySlice<Float>
  ) {
    var margins = (mine: 0.0, theirs: 0.0)
    var weighted = 0.0
    for match in accepted {
      let myShare = match.mine.reduce(0) { $0 + Double(mine[mine.startIndex + $1]) }
      let theirShare = match.theirs.reduce(0) { $0 + Double(theirs[theirs.startIndex + $1]) }
      let distance = (match.score - cells.bestRival(of: match)) / Self.fullMargin
      let clearness = Double(min(1, max(0, distance)))
      margins.mine += myShare * clearness
      margins.theirs += theirShare * clearness
      guard match.score >= Self.sufficient else { continue }
      matches.append(match)
      coverage.mine += myShare
      coverage.theirs += theirShare
      weighted += Double(match.score) * (myShare + theirShare)
    }
    coverage = (min(1, coverage.mine), min(1, coverage.theirs))
    margin = min(1, max(margins.mine, margins.theirs))
    similarity = weighted > 0 ? weighted / (coverage.mine + coverage.theirs) : 0
  }
}
