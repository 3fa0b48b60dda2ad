/// The candidates for a text, each with what speaks for it.
struct LanguageScoring {
  /// What speaks for a language.
  struct Candidate {
    let language: Int
    /// See ``LanguageWeights/distance``; 0 if the model lacks the language.
    let distance: Float
    /// See ``LanguageWeights/share``.
    let share: Float
    /// The logarithm of its odds, but for what words say.
    var logOdds: Float
  }

  /// The likeliest at first sight, in that order.
  private(set) var candidates: [Candidate] = []
  /// The logarithm of the text's length in units of 60 bytes.
  let logLength: Float

  /// More candidates never had a chance.
  private static let mostCandidates = 12
  /// Relatives are looked at if one is among so many.
  private static let mostLikely = 4
  private static let lowestDistance: Float = -30

  private let inventory: LanguageInventory
  private let logs: [Float]
  private let shares: [(language: Int, share: Float)]
  private let bytes: Int
  private let highest: Float
  private let root: Float
  private let score: Float

  /// - Parameters:
  ///   - logs: for each language its log-probability by the n-gram model, minus infinity without.
  ///   - shares: what CLD2 says.
  ///   - bytes: length of the cleaned text.
  ///   - score: CLD2's score for its first language: about 1000 for ordinary text.
  ///   - prior: what to add to the logarithms of some languages' odds.
  init(
    _ inventory: LanguageInventory, logs: [Float], shares: [(language: Int, share: Float)], bytes: Int,
    score: Float, prior: [(language: Int, logOdds: Float)]
  ) {
    self.inventory = inventory
    self.logs = logs
    self.shares = shares
    self.bytes = bytes
    logLength = Logarithm.of(Float(min(max(bytes, 4), 6000)) / 60)
    highest = logs.max() ?? -.infinity
    root = Float(max(1, bytes)).squareRoot()
    self.score = score
    choose(prior)
  }

  /// The log-probability of a language, as far as it counts.
  func log(of language: Int) -> Float { highest + distance(of: language) * root }

  /// Whether the n-gram model knows the language.
  func hasLog(_ language: Int) -> Bool { logs[language] > -.infinity }

  private func distance(of language: Int) -> Float {
    hasLog(language) ? max((logs[language] - highest) / root, Self.lowestDistance) : 0
  }

  private func share(of language: Int) -> Float { shares.first { $0.language == language }?.share ?? 0 }

  /// Takes the likeliest by a rough measure.
  private mutating func choose(_ prior: [(language: Int, logOdds: Float)]) {
    var best: [(language: Int, rough: Float)] = []
    best.reserveCapacity(Self.mostCandidates + 1)
    func consider(_ language: Int, _ rough: Float) {
      if best.count == Self.mostCandidates, rough <= best[best.count - 1].rough { return }
      best.insert((language, rough), at: best.firstIndex { rough > $0.rough } ?? best.count)
      if best.count > Self.mostCandidates { best.removeLast() }
    }
    func before(_ language: Int) -> Float {
      prior.isEmpty ? 0 : prior.reduce(0) { $1.language == language ? $0 + $1.logOdds : $0 }
    }
    for language in logs.indices where hasLog(language) {
      consider(language, 1.8 * distance(of: language) + 4 * share(of: language) + 1.7 * before(language))
    }
    for (language, share) in shares where !hasLog(language) && share > 0 {
      consider(language, 4 * share - 4 + 1.7 * before(language))
    }
    candidates = best.map { language, _ in
      let (distance, share) = (distance(of: language), share(of: language))
      var logOdds = inventory.priors[language] + before(language)
      logOdds += LanguageWeights.distance.at(logLength) * distance + LanguageWeights.share.at(logLength) * share
      if !hasLog(language) {
        let unsure = min(max(Logarithm.of(600 / max(score, 20)), 0), 3)
        logOdds += LanguageWeights.lacking + LanguageWeights.lackingScore * unsure
      }
      return Candidate(language: language, distance: distance, share: share, logOdds: logOdds)
    }
  }

  /// Adds what tells close relatives apart, where they are likely.
  mutating func addWords(of sample: UnsafeBufferPointer<UInt8>, _ file: LanguageModelFile) {
    for (group, members) in inventory.wordGroups.enumerated() {
      let isLikely = candidates.prefix(Self.mostLikely).contains { inventory.placeInGroup[$0.language]?.group == group }
      guard isLikely, let first = members.first, first >= 0 else { continue }
      let weights = LanguageWeights.relatives[inventory.codes[first]] ?? LanguageWeights.otherRelatives
      let evidence = RelativeWords.evidence(in: sample, group: group, file)
      let known = members.filter { $0 >= 0 }
      // No gain over languages outside of the group.
      let most = members.indices.map { evidence[$0] }.max() ?? 0
      let meanDistance = known.reduce(0) { $0 + distance(of: $1) } / Float(known.count)
      let meanShare = known.reduce(0) { $0 + share(of: $1) } / Float(known.count)
      for index in candidates.indices {
        guard let place = inventory.placeInGroup[candidates[index].language], place.group == group else { continue }
        let candidate = candidates[index]
        candidates[index].logOdds += weights.words.at(logLength) * (evidence[place.place] - most) / root * 8
        candidates[index].logOdds += weights.distance.at(logLength) * (candidate.distance - meanDistance)
        candidates[index].logOdds += weights.share.at(logLength) * (candidate.share - meanShare)
      }
    }
  }

  /// The probabilities of the candidates, the likeliest first; of equal ones, the first at first sight.
  func probabilities() -> [(language: Int, probability: Float)] {
    let highest = candidates.map(\.logOdds).max() ?? 0
    let odds = candidates.map { Exponential.of($0.logOdds - highest) }
    let total = odds.reduce(0, +)
    let order = candidates.indices.sorted { (-odds[$0], $0) < (-odds[$1], $1) }
    return order.map { (candidates[$0].language, odds[$0] / total) }
  }
}
