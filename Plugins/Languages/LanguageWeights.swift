/// What each piece of evidence counts for.
///
/// Found by logistic regression on 128 languages of translated news (NTREX, its development half): whole documents,
/// sentences, and their first 50 and 20 characters, the latter with more weight since they are harder; fitted on one
/// half of the documents and checked on the other. For the share of unknown text that it takes for known, random letters, code, Base64 and
/// languages left out in turn were added.
enum LanguageWeights {
  /// A weight that changes with the length of the text.
  struct Weight {
    /// For a text of 60 bytes.
    let base: Float
    /// What is added for each time that the text is e times as long.
    let perLogLength: Float

    init(_ base: Float, _ perLogLength: Float) {
      self.base = base
      self.perLogLength = perLogLength
    }

    func at(_ logLength: Float) -> Float { base + perLogLength * logLength }
  }

  /// How far the n-gram model's log-probability lies below that of its best language, for each root of a byte.
  static let distance = Weight(0.9078, -0.1839)
  /// The share of the text that CLD2 gives to the language.
  static let share = Weight(2.3027, 0.7176)
  /// What a language counts that the model lacks: it has no distance.
  static let lacking: Float = -1

  /// Of close relatives: their words, and distances and shares less the mean of the relatives.
  struct Relatives {
    let words: Weight
    let distance: Weight
    let share: Weight
  }

  /// By the first of the relatives in the model's list of groups.
  static let relatives = [
    "bs": Relatives(
      words: Weight(0.1726, 0.0533), distance: Weight(-0.2565, 0.3181), share: Weight(-1.8826, -0.6271)),
    "ms": Relatives(
      words: Weight(0.7881, 0.1568), distance: Weight(-0.361, -0.0694), share: Weight(-1.8877, -0.4964)),
    "nb": Relatives(words: Weight(0.4807, 0.151), distance: Weight(0, 0), share: Weight(0, 0)),
  ]

  /// Whether the text is in the language at all that is the likeliest; see ``Familiarity``.
  enum Known {
    static let intercept: Float = -3.0125
    static let relatives: Float = 0.4386
    static let share: Float = 0.6327
    static let score: Float = 1.1636
    static let typicality: Float = 3.9026
    static let typicalityPerLogLength: Float = 2.6398
    static let logLength: Float = -2.5576
    static let symbols: Float = -33.0014
    /// Added for the confidence: unknown text is rarer than in what the weights were fitted on.
    static let shift: Float = 1.5
    /// Below it the answer is "und".
    static let lowest: Float = -1.5
  }
}
