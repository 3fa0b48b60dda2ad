import TextKit

/// A number in a sentence, with what is known of its meaning.
struct NumberMention: Sendable {
  /// What kind of figure it is; figures of different kinds are never compared.
  enum Kind: Sendable, Equatable {
    /// An amount: people, euros, metres.
    case amount
    /// A share of a hundred.
    case percent
    /// 1900 to 2099, most likely a year.
    case year
  }

  /// As it is written, with the word for thousands or millions behind it: `1.2 million`.
  var text: String
  /// Its value, with that word.
  var value: Double
  var kind: Kind
  /// The words of ``window``.
  fileprivate var around: ArraySlice<Substring>

  /// The words around it, for comparing what is counted: up to three before it and five behind.
  var window: String { around.joined(separator: " ") }

  /// How a value is compared with those of another report: `1.0` and `1` are one.
  struct Key: Sendable, Hashable {
    fileprivate var kind: Kind
    fileprivate var value: Double
  }

  /// Equal for figures that are the same.
  var key: Key { Key(kind: kind, value: value) }
}

/// Finds the numbers of a sentence that say how many or how much.
///
/// Days, times, telephone numbers and the like are left out. Numbers in words are not read, but for words like "million"
/// behind digits, in the languages of ``multipliers``.
struct NumberMentions {
  private let words: [Substring]
  /// Places of words that may have a number in them.
  private let marked: [Int]
  /// The names of months, and those of four letters or more, which endings may follow.
  private let months: Set<String>
  private let longMonths: [String]

  /// The mentions of a sentence in a language, in order.
  static func all(in sentence: String, language: String) -> [NumberMention] {
    guard mayHaveDigits(sentence) else { return [] }
    return all(in: SpacedWords(sentence), of: sentence, language: language)
  }

  /// The mentions of a sentence whose words are known.
  static func all(in words: SpacedWords, of sentence: String, language: String) -> [NumberMention] {
    guard !words.marked.isEmpty else { return [] }
    let words = joined(words, of: sentence)
    let (months, long) = MonthWords.withLong(String(language.prefix { $0 != "-" }))
    return NumberMentions(words: words.words, marked: words.marked, months: months, longMonths: long).mentions()
  }

  /// False where bytes tell already that there is no digit: then no word need be looked at.
  private static func mayHaveDigits(_ sentence: String) -> Bool {
    let known = sentence.utf8.withContiguousStorageIfAvailable { bytes -> Bool? in
      var isPlain = true
      for byte in bytes {
        if byte &- 0x30 < 10 { return true }
        isPlain = isPlain && byte < 0x80
      }
      return isPlain ? false : nil
    }
    return (known ?? nil) ?? sentence.unicodeScalars.contains { ScalarClass.of($0) == .digit }
  }

  private func mentions() -> [NumberMention] {
    marked.compactMap { index -> NumberMention? in
      let word = words[index]
      guard let run = Self.digits(of: word) else { return nil }
      guard let (number, digits) = Self.value(of: word[run]), number > 0 else { return nil }
      let before = word[..<run.lowerBound]
      let behind = word[run.upperBound...]
      // Letters glued to digits from the left are names: A320, G7, COVID-19.
      guard !before.contains(where: { $0.isLetter || $0 == "-" || $0 == "/" || $0 == ":" }) || Self.isUnspaced(before)
      else { return nil }
      let next = index + 1 < words.count ? Self.bare(words[index + 1]) : ""
      guard !isDate(index, number, next: next), !behind.hasPrefix(":"), !behind.hasPrefix("/") else { return nil }
      var factor: Double = 1
      var text = String(word[run])
      let unit = behind.drop { !$0.isLetter && $0 != "%" && $0 != "٪" && $0 != "％" }
      if let known = Self.multiplier(gluedTo: unit) {
        factor = known
        text += String(unit.prefix(1))
      } else if unit.isEmpty, !next.isEmpty, let known = Self.multipliers[next] {
        factor = known
        text += " " + words[index + 1].withoutMarks()
      }
      // Turkish writes "%20".
      let isPercent = before.last == "%" || isPercent(index, unit, next: next)
      let isYear = factor == 1 && digits == 4 && text.count == 4 && (1900..<2100).contains(number)
      return NumberMention(
        text: text, value: number * factor, kind: isPercent ? .percent : isYear ? .year : .amount,
        around: window(around: index, run))
    }
  }

