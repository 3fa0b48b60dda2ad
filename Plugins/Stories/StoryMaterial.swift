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
  /// The sentence, without a dateline in front of it.
  var text: String
  /// Its words, see ``SentenceWords``.
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
  /// How many different sentences of a story are compared with each other; a story of thousands of reports has no more.
  static let limit = 1000
  /// How similar aligned sentences are at least to count as the same.
  static let alignment = 0.35

  /// The members: articles first, then copies, each by ``StoryOrder``.
  let members: [StoryMember]
  /// The sentences in the order of members and numbers.
  let sentences: [StorySentence]
  /// What is told, copies folded; by first sentence.
  let units: [SentenceUnit]
  /// For each sentence its unit.
  let unitOfSentence: [Int]
  /// For each member the number of its article, from 0 in the order of members.
  let articleOfMember: [Int]
  /// How many articles there are.
  let articles: Int

  /// Takes sentences until ``limit``: the first ones of all articles, the second ones of all, and so on; then those of
  /// copies. Beyond the limit, sentences only count where they are the same as one within.
  ///
  /// - Parameter isBoilerplate: whether a text with this fingerprint stands in many stories.
  init(_ members: [StoryMember], isBoilerplate: (UInt64) -> Bool) {
    self.members = members
    var numbers: [String: Int] = [:]
    articleOfMember = members.map { member in
      let number = numbers[member.article] ?? numbers.count
      numbers[member.article] = number
      return number
    }
    articles = numbers.count
    let titles = Set(members.compactMap { $0.title.map(SentenceWords.fingerprint) })
    let languages = members.map { SentenceWords.Language($0.language) }
    var units = UnitBuilder(members)
    let readingOrder = Self.readingOrder(of: members)
    var found: [(sentence: StorySentence, unit: Int)] = []
    found.reserveCapacity(readingOrder.count)
    for (number, member) in readingOrder {
      let text = Dateline.cut(from: members[member].sentences[number])
      let read = SentenceWords(text, in: languages[member])
      let mayOpen = units.count < Self.limit
      guard let unit = units.place(member, number, fingerprint: read.fingerprint, mayOpen: mayOpen) else { continue }
      // What is no part of the report itself: its form need not be looked at.
      let isLoose =
        titles.contains(read.fingerprint) || isBoilerplate(read.fingerprint) || Dateline.isAll(of: text)
      let sentence = StorySentence(
        member: member, number: number, text: text, words: read.words, quality: isLoose ? 0 : 1)
      found.append((sentence, unit))
    }
    found = Self.byMember(found, members: members.count)
    Self.judge(&found, members: members.count)
    sentences = found.map(\.sentence)
    // Units by their first sentences; -1 for those that have not come yet.
    var order = [Int](repeating: -1, count: units.count)
    var gathered: [SentenceUnit] = []
    gathered.reserveCapacity(units.count)
    unitOfSentence = found.enumerated().map { place, entry in
      let known = order[entry.unit]
      guard known < 0 else {
        gathered[known].sentences.append(place)
        return known
      }
      order[entry.unit] = gathered.count
      gathered.append(SentenceUnit(sentences: [place]))
      return gathered.count - 1
    }
    self.units = gathered
  }

  /// The language of a sentence.
  func language(of sentence: Int) -> String { members[sentences[sentence].member].language }

  /// The article of a sentence.
  func article(of sentence: Int) -> Int { articleOfMember[sentences[sentence].member] }

  /// The numbers of sentences and members: first sentences of articles first, copies last.
  private static func readingOrder(of members: [StoryMember]) -> [(number: Int, member: Int)] {
    var order: [(number: Int, member: Int)] = []
    order.reserveCapacity(members.reduce(0) { $0 + $1.sentences.count })
    for copies in [false, true] {
      var open = members.indices.filter { members[$0].isCopy == copies }
      var number = 0
      while !open.isEmpty {
        open.removeAll { members[$0].sentences.count <= number }
        for member in open { order.append((number, member)) }
        number += 1
      }
    }
    return order
  }

  /// Sentences in the order of members. Those of one member stand in the order of their numbers already.
  private static func byMember(
    _ found: [(sentence: StorySentence, unit: Int)], members: Int
  ) -> [(sentence: StorySentence, unit: Int)] {
    guard members > 1 else { return found }
    var next = [Int](repeating: 0, count: members + 1)
    for entry in found { next[entry.sentence.member + 1] += 1 }
    for member in 0..<members { next[member + 1] += next[member] }
    var order = [Int](repeating: 0, count: found.count)
    for (place, entry) in found.enumerated() {
      order[next[entry.sentence.member]] = place
      next[entry.sentence.member] += 1
    }
    return order.map { found[$0] }
  }

  /// Puts the quality of their form to sentences of quality 1.
  private static func judge(_ found: inout [(sentence: StorySentence, unit: Int)], members: Int) {
    var start = 0
    while start < found.count {
      let member = found[start].sentence.member
      var end = start
      while end < found.count, found[end].sentence.member == member { end += 1 }
      let forms = found[start..<end].map { SentenceForm($0.sentence.text) }
      let isPunctuated = SentenceQuality.endsSentences(forms)
      // Sentences since a quotation began that has not ended yet; -1 for none.
      var speech = -1
      for (offset, form) in forms.enumerated() {
        let isSpoken = speech >= 0 && speech < SentenceQuality.longestSpeech && form.openQuotes == 0
        speech = form.openQuotes > 0 ? 0 : form.openQuotes < 0 || speech < 0 ? -1 : speech + 1
        guard found[start + offset].sentence.quality > 0 else { continue }
        found[start + offset].sentence.quality = SentenceQuality.of(
          form, isPunctuated: isPunctuated, isSpoken: isSpoken)
      }
      start = end
    }
  }
}

