import TextKit

/// What a text is written in.
public struct Detection: Sendable, Equatable {
  /// A language that a text may be in.
  public struct Candidate: Sendable, Equatable {
    /// BCP 47 code.
    public let code: String
    /// How probable it is that the text is in this language, 0...1. The probabilities of all candidates add up to less
    /// than 1: the rest is for languages that are not listed or not known.
    public let probability: Double
  }

  /// BCP 47 code ("ar", "zh-Hant"); "und" when there are no letters or the language is not known.
  public let code: String
  /// How sure the answer is, 0...1; 0 for "und".
  public let confidence: Double
  /// The script that most letters are in; nil without letters.
  public let script: Script?
  /// The likeliest languages, the likeliest first; at most three. Not empty for "und" if there is something to go by.
  public let candidates: [Candidate]

  static func undetermined(script: Script?) -> Detection {
    Detection(code: LanguageCodes.undetermined, confidence: 0, script: script, candidates: [])
  }
}
