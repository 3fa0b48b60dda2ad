import TextKit

/// Tells languages of one script apart: by byte n-grams, by CLD2 and, among close relatives, by words.
///
/// Each language's odds are a product of powers of what the three say (a log-linear model); the weights are in
/// ``LanguageWeights``.
struct LanguageCascade: Sendable {
  /// What a caller knows beforehand.
  struct Conditions {
    /// For each language whether it may be the answer; nil for all.
    let allowed: [Bool]?
    /// What to add to the logarithm of a language's odds.
    let prior: [(language: Int, logOdds: Float)]
  }

  /// What is to be known of a text.
  struct Evidence {
    /// The cleaned text, in UTF-8.
    let sample: [UInt8]
    /// The scripts that a good part of it is in.
    let scripts: [Script]
    /// What CLD2 says.
    let answer: CompactLanguageDetector.Answer
    /// The share of braces, operators and the like in the text before it was cleaned.
    let symbols: Float
  }

  /// The likeliest languages.
  struct Ranking {
    /// Languages and their probabilities if the text is in a known language, the likeliest first.
    let languages: [(language: Int, probability: Float)]
    /// The logarithm of the odds that it is.
    let known: Float
    /// The logarithm of the text's length in units of 60 bytes.
    let logLength: Float
  }

  let inventory: LanguageInventory
  private let model: LanguageModel

  /// With the model of this machine; nil if there is none.
  static let installed: LanguageCascade? = (try? LanguageModel.installed.get()).map(LanguageCascade.init)

  init(_ model: LanguageModel) {
    self.model = model
    inventory = LanguageInventory(model)
  }

  /// A search for stretches in other languages; nil if the model lacks one of them.
  func foreignStretch(home: Int, rivals: [Int]) -> ForeignStretch? {
    ForeignStretch(home: home, rivals: rivals, inventory, model)
  }

  /// The conditions that BCP 47 codes and log-odds stand for; nil if there are none. Unknown codes count for nothing.
  func conditions(allowed: Set<String>?, prior: [String: Double]) -> Conditions? {
    guard allowed != nil || !prior.isEmpty else { return nil }
    let mask = allowed.map { codes in
      var mask = [Bool](repeating: false, count: inventory.codes.count)
      for code in codes { for number in inventory.numbers(for: code) { mask[number] = true } }
      return mask
    }
    let logOdds = prior.flatMap { code, value in
      inventory.numbers(for: code).map { (language: $0, logOdds: Float(min(max(value, -100), 100))) }
    }
    // In one order, so that sums are the same each time.
    return Conditions(allowed: mask, prior: logOdds.sorted { ($0.language, $0.logOdds) < ($1.language, $1.logOdds) })
  }

  /// Ranks the languages that a text may be in; nil if nothing speaks for any.
  ///
  /// Of a long text the n-gram model and the words see a little, and if that leaves any doubt, more.
  func ranking(of evidence: Evidence, under conditions: Conditions?) -> Ranking? {
    let allowed = allowedLanguages(in: evidence.scripts, conditions)
    let frame = Frame(
      allowed: allowed, blocks: model.blocks(of: evidence.scripts),
      shares: shares(evidence.answer, evidence.scripts, allowed), prior: conditions?.prior ?? [])
    if evidence.sample.count > LanguageSample.enoughBytes {
      let few = LanguageSample.enough(of: evidence.sample, bytes: LanguageSample.fewBytes)
      if let ranking = ranking(of: few, with: evidence, in: frame), isBeyondDoubt(ranking, evidence) {
        return ranking
      }
    }
    return ranking(of: LanguageSample.enough(of: evidence.sample), with: evidence, in: frame)
  }

  /// Whether more text would not change the answer: CLD2, which has seen all of it, gives the same one.
  private func isBeyondDoubt(_ ranking: Ranking, _ evidence: Evidence) -> Bool {
    guard let best = ranking.languages.first, best.probability >= 0.98,
      let first = evidence.answer.languages.first, first.share >= 0.5,
      let code = LanguageCodes.language(cld2: first.code, script: evidence.scripts.first)
    else { return false }
    return inventory.number(of: code) == best.language
  }

  /// What is the same for a part of a text as for all of it.
  private struct Frame {
    /// Whether each language may be an answer.
    let allowed: [Bool]
    /// The blocks of the model that have classes for the text's scripts.
    let blocks: UInt16
    /// What CLD2 says.
    let shares: [(language: Int, share: Float)]
    /// What to add to the logarithms of some languages' odds.
    let prior: [(language: Int, logOdds: Float)]
  }

