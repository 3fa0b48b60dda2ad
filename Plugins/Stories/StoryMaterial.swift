import StageKit

/// A report as the summary of its story sees it.
struct StoryMember: Sendable {
  /// The document's id.
  var id: String
  /// Its headline.
  var title: String?
  /// Its language's code.
  var language: String
  /// What makes it and its copies one article: the duplicate group's id, or its own.
  var article: String
  /// Whether another member of its duplicate group stands for it.
  var isCopy: Bool
  /// For a copy: the id of the document that ``evidence`` compares it with.
  var original: String?
  /// Sentences that say the same in both.
  var evidence: [Document.Evidence]
  /// Its sentences, all of them.
  var sentences: [String]

  /// What a summary needs to know of a document whose sentences are known.
  init(_ document: Document) {
    id = document.id
    title = document.title.flatMap { $0.isEmpty ? nil : $0 }
    language = document.language?.code ?? "und"
    article = document.duplicate.map { "group \($0.group)" } ?? "document \(document.id)"
    isCopy = document.duplicate?.role == .copy
    original = document.duplicate?.of
    evidence = document.duplicate?.evidence ?? []
    sentences = document.sentenceTexts()
  }
}

/// A sentence of a member.
struct StorySentence: Sendable {
  /// The member's place in its story.
  var member: Int
  /// The sentence's number in its document.
  var number: Int
  /// The sentence.
  var text: String
  /// Its words, see ``WordStatistics``.
  var words: [UInt64]
  /// How well it would stand in a summary, see ``SentenceQuality``: 0 to 1.
  var quality: Float
}

/// Sentences that are copies of each other, in one language or several: they count once.
struct SentenceUnit: Sendable {
  /// Places in the list of sentences, in the order of members and numbers.
  var sentences: [Int]
}

/// The sentences of a story, and which of them are the same.
struct StoryMaterial: Sendable {
  /// How many sentences of a story are compared with each other; a story of thousands of reports has no more.
  static let limit = 1000
  /// How similar aligned sentences are at least to count as the same.
  static let alignment = 0.35

  /// The members: articles first, then copies, each by ``StoryOrder``.
  let members: [StoryMember]
  /// The sentences in the order of members and numbers.
  let sentences: [StorySentence]
  /// What is told, copies folded; by first sentence.
  let units: [SentenceUnit]

  /// Takes sentences until ``limit``: the first ones of all articles, the second ones of all, and so on; then those of
  /// copies. Beyond the limit, sentences only count where they are the same as one within.
  ///
  /// - Parameter isBoilerplate: whether a text with this fingerprint stands in many stories.
  init(_ members: [StoryMember], isBoilerplate: (UInt64) -> Bool) {
    self.members = members
    let titles = Set(members.compactMap { $0.title.map(WordStatistics.fingerprint) })
    var places = members.enumerated().flatMap { member, report in
      report.sentences.indices.map { (member: member, number: $0) }
    }
    places.sort { a, b in
      let (x, y) = (members[a.member], members[b.member])
      return (x.isCopy ? 1 : 0, a.number, a.member) < (y.isCopy ? 1 : 0, b.number, b.member)
    }
    var units = UnitBuilder(members)
    var sentences: [StorySentence] = []
    let punctuated = members.map { SentenceQuality.endsSentences($0.sentences) }
    for (index, place) in places.enumerated() {
      let member = members[place.member]
      let text = member.sentences[place.number]
      let fingerprint = WordStatistics.fingerprint(of: text)
      guard let position = units.place(place, fingerprint: fingerprint, mayOpen: index < Self.limit) else { continue }
      let isLoose = titles.contains(fingerprint) || isBoilerplate(fingerprint)
      let quality = isLoose ? 0 : SentenceQuality.of(text, isPunctuated: punctuated[place.member])
      sentences.append(
        StorySentence(
          member: place.member, number: place.number, text: text,
          words: WordStatistics.words(of: text, language: member.language), quality: quality))
      units.assign(position)
    }
    let order = sentences.indices.sorted {
      (sentences[$0].member, sentences[$0].number) < (sentences[$1].member, sentences[$1].number)
    }
    self.sentences = order.map { sentences[$0] }
    var byUnit: [Int: [Int]] = [:]
    for (place, old) in order.enumerated() { byUnit[units.unit(ofSentence: old), default: []].append(place) }
    self.units = byUnit.values.sorted { $0[0] < $1[0] }.map { SentenceUnit(sentences: $0) }
  }
}

/// Puts sentences that are the same into one unit, one after the other.
private struct UnitBuilder {
  private let ids: [String]
  private var unitOfText: [UInt64: Int] = [:]
  private var unitOfPlace: [String: Int] = [:]
  private var aligned: [String: [String]] = [:]
  private var units: [Int] = []
  private var count = 0

  init(_ members: [StoryMember]) {
    let known = Set(members.map(\.id))
    for member in members {
      guard let original = member.original, known.contains(original) else { continue }
      for pair in member.evidence where pair.score >= StoryMaterial.alignment {
        aligned[Self.key(member.id, pair.mine), default: []].append(Self.key(original, pair.theirs))
        aligned[Self.key(original, pair.theirs), default: []].append(Self.key(member.id, pair.mine))
      }
    }
    ids = members.map(\.id)
  }

  /// The unit of a sentence: that of an equal text or an aligned sentence, or a new one if that is allowed.
  mutating func place(_ place: (member: Int, number: Int), fingerprint: UInt64, mayOpen: Bool) -> Int? {
    let key = Self.key(ids[place.member], place.number)
    let twins = (aligned[key] ?? []).compactMap { unitOfPlace[$0] }
    let unit: Int
    if let known = twins.min() ?? unitOfText[fingerprint] {
      unit = known
    } else {
      guard mayOpen else { return nil }
      unit = count
      count += 1
    }
    unitOfPlace[key] = unit
    if unitOfText[fingerprint] == nil { unitOfText[fingerprint] = unit }
    return unit
  }

  mutating func assign(_ unit: Int) { units.append(unit) }

  func unit(ofSentence index: Int) -> Int { units[index] }

  private static func key(_ id: String, _ number: Int) -> String { "\(number) \(id)" }
}
