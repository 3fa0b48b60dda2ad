import StageKit
import TextKit

/// What a story is about in a few words: names, countries, figures and days.
struct Keywords: Sendable {
  private(set) var names: [String] = []
  private(set) var places: [String] = []
  private(set) var numbers: [String] = []
  private(set) var dates: [String] = []

  /// How many of each are given.
  private static let limit = 8
  /// How many sentences are read.
  private static let sentences = 10

  /// Reads the sentences that matter most.
  ///
  /// Names are what is written with capitals inside of sentences. Where no member in the wanted language has such
  /// letters, they are the words of that language that a name in another member sounds like. Countries are named in the
  /// wanted language, whatever language they were read in; all else stands in it, or is not given.
  ///
  /// - Parameters:
  ///   - first: sentences to begin with: those of the summary.
  ///   - language: the wanted language's code.
  init(_ material: StoryMaterial, scores: [Float], first: [Int], language: String) {
    let tag = LanguageTag(language)
    let ranked = material.units.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
    var places: [Int] = []
    var seen: Set<Int> = []
    for place in first + ranked.prefix(4 * Self.sentences).flatMap({ material.units[$0].sentences.prefix(4) })
    where places.count < Self.sentences && material.sentences[place].quality > 0 && seen.insert(place).inserted {
      places.append(place)
    }
    let isWanted = places.map { tag?.accepts(material.language(of: $0)) ?? true }
    var found = NameFinder()
    var foreign = NameFinder()
    var codes: [String: Int] = [:]
    for (place, isWanted) in zip(places, isWanted) {
      let (text, code) = (material.sentences[place].text, material.language(of: place))
      let words = SpacedWords(text)
      for country in Self.countries(in: words.words, code) { codes[country, default: 0] += 1 }
      if isWanted {
        found.read(words.words, language: code)
        for number in NumberMentions.all(in: words, of: text, language: code) where number.kind != .year {
          numbers.append(number.kind == .percent ? "\(number.text) %" : number.text)
        }
        dates += Self.dates(in: words, code)
      } else {
        foreign.read(words.words, language: code)
      }
    }
    names = found.names(limit: Self.limit)
    if names.isEmpty {
      let texts = zip(places, isWanted).filter(\.1).map { material.sentences[$0.0].text }
      names = Self.heard(foreign.names(limit: 2 * Self.limit), in: texts)
    }
    let countries = Countries.of(language)
    self.places = codes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.compactMap { countries.name($0.key) }
    // "Israeli" is no more than "Israel" again.
    let known = self.places.map { String($0.prefix(5)) }
    names.removeAll { name in known.contains { $0.count >= 4 && name.hasPrefix($0) && !name.contains(" ") } }
    shorten()
  }

  private mutating func shorten() {
    func firsts(_ values: [String]) -> [String] {
      var seen: Set<String> = []
      return Array(values.filter { seen.insert($0).inserted }.prefix(Self.limit))
    }
    (names, places, numbers, dates) = (firsts(names), firsts(places), firsts(numbers), firsts(dates))
  }

  /// The codes of countries that are named, each once.
  private static func countries(in words: [Substring], _ language: String) -> Set<String> {
    let table = Countries.of(language)
    var found: Set<String> = []
    for start in words.indices {
      if let byte = words[start].utf8.first, byte.isPlainLower { continue }
      let word = words[start].withoutMarks()
      // Names are written with capitals, where there are any.
      guard let first = word.unicodeScalars.first else { continue }
      let kind = ScalarClass.of(first)
      guard kind == .upper || kind == .letter else { continue }
      let end = min(words.count, start + Countries.longest)
      if let code = table.code(word, before: words[start + 1..<max(start + 1, end)]) { found.insert(code) }
      // "Kazakistan'ın", "Israel's".
      if word.utf8.contains(where: { $0 == UInt8(ascii: "'") || $0 == 0xE2 }),
        let mark = word.firstIndex(where: { $0 == "'" || $0 == "’" }),
        let code = table.code(word[..<mark], before: [])
      {
        found.insert(code)
      }
    }
    return found
  }

  /// Days as they are written: a month with its day, its year or both.
  private static func dates(in spaced: SpacedWords, _ language: String) -> [String] {
    let words = spaced.words
    func isNumber(_ index: Int) -> Bool {
      guard words.indices.contains(index) else { return false }
      let word = words[index].withoutMarks().unicodeScalars
      return (1...4).contains(word.count) && word.allSatisfy { ScalarClass.of($0) == .digit }
    }
    let numbers = spaced.marked.filter(isNumber)
    guard !numbers.isEmpty else { return [] }
    let months = MonthWords.of(String(language.prefix { $0 != "-" }))
    var found: [String] = []
    for index in Set(numbers.flatMap { [$0 - 1, $0 + 1] }).sorted() where words.indices.contains(index) {
      // "Mart'ta", "May's".
      let word = words[index].withoutMarks().prefix { $0 != "'" && $0 != "’" }
      guard months.contains(word.lowercased()) else { continue }
      let start = isNumber(index - 1) ? index - 1 : index
      let end = isNumber(index + 1) ? index + 1 : index
      found.append((start...end).map { String(words[$0].withoutMarks()) }.joined(separator: " "))
    }
    return found
  }

  /// Words of texts that sound like some names, in the order of the names.
  private static func heard(_ names: [String], in texts: [String]) -> [String] {
    guard !names.isEmpty else { return [] }
    var words: [String: String] = [:]
    for text in texts {
      for word in text.spacedWords().map({ $0.withoutMarks() }) {
        if let skeleton = NameSkeleton.of(word), words[skeleton] == nil { words[skeleton] = String(word) }
      }
    }
    return names.compactMap { name in
      let parts = name.split(separator: " ").compactMap { NameSkeleton.of($0).flatMap { words[$0] } }
      return parts.isEmpty ? nil : parts.joined(separator: " ")
    }
  }

  /// As it stands in a summary's `metadata`.
  var json: JSONValue {
    func list(_ values: [String]) -> JSONValue { .array(values.map(JSONValue.string)) }
    return .object(["names": list(names), "places": list(places), "numbers": list(numbers), "dates": list(dates)])
  }
}