/// Puts sentences that are the same into one unit, one after the other.
private struct UnitBuilder {
  /// Sentences that say the same as one, by member and number.
  private var aligned: [Int: [Int]] = [:]
  private var unitOfPlace: [Int: Int] = [:]
  private var unitOfText: KeyTable<Int>
  private(set) var count = 0

  init(_ members: [StoryMember]) {
    unitOfText = KeyTable(
      capacity: min(StoryMaterial.limit, members.reduce(0) { $0 + $1.sentences.count }), empty: -1)
    guard members.contains(where: { $0.original != nil && !$0.evidence.isEmpty }) else { return }
    let places = Dictionary(members.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    for (copy, member) in members.enumerated() {
      guard let original = member.original.flatMap({ places[$0] }) else { continue }
      for pair in member.evidence where pair.score >= StoryMaterial.alignment {
        guard let mine = Self.key(copy, pair.mine), let theirs = Self.key(original, pair.theirs) else { continue }
        aligned[mine, default: []].append(theirs)
        aligned[theirs, default: []].append(mine)
      }
    }
  }

  /// The unit of a sentence: that of an aligned sentence or an equal text, or a new one if that is allowed.
  mutating func place(_ member: Int, _ number: Int, fingerprint: UInt64, mayOpen: Bool) -> Int? {
    guard let key = Self.key(member, number) else { return nil }
    let twin = aligned[key]?.compactMap { unitOfPlace[$0] }.min()
    let unit: Int
    let same = unitOfText[fingerprint]
    if let known = twin ?? (same < 0 ? nil : same) {
      unit = known
    } else {
      guard mayOpen else { return nil }
      unit = count
      count += 1
    }
    if !aligned.isEmpty { unitOfPlace[key] = unit }
    if same < 0 { unitOfText.update(fingerprint) { $0 = unit } }
    return unit
  }

  /// One number for a member and a sentence; nil for numbers that no text has.
  private static func key(_ member: Int, _ number: Int) -> Int? {
    (0..<1 << 31).contains(number) ? member << 31 | number : nil
  }
}
