import Foundation

/// Decides whether two aligned documents are one text in two languages.
///
/// A logistic model of seven features: a score of 0.5 is the line, and 0.9 means that nine in ten such pairs were
/// translations among those that it was fitted to. These were 53,000 pairs from 62 news documents in 86 languages:
/// translations that were whole, shortened, padded, shuffled, with sentences joined or in excerpts of one to five
/// sentences; and pairs of other documents, of documents that share a third or half, of neighbouring parts of one
/// article, and of reports on one event, which counted most. One more feature, ``whole``, was set by hand.
enum TranslationRule {
  private static let constant = -13.4
  /// The better covered side: an excerpt is all in the whole.
  private static let larger = 7.2
  /// The less covered side: two texts that share a half have halves on both.
  private static let smaller = 5.6
  /// How far the matches stand out.
  private static let margin = 3.5
  /// How well the matched sentences agree.
  private static let similarity = 3.5
  /// Order: `z` up to 8, times the share of the text on the path. Alone it would be fooled by chance once in some
  /// thousand pairs of unrelated texts.
  private static let order = 2.3
  /// Fewer than four sentences prove little, unless they agree very well.
  private static let few = -6.8
  private static let similarityOfFew = 7.1

  /// One text is as good as all in the other one: from four fifths of it on, and the more sentences it has. Two texts that
  /// share a half of each come to three quarters at most, where the halves are of unequal length.
  private static let whole = 1.0
  private static let almostWhole = 0.8

  /// How sure it is that the documents are one text, from 0 to 1.
  ///
  /// - Parameter sentences: how many sentences the shorter document has.
  static func score(_ alignment: SentenceAlignment, sentences: Int) -> Double {
    score(
      coverage: alignment.coverage, margin: alignment.margin, similarity: alignment.similarity,
      order: min(max(alignment.order.z, 0), 8) / 8 * alignment.order.share, sentences: sentences)
  }

  /// The score from the features, each from 0 to 1.
  static func score(
    coverage: (mine: Double, theirs: Double), margin: Double, similarity: Double, order: Double, sentences: Int
  ) -> Double {
    let similarity = min(max(similarity, 0), 1)
    let fewness = Double(max(0, OrderTest.fewestSentences - max(1, sentences))) / 3
    let wholeness = max(0, max(coverage.mine, coverage.theirs) - almostWhole) / (1 - almostWhole)
    let sum =
      constant + larger * max(coverage.mine, coverage.theirs) + smaller * min(coverage.mine, coverage.theirs)
      + Self.margin * margin + Self.similarity * similarity + Self.order * order
      + fewness * (few + similarityOfFew * similarity) + (1 - fewness) * whole * wholeness
    return 1 / (1 + exp(-sum))
  }
}
