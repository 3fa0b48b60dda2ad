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
  static let distance = Weight(0.9787, -0.19)
  /// The share of the text that CLD2 gives to the language.
  static let share = Weight(2.052, 0.4905)
  /// What a language counts that the model lacks: it has no distance.
  static let lacking: Float = -1
  /// The same, times the logarithm of how far CLD2's score is below 600: then CLD2 is not sure of it either.
  static let lackingScore: Float = -1.5
  /// What words say of relatives, for each eighth of the root of a byte.
  static let words = Weight(0.4232, 0.127)

  /// Of relatives that are closer than others: their words; distances and shares less the mean of the relatives.
  struct Relatives {
    let words: Weight
    let distance: Weight
    let share: Weight
  }

  /// By the first of the relatives in the model's list of groups.
  static let relatives = [
    "bs": Relatives(
      words: Weight(0.1478, 0.0527), distance: Weight(-0.3549, 0.2987), share: Weight(-1.6178, -0.3908)),
    "ms": Relatives(words: Weight(0.8198, 0.4605), distance: Weight(0, 0), share: Weight(0, 0)),
  ]
  /// Of all other groups.
  static let otherRelatives = Relatives(words: words, distance: Weight(0, 0), share: Weight(0, 0))

  /// Whether the text is in the language at all that is the likeliest; see ``Familiarity``.
  enum Known {
    static let intercept: Float = -3.165
    static let relatives: Float = 0.2946
    static let share: Float = 1.1272
    static let score: Float = 1.0106
    static let typicality: Float = 4.2376
    static let typicalityPerLogLength: Float = 2.3478
    static let logLength: Float = -2.1954
    static let symbols: Float = -30.9222
    /// Below it the answer is "und".
    static let lowest: Float = -2

    /// Added for the confidence: unknown text is rarer than in what the weights were fitted on.
    static func shift(_ logLength: Float) -> Float { min(max(2.5 - 0.7 * logLength, 0.5), 3.5) }

    /// The highest confidence in a language that the tables know only from a page of text or a list of words.
    static let highestOfThin: Float = 0.45
  }
}
