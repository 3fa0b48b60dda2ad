import TextKit

/// Detects the language of a text.
///
/// The text is cleaned of what is the same in all languages; its main script is found, and where only one language uses
/// that script, this is the answer; else ``LanguageCascade`` tells, or CLD2 alone if there is no language model. Safe to
/// call from several tasks at once.
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
    /// Whether all of it was seen to be in one script, but for a few letters.
    var hasOneScript = false
    /// The whole text and what CLD2 says of it; nil if it was not asked, or did not see all.
    var seen: Seen?
  }

  /// What CLD2 saw of a text, and what it says of it.
  struct Seen {
    /// Cleaned.
    let sample: [UInt8]
    let answer: CompactLanguageDetector.Answer

    /// Asks CLD2 about a cleaned text.
    init(_ sample: [UInt8]) {
      self.sample = sample
      answer = CompactLanguageDetector.detect(cleaned: sample)
    }
  }

  /// The language of a text of any length, and whether its paragraphs can be in others.
  ///
  /// - Parameters:
  ///   - isWholeText: whether CLD2 looks at all of the text, which parts in other languages take; else it looks at no
  ///     more of it than ``LanguageSample/enoughForCLD2``.
  ///   - seen: the whole text, if CLD2 was asked already.
  static func examine(
    _ text: String, allowed: Set<String>? = nil, prior: [String: Double] = [:], isWholeText: Bool = true,
    seen: Seen? = nil
  ) -> Examination {
    var excerpt = LanguageSample.excerpt(text)
    let sample = seen?.sample ?? LanguageSample.cleanedBytes(excerpt)
    let census = ScriptCensus(sample)
    guard let (script, share) = census.dominant else {
      return Examination(detection: .undetermined(script: nil), settledLetters: nil)
    }
    let isSeen = isWholeText && text.utf8.count <= LanguageSample.longestBytes
    if let only = script.onlyLanguage {
      guard allowed?.contains(only) != false else {
        return Examination(detection: .undetermined(script: script), settledLetters: nil)
      }
      let fullness = Double(census.letters) / (Double(census.letters) + 0.2)
      let confidence = rounded(min(0.999, share * fullness))
      let detection = Detection(
        code: only, confidence: confidence, script: script, candidates: [.init(code: only, probability: confidence)])
      let isSettled = isSeen && census.isOnlySprinkled(sample, over: script)
      return Examination(detection: detection, settledLetters: isSettled ? 0 : nil)
    }

    let isWhole = isSeen && census.hasOneScript
    if let cascade = LanguageCascade.installed {
      let seen =
        seen ?? Seen(isWholeText ? sample : LanguageSample.enough(of: sample, bytes: LanguageSample.enoughForCLD2))
      let ranking = cascade.ranking(
        of: .init(
          sample: sample, scripts: census.scripts(withShare: leastShare), answer: seen.answer,
          symbols: excerpt.withUTF8 { SampleSymbols.share(of: $0, cleaned: sample) }),
        under: cascade.conditions(allowed: allowed, prior: prior))
      return Examination(
        detection: detection(ranking, cascade.inventory, script, seen.answer, allowed),
        settledLetters: settledLetters(seen.answer, census, isWhole: isWhole), hasOneScript: isWhole,
        seen: isSeen ? seen : nil)
    }
    let (detection, answer) = CompactDetection.detect(sample, script: script, census: census, allowed: allowed)
    return Examination(
      detection: detection, settledLetters: answer.flatMap { settledLetters($0, census, isWhole: isWhole) },
      hasOneScript: isWhole)
  }

  /// Languages are looked for that are written in a script with so much of the text.
  private static let leastShare = 0.15

  /// The answer that a ranking stands for.
  private static func detection(
    _ ranking: LanguageCascade.Ranking?, _ inventory: LanguageInventory, _ script: Script,
    _ answer: CompactLanguageDetector.Answer, _ allowed: Set<String>?
  ) -> Detection {
    guard let ranking else { return .undetermined(script: script) }
    let certainty = Exponential.logistic(ranking.known + LanguageWeights.Known.shift(ranking.logLength))
    let isTraditional = answer.languages.first?.code == "zh-Hant"
    let candidates = ranking.languages.prefix(3).filter { inventory.codes[$0.language] != "zxx" }.map { candidate in
      let code = LanguageCodes.bcp47(
        inventory.codes[candidate.language], script: script, isTraditional: isTraditional, allowed: allowed)
      let probability = candidate.probability * certainty
      let highest = inventory.isThin[candidate.language] ? LanguageWeights.Known.highestOfThin : 1
      return Detection.Candidate(code: code, probability: rounded(Double(min(probability, highest))))
    }
    guard let first = candidates.first, ranking.known >= LanguageWeights.Known.lowest else {
      return Detection(code: LanguageCodes.undetermined, confidence: 0, script: script, candidates: candidates)
    }
    return Detection(code: first.code, confidence: first.probability, script: script, candidates: candidates)
  }

  /// In a text that is all in one language by CLD2, a paragraph of so many letters in another language of its script
  /// does not occur: of foreign sentences put into news of 1 to 6 KB, CLD2 saw 95 % at 130 letters, 99.2 % at 200 and
  /// 99.8 % at 400, but only a third at 26. In longer texts it is a fiftieth, of which a share in per cent still tells.
  private static let lettersOfPlainParagraph = 300

  private static func settledLetters(
    _ answer: CompactLanguageDetector.Answer, _ census: ScriptCensus, isWhole: Bool
  ) -> Int? {
    let isPlain =
      isWhole && answer.isReliable && answer.languages.count == 1 && (answer.languages.first?.share ?? 0) >= 0.99
    return isPlain ? max(lettersOfPlainParagraph, census.letters / 50) : nil
  }

  /// Three decimals are more than it is worth, and the same on every machine; nothing is wholly certain.
  static func rounded(_ value: Double) -> Double { (min(0.999, max(0, value)) * 1000).rounded() / 1000 }
}
