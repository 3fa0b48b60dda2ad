import Foundation

/// Decides whether two aligned documents are one text in two languages.
///
/// Either most of both texts is matched and the matches stand out, or both tell it in the same order. Neither is
/// enough by halves: another report on the same event has sentences in common, and may tell them in that order too.
/// The score is 0.5 on the line, and comes near 1 or 0 where one of the two ways is clear.
enum TranslationRule {
  /// How sure it is that the documents are one text, from 0 to 1.
  static func score(_ alignment: SentenceAlignment, sentences: (Int, Int)) -> Double {
    let coverage = (alignment.coverage.mine + alignment.coverage.theirs) / 2
    let byContent = min((coverage - 0.64) / 0.18, (alignment.margin - 0.38) / 0.2)
    let byOrder = min((alignment.order.z - 3.5) / 3, (alignment.order.share - 0.65) / 0.1)
    return 1 / (1 + exp(-2 * max(byContent, byOrder)))
  }
}
