/// Whether a text is in a known language at all, and not in one that merely is nearer to some than to others.
///
/// Logistic regression on six measures; known texts differ from unknown ones in all of them. See
/// ``LanguageWeights/Known``.
struct Familiarity {
  /// The logarithm of the odds that it is.
  let logit: Float

  /// - Parameters:
  ///   - languages: the candidates with their probabilities, the likeliest first; not empty.
  ///   - shares: what CLD2 says.
  ///   - score: CLD2's score for its first language: about 1000 for ordinary text.
  ///   - excess: how much more probable an n-gram of the text is in the best language than in the mixture of all, as a
  ///     difference of logarithms; with `hasLog` false it means nothing.
  ///   - logLength: logarithm of the length in units of 60 bytes.
  ///   - symbols: share of braces, operators and the like.
  init(
    _ languages: [(language: Int, probability: Float)], _ inventory: LanguageInventory,
    shares: [(language: Int, share: Float)], score: Float, excess: Float, hasLog: Bool, logLength: Float,
    symbols: Float
  ) {
    let best = languages[0].language
    let family = inventory.family[best]
    let relatives = languages.reduce(0) { inventory.family[$1.language] == family ? $0 + $1.probability : $0 }
    let certainty = min(max(relatives, 1e-6), 1 - 1e-6)
    let odds = min(max(Logarithm.of(certainty / (1 - certainty)), -3), 7)
    var share = shares.reduce(0) { inventory.family[$1.language] == family ? $0 + $1.share : $0 }
    var logScore = Logarithm.of(min(max(score, 20), 1500) / 800)
    // CLD2 can't confirm a language that it does not know.
    if !inventory.isKnownToCLD2[best] {
      share = 0.5
      logScore = max(logScore, -1)
    }
    let usual = inventory.typical[best]
    // How typical the text is of its language, 1 being what the model has learnt from.
    let typicality = hasLog && usual > 0 ? min(max(excess / usual, -0.5), 1.2) : 0.9

    typealias Known = LanguageWeights.Known
    var logit = Known.intercept
    logit += Known.relatives * odds
    logit += Known.share * share
    logit += Known.score * logScore
    logit += (Known.typicality + Known.typicalityPerLogLength * logLength) * typicality
    logit += Known.logLength * logLength
    logit += Known.symbols * min(symbols, 0.3)
    self.logit = logit
  }
}