  // MARK: - What stands around a number

  private func isPercent(_ index: Int, _ unit: Substring, next: String) -> Bool {
    if unit.hasPrefix("%") || unit.hasPrefix("٪") || unit.hasPrefix("％") { return true }
    if Self.percents.contains(next) { return true }
    if next == "per" || next == "por" || next == "pour" {
      let second = index + 2 < words.count ? Self.bare(words[index + 2]) : ""
      return ["cent", "ciento", "cento"].contains(second)
    }
    let previous = index > 0 ? words[index - 1].lowercased() : ""
    return previous.hasSuffix("yüzde") || previous == "%"
  }

  /// A day before or behind the name of a month.
  private func isDate(_ index: Int, _ number: Double, next: String) -> Bool {
    guard number <= 31 || (1900..<2100).contains(number) else { return false }
    for position in [index - 1, index + 1, index + 2] where words.indices.contains(position) {
      guard position != index + 2 || Self.connectors.contains(next) else { continue }
      let word = position == index + 1 ? next : Self.bare(words[position])
      if months.contains(word) || longMonths.contains(where: word.hasPrefix) { return true }
    }
    return false
  }

  private func window(around index: Int, _ run: Range<Substring.Index>) -> ArraySlice<Substring> {
    let word = words[index]
    if Self.isUnspaced(word) {
      let start = word.index(run.lowerBound, offsetBy: -8, limitedBy: word.startIndex) ?? word.startIndex
      let end = word.index(run.upperBound, offsetBy: 10, limitedBy: word.endIndex) ?? word.endIndex
      return [word[start..<end]]
    }
    return words[max(0, index - 3)..<min(words.count, index + 6)]
  }

  // MARK: - Words

  /// The words of a sentence; a space between groups of digits does not divide.
  private static func joined(_ parts: SpacedWords, of sentence: String) -> SpacedWords {
    // Only where such words are neighbours.
    guard zip(parts.marked, parts.marked.dropFirst()).contains(where: { $0 + 1 == $1 }) else { return parts }
    // A number begins with a digit, or with a byte of another script.
    func mayBegin(_ part: Substring) -> Bool { part.utf8.first.map { $0 >= 0x80 || $0 &- 0x30 < 10 } ?? false }
    var words: [Substring] = []
    for part in parts.words {
      if mayBegin(part), let last = words.last, let lastScalar = last.unicodeScalars.last,
        ScalarClass.of(lastScalar) == .digit, last.unicodeScalars.count <= 3,
        part.unicodeScalars.prefix(4).count(where: { ScalarClass.of($0) == .digit }) == 3,
        part.unicodeScalars.prefix(3).allSatisfy({ ScalarClass.of($0) == .digit })
      {
        words[words.count - 1] = sentence[last.startIndex..<part.endIndex]
      } else {
        words.append(part)
      }
    }
    return words.count == parts.words.count ? parts : SpacedWords(words: words)
  }

  /// Whether a name is no more than an amount of money: "Millionen Euro".
  static func isAmount(_ name: String) -> Bool {
    name.split(separator: " ").first.map { multipliers[$0.lowercased()] != nil } ?? false
  }