  private func ranking(of sample: [UInt8], with evidence: Evidence, in frame: Frame) -> Ranking? {
    guard !sample.isEmpty else { return nil }
    let text = SampleCase.withoutCapitals(sample)
    let sums = text.withUnsafeBufferPointer { model.sums(of: $0, among: frame.blocks) }
    var scores = LanguageScoring(
      inventory, logs: logs(sums, among: frame.blocks, frame.allowed), shares: frame.shares, bytes: sample.count,
      score: Float(evidence.answer.firstScore), prior: frame.prior)
    guard !scores.candidates.isEmpty else { return nil }
    sample.withUnsafeBufferPointer { scores.addWords(of: $0, model.file) }
    let languages = scores.probabilities()

    let best = languages[0].language
    let mixture = sums.logs[model.file.mixtureColumn]
    let familiarity = Familiarity(
      languages, inventory, shares: frame.shares, score: Float(evidence.answer.firstScore),
      excess: (scores.log(of: best) - mixture) / max(1, sums.ngrams), hasLog: scores.hasLog(best),
      logLength: scores.logLength, symbols: evidence.symbols)
    return Ranking(
      languages: languages, known: inventory.codes[best] == "zxx" ? -20 : familiarity.logit,
      logLength: scores.logLength)
  }

  private func allowedLanguages(in scripts: [Script], _ conditions: Conditions?) -> [Bool] {
    var allowed = inventory.languages(in: scripts)
    if let mask = conditions?.allowed {
      for language in allowed.indices where !mask[language] { allowed[language] = false }
    }
    return allowed
  }

  /// The log-probability of each language, that of its best class; minus infinity without one.
  private func logs(_ sums: LanguageModel.Sums, among blocks: UInt16, _ allowed: [Bool]) -> [Float] {
    var logs = [Float](repeating: -.infinity, count: inventory.codes.count)
    for (language, column) in zip(inventory.languageOfClass, model.columns) {
      let isSummed = blocks >> UInt16(truncatingIfNeeded: column / LanguageModelFile.lanes) & 1 != 0
      if isSummed && allowed[language] { logs[language] = max(logs[language], sums.logs[column]) }
    }
    for (language, model) in inventory.likened where allowed[language] {
      logs[language] = max(logs[language], best(of: model, sums, among: blocks))
    }
    return logs
  }

  /// The log-probability of the best class of a language, allowed or not.
  private func best(of language: Int, _ sums: LanguageModel.Sums, among blocks: UInt16) -> Float {
    var best = -Float.infinity
    for (other, column) in zip(inventory.languageOfClass, model.columns) where other == language {
      let isSummed = blocks >> UInt16(truncatingIfNeeded: column / LanguageModelFile.lanes) & 1 != 0
      if isSummed { best = max(best, sums.logs[column]) }
    }
    return best
  }

  /// The shares that CLD2 gives to languages.
  private func shares(
    _ answer: CompactLanguageDetector.Answer, _ scripts: [Script], _ allowed: [Bool]
  ) -> [(language: Int, share: Float)] {
    var shares: [(language: Int, share: Float)] = []
    for (code, share) in answer.languages {
      guard let code = LanguageCodes.language(cld2: code, script: scripts.first),
        let language = inventory.number(of: code), allowed[language]
      else { continue }
      if let known = shares.firstIndex(where: { $0.language == language }) {
        shares[known].share += Float(share)
      } else {
        shares.append((language, Float(share)))
      }
    }
    func share(of language: Int) -> Float { shares.first { $0.language == language }?.share ?? 0 }
    for (language, model) in inventory.likened where allowed[language] && share(of: model) > 0 {
      shares.append((language, share(of: model)))
    }
    for (language, other) in inventory.mistaken where allowed[language] && share(of: other) > 0 {
      shares.append((language, share(of: other)))
    }
    return shares
  }
}

/// A text in capitals alone is told by its words in lower case.
enum SampleCase {
  /// The cleaned text itself if any letter is in lower case or none is in upper case, else all of it in lower case.
  static func withoutCapitals(_ sample: [UInt8]) -> [UInt8] {
    var hasUpper = false
    var index = 0
    let hasLower = sample.withUnsafeBufferPointer { bytes in
      while index < bytes.count {
        let (scalar, length) = bytes.scalar(at: index)
        index += length
        switch ScalarClass.of(scalar) {
        case .lower: return true
        case .upper: hasUpper = true
        default: break
        }
      }
      return false
    }
    guard hasUpper, !hasLower else { return sample }
    return Array(String(decoding: sample, as: UTF8.self).lowercased().utf8)
  }
}
