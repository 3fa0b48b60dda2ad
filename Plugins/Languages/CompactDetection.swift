/// Detection by CLD2 alone: what is left when the language model is missing.
enum CompactDetection {
  /// The language of a cleaned text in a script that several languages use, and CLD2's answer if there is one.
  static func detect(
    _ sample: [UInt8], script: Script, census: ScriptCensus, allowed: Set<String>?
  ) -> (Detection, CompactLanguageDetector.Answer?) {
    let answer = statistics(of: sample, letters: census.letters)
    let found = answer.languages.compactMap { language in
      LanguageCodes.language(cld2: language.code, script: script).map {
        (
          code: LanguageCodes.bcp47($0, script: script, isTraditional: language.code == "zh-Hant", allowed: allowed),
          share: min(1, language.share)
        )
      }
    }.filter { LanguageCodes.isAllowed($0.code, among: allowed) }
    guard let first = found.first else {
      guard let likeliest = script.likeliestLanguage, LanguageCodes.isAllowed(likeliest, among: allowed) else {
        return (.undetermined(script: script), nil)
      }
      let confidence = LanguageDetector.rounded(0.6 * fullness(census.letters))
      let detection = Detection(
        code: likeliest, confidence: confidence, script: script,
        candidates: [.init(code: likeliest, probability: confidence)])
      return (detection, nil)
    }
    let confidence = confidence(first, answer, letters: census.letters)
    let candidates = found.map {
      Detection.Candidate(code: $0.code, probability: LanguageDetector.rounded(confidence * $0.share))
    }
    return (Detection(code: first.code, confidence: confidence, script: script, candidates: candidates), answer)
  }

  /// Longer texts than this have words enough to outweigh their names.
  private static let lettersOfShortText = 120
  /// English text seldom scores lower than this.
  private static let lowScore = 700.0

  /// CLD2's answer, with a second look where the first is known to be weak: it takes short texts for English when
  /// little in them is known, foreign names above all. If the text without its names is no English, it is none.
  private static func statistics(of sample: [UInt8], letters: Int) -> CompactLanguageDetector.Answer {
    let answer = CompactLanguageDetector.detect(cleaned: sample)
    guard letters <= lettersOfShortText, answer.languages.first?.code == "en", answer.firstScore < lowScore else {
      return answer
    }
    let second = CompactLanguageDetector.detect(cleaned: LanguageSample.withoutCapitalised(sample))
    guard let code = second.languages.first?.code, code != "en", second.firstScore > 0 else { return answer }
    return second
  }

  /// A rough confidence, monotonous in what makes answers better: length, share and CLD2's own verdict. The constants
  /// were read off measured accuracies, not fitted.
  private static func confidence(
    _ first: (code: String, share: Double), _ answer: CompactLanguageDetector.Answer, letters: Int
  ) -> Double {
    var certainty = answer.isReliable ? 0.98 : 0.6
    // English is also the answer when nothing else fits.
    if first.code == "en" { certainty *= min(1, answer.firstScore / lowScore) }
    let relatives = LanguageCodes.hasCloseRelatives(first.code) ? 0.9 : 1
    return LanguageDetector.rounded(certainty * relatives * (0.4 + 0.6 * first.share) * fullness(letters))
  }

  /// Grows from 0 to 1 with the number of letters; at three it is a half.
  private static func fullness(_ letters: Int) -> Double { Double(letters) / (Double(letters) + 3) }
}