  /// The first run of digits in a word with separators inside it.
  private static func digits(of word: Substring) -> Range<Substring.Index>? {
    let scalars = word.unicodeScalars
    guard let start = scalars.firstIndex(where: { ScalarClass.of($0) == .digit }) else { return nil }
    var (end, index) = (scalars.index(after: start), scalars.index(after: start))
    while index < scalars.endIndex {
      let scalar = scalars[index]
      let next = scalars.index(after: index)
      if ScalarClass.of(scalar) == .digit {
        end = next
      } else if !",.٬٫'’\u{A0}\u{202F}\u{2009} -/:–".unicodeScalars.contains(scalar) {
        break
      }
      index = next
    }
    // A range, a date or a time in one word gives several numbers, and is left out for that.
    return start..<end
  }

  /// The value of a run of digits and separators, and how many digits it has in plain form; nil if it is several numbers
  /// or too long to be one.
  private static func value(of run: Substring) -> (value: Double, digits: Int)? {
    if run.utf8.count <= 15, run.utf8.first != UInt8(ascii: "0"), run.utf8.allSatisfy({ $0 &- 0x30 < 10 }) {
      return (Double(run.utf8.reduce(0) { 10 * $0 + Int($1 - 0x30) }), run.utf8.count)
    }
    let tokens = NumberTokens.all(in: String(run))
    guard tokens.count == 1, tokens[0].utf8.count <= 15 else { return nil }
    return Double(tokens[0]).map { ($0, tokens[0].utf8.count) }
  }

  private static func bare(_ word: Substring) -> String {
    word == "%" ? "%" : word.withoutMarks().lowercased()
  }

  private static func isUnspaced(_ text: Substring) -> Bool {
    text.unicodeScalars.contains { WordTokenizer.isUnspaced($0) }
  }

  private static func multiplier(gluedTo unit: Substring) -> Double? {
    guard let first = unit.first else { return nil }
    switch first {
    case "万", "萬", "만": return 1e4
    case "亿", "億", "억": return 1e8
    case "千", "천": return 1e3
    default: return glued[bare(unit)]
    }
  }

  private static let glued: [String: Double] = ["k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12]
  private static let percents: Set<String> = [
    "%", "percent", "prozent", "procent", "процент", "процента", "процентов", "بالمئة", "بالمائة", "في المئة", "درصد",
    "τοις", "százalék",
  ]
  private static let connectors: Set<String> = ["de", "of", "di", "do", "del", "th", "st", "nd", "rd"]

  /// Words that stand behind digits for thousands and more.
  private static let multipliers: [String: Double] = [
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "mn": 1e6, "bn": 1e9,
    "tausend": 1e3, "millionen": 1e6, "mio": 1e6, "milliarde": 1e9, "milliarden": 1e9, "mrd": 1e9,
    "mille": 1e3, "millions": 1e6, "milliard": 1e9, "milliards": 1e9,
    "mil": 1e3, "millón": 1e6, "millones": 1e6, "milhão": 1e6, "milhões": 1e6, "bilhão": 1e9, "bilhões": 1e9,
    "mila": 1e3, "milione": 1e6, "milioni": 1e6, "miliardo": 1e9, "miliardi": 1e9,
    "bin": 1e3, "milyon": 1e6, "milyar": 1e9, "trilyon": 1e12, "duizend": 1e3, "miljoen": 1e6, "miljard": 1e9,
    "тысяч": 1e3, "тысячи": 1e3, "тысяча": 1e3, "тыс": 1e3, "миллион": 1e6, "миллиона": 1e6, "миллионов": 1e6,
    "млн": 1e6, "миллиард": 1e9, "миллиарда": 1e9, "миллиардов": 1e9, "млрд": 1e9,
    "tysięcy": 1e3, "tys": 1e3, "mln": 1e6, "mld": 1e9, "milionów": 1e6, "miliardów": 1e9,
    "ألف": 1e3, "آلاف": 1e3, "مليون": 1e6, "ملايين": 1e6, "مليار": 1e9, "مليارات": 1e9,
    "هزار": 1e3, "میلیون": 1e6, "میلیارد": 1e9, "लाख": 1e5, "करोड़": 1e7, "हज़ार": 1e3,
  ]
}
