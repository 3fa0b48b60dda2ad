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

/// Detects the language of a text.
///
/// A cascade: the text is cleaned of what is the same in all languages; its main script is found, and where only one
/// language uses that script, this is the answer; else CLD2 says what it can. Safe to call from several tasks at once.
public enum LanguageDetector {
  /// The tables behind the answers, for the record of a run.
  public static var version: String { "cld2 \(CompactLanguageDetector.version)" }

  /// Name and checksum of the language model; nil if there is none.
  public static var modelIdentity: String? { try? LanguageModel.installed.get().identity }

  /// Why there is no language model, what follows from that, and what to do about it; nil if there is one.
  public static var modelFault: String? {
    guard case .failure(let error) = LanguageModel.installed else { return nil }
    return "languages are told apart by CLD2 alone, with more mistakes in short texts and among relatives: \(error)"
  }

  /// What is wrong with the installation and what to do about it; nil when all is well.
  public static var installationFault: String? {
    guard !CompactLanguageDetector.hasFullTables else { return nil }
    return "language detection runs with CLD2's small tables (\(CompactLanguageDetector.version)): languages such as "
      + "Hausa will be mistaken for others; install libcld2-dev with libcld2_full and build again"
  }

  /// The language of a text of any length; of a very long one, that of its beginning, middle and end.
  ///
  /// - Parameters:
  ///   - text: the text, of whatever kind.
  ///   - allowed: BCP 47 codes that alone may be answers; nil for all. A text in a script that none of them is written
  ///     in is "und".
  ///   - prior: what is known beforehand, for parts of a text whose languages are known: by BCP 47 code, what to add to
  ///     the logarithm of a language's odds. 1 makes it 2.7 times as likely; languages that are not listed get 0.
  public static func detect(
    _ text: String, allowed: Set<String>? = nil, prior: [String: Double] = [:]
  ) -> Detection {
    examine(text, allowed: allowed, prior: prior).detection
  }

  /// What a text is written in, and what is known of its parts by that.
  struct Examination {
    let detection: Detection
    /// Paragraphs with so many letters, or more, need no look of their own: were they in another language, it would
    /// show in that of the whole text. Nil if any paragraph may be in another language.
    let settledLetters: Int?
  }

  /// The language of a text of any length, and whether its paragraphs can be in others.
  static func examine(
    _ text: String, allowed: Set<String>? = nil, prior: [String: Double] = [:]
  ) -> Examination {
    let sample = LanguageSample.cleanedBytes(LanguageSample.excerpt(text))
    let census = ScriptCensus(sample)
    guard let (script, share) = census.dominant else {
      return Examination(detection: .undetermined(script: nil), settledLetters: nil)
    }
    let isWhole = text.utf8.count <= LanguageSample.longestBytes && census.hasOneScript
    if let only = script.onlyLanguage {
      let confidence = Confidence.ofScript(share: share, letters: census.letters)
      let detection = Detection(
        code: only, confidence: confidence, script: script, candidates: [.init(code: only, probability: confidence)])
      return Examination(detection: detection, settledLetters: isWhole ? 0 : nil)
    }

    let answer = statistics(of: sample, letters: census.letters)
    let found = answer.languages.compactMap { language in
      LanguageCodes.bcp47(cld2: language.code, script: script).map { (code: $0, share: min(1, language.share)) }
    }
    guard let first = found.first else {
      guard let likeliest = script.likeliestLanguage else {
        return Examination(detection: .undetermined(script: script), settledLetters: nil)
      }
      let confidence = Confidence.ofGuess(letters: census.letters)
      let detection = Detection(
        code: likeliest, confidence: confidence, script: script,
        candidates: [.init(code: likeliest, probability: confidence)])
      return Examination(detection: detection, settledLetters: nil)
    }
    let confidence = Confidence.ofStatistics(first, answer, letters: census.letters)
    let candidates = found.map { Detection.Candidate(code: $0.code, probability: confidence * $0.share) }
    let isPlain = isWhole && answer.isReliable && answer.languages.count == 1 && first.share >= 0.99
    return Examination(
      detection: Detection(code: first.code, confidence: confidence, script: script, candidates: candidates),
      settledLetters: isPlain ? max(lettersOfPlainParagraph, census.letters / 50) : nil)
  }

  /// In a text that is all in one language by CLD2, a paragraph of so many letters in another language of its script
  /// does not occur: of foreign sentences put into news of 1 to 6 KB, CLD2 saw 95 % at 130 letters, 99.2 % at 200 and
  /// 99.8 % at 400, but only a third at 26. In longer texts it is a fiftieth, of which a share in per cent still tells.
  private static let lettersOfPlainParagraph = 300

  /// Longer texts than this have words enough to outweigh their names.
  private static let lettersOfShortText = 120
  /// English text seldom scores lower than this.
  fileprivate static let lowScore = 700.0

  /// CLD2's answer, with a second look where the first is known to be weak: it takes short texts for English when
  /// little in them is known, foreign names above all. If the text without its names is no English, it is none.
  private static func statistics(of sample: [UInt8], letters: Int) -> CompactLanguageDetector.Answer {
    let answer = CompactLanguageDetector.detect(sample)
    guard letters <= lettersOfShortText, answer.languages.first?.code == "en", answer.firstScore < lowScore else {
      return answer
    }
    let second = CompactLanguageDetector.detect(LanguageSample.withoutCapitalised(sample))
    guard let code = second.languages.first?.code, code != "en", second.firstScore > 0 else { return answer }
    return second
  }
}

/// Rough confidences, monotonous in what makes answers better: length, share and CLD2's own verdict. The constants were
/// read off measured accuracies, not fitted: the detector's calibration is a piece of work of its own (issue 4).
private enum Confidence {
  static func ofScript(share: Double, letters: Int) -> Double { rounded(share * fullness(letters, half: 0.2)) }

  static func ofGuess(letters: Int) -> Double { rounded(0.6 * fullness(letters, half: 3)) }

  static func ofStatistics(
    _ first: (code: String, share: Double), _ answer: CompactLanguageDetector.Answer, letters: Int
  ) -> Double {
    var certainty = answer.isReliable ? 0.98 : 0.6
    // English is also the answer when nothing else fits.
    if first.code == "en" { certainty *= min(1, answer.firstScore / LanguageDetector.lowScore) }
    let relatives = LanguageCodes.hasCloseRelatives(first.code) ? 0.9 : 1
    return rounded(certainty * relatives * (0.4 + 0.6 * first.share) * fullness(letters, half: 3))
  }

  /// Grows from 0 to 1 with the number of letters; `half` is where it reaches a half.
  private static func fullness(_ letters: Int, half: Double) -> Double { Double(letters) / (Double(letters) + half) }

  /// Three decimals are more than it is worth, and the same on every machine.
  private static func rounded(_ value: Double) -> Double { (min(1, max(0, value)) * 1000).rounded() / 1000 }
}
