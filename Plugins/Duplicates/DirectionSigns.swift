import StageKit

/// What a document shows of its origin: its date, the agency that signs it, a source or translator that it names.
///
/// Only its first and last lines are looked at, where such things stand; a name in the middle is a subject, not a
/// signature. In text alone the direction of a translation hardly shows (measured: half right), so nothing else counts.
struct DirectionSigns: Sendable, Equatable {
  /// A sign and what it says: an agency's name, or the words that name a source or translator.
  struct Sign: Sendable, Equatable {
    var kind: Document.Direction.Sign.Kind
    var says: String
  }

  /// When it was published, as the document has it.
  private(set) var published: String?
  /// The other signs, each once.
  private(set) var signs: [Sign] = []

  /// Whether there are none.
  var isEmpty: Bool { published == nil && signs.isEmpty }

  /// No signs.
  init() {}

  /// Those of a document.
  init(_ document: Document) {
    published = document.published.flatMap { Ranking.seconds($0) == nil ? nil : $0 }
    if let author = document.author { addAgencies(in: author[...]) }
    let lines = Self.edges(of: document.text)
    for line in lines { addLabels(in: line) }
    if let first = lines.first { addDateline(of: first) }
    for line in lines where line.utf8.count <= 160 && line.count <= 40 { addAgencies(in: line) }
  }

  /// How many lines at each end are looked at, and how long a line with a label may be.
  private static let edge = 3
  private static let longestLine = 90
  /// How far into a text its dateline reaches, in Unicode scalars: characters take far longer to find, and every text
  /// with a copy is asked.
  private static let dateline = 160

  /// The first and the last lines; all, if there are few.
  private static func edges(of text: String) -> [Substring] {
    // By bytes: characters take fifty times as long. A line feed is never part of another one's bytes.
    let (bytes, feed) = (text.utf8, UInt8(ascii: "\n"))
    var head: [Substring] = []
    var start = text.startIndex
    while head.count < edge, start < text.endIndex {
      let end = bytes[start...].firstIndex(of: feed) ?? text.endIndex
      append(text[start..<end], to: &head)
      start = end < text.endIndex ? bytes.index(after: end) : end
    }
    var tail: [Substring] = []
    var end = text.endIndex
    while tail.count < edge, end > start {
      let line = bytes[start..<end].lastIndex(of: feed)
      append(text[(line.map { bytes.index(after: $0) } ?? start)..<end], to: &tail)
      end = line ?? start
    }
    return head + tail.reversed()
  }

  private static func append(_ line: Substring, to lines: inout [Substring]) {
    let line = line.trimmed(\.isWhitespace)
    if !line.isEmpty { lines.append(line) }
  }

  private mutating func add(_ kind: Document.Direction.Sign.Kind, _ says: String) {
    let sign = Sign(kind: kind, says: says)
    if !signs.contains(sign) { signs.append(sign) }
  }

  // MARK: Agencies

  /// Agencies in a line that has nothing but names: `Reuters`, `AFP/dpa`, `By Ana Ruiz, EFE`.
  private mutating func addAgencies(in line: Substring) {
    if let agency = NewsAgencies.named(by: line) { return add(.agency, agency) }
    for part in line.split(whereSeparator: { "/,;|()（）[]–—".contains($0) }) {
      if let agency = NewsAgencies.named(by: part) { add(.agency, agency) }
    }
  }

  /// The agency in the dateline: `LONDON, March 3 (Reuters) -`, `МОСКВА, 3 марта. /ТАСС/.`, `新华社北京3月3日电`.
  private mutating func addDateline(of line: Substring) {
    let start = Substring(line.unicodeScalars.prefix(Self.dateline))
    if let agency = NewsAgencies.beginning(start) { add(.agency, agency) }
    var rest = start.unicodeScalars
    while let open = rest.firstIndex(where: Self.opens) {
      let inner = rest[rest.index(after: open)...]
      guard let close = inner.firstIndex(where: Self.closes) else { return }
      let words = inner[..<close]
      if let agency = NewsAgencies.named(by: Substring(words)) { add(.agency, agency) }
      rest = words.isEmpty ? inner.dropFirst() : inner[close...].dropFirst()
    }
  }

  private static func opens(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "(", "（", "/", "[", "【": true
    default: false
    }
  }

  private static func closes(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case ")", "）", "/", "]", "】": true
    default: false
    }
  }

  // MARK: Labels

  private static let sources: Set<String> = [
    "source", "quelle", "fuente", "fonte", "bron", "kilde", "källa", "lähde", "kaynak", "źródło", "zdroj", "forrás",
    "izvor", "sursa", "sumber", "nguồn", "источник", "джерело", "източник", "извор", "المصدر", "مصدر", "منبع", "ماخذ",
    "מקור", "来源", "來源", "稿源", "出典", "출처", "स्रोत", "แหล่งที่มา", "chanzo",
  ]
  private static let translations: Set<String> = [
    "translation", "translator", "translated", "übersetzung", "übersetzer", "traduction", "traducción", "traducao",
    "tradução", "traduzione", "vertaling", "çeviri", "çeviren", "tłumaczenie", "przekład", "перевод", "переводчик",
    "переклад", "ترجمة", "ترجمه", "المترجم", "מתרגם", "תרגום", "翻译", "翻譯", "译者", "譯者", "編譯", "编译", "翻訳", "번역",
    "अनुवाद", "tarjima",
  ]
  /// What begins a line without a colon, in UTF-8: comparing strings would normalise them each time.
  private static let translated = [
    "translated from ", "translated by ", "translated into ", "übersetzt von ", "übersetzt aus ", "aus dem ",
    "traduit par ", "traduit de ", "traduit du ", "traducido por ", "traducido del ", "traduzido por ", "tradotto da ",
    "vertaald door ", "vertaald uit ", "przełożył ", "перевёл ", "перевел ", "переведено ", "ترجمها ", "ترجمة ",
  ].map { Array($0.utf8) }

  private mutating func addLabels(in line: Substring) {
    guard line.utf8.count <= 4 * Self.longestLine, line.count <= Self.longestLine else { return }
    let text = line.trimmed { $0.isWhitespace || "()（）[]*_—–-".contains($0) }
    let lower = text.lowercased()
    if let colon = lower.firstIndex(where: { ":：".contains($0) }) {
      let label = lower[..<colon].trimmed(\.isWhitespace)
      let says = lower[lower.index(after: colon)...].contains { $0.isLetter }
      if says, Self.sources.contains(String(label)) { return add(.source, String(text)) }
      if says, Self.translations.contains(String(label)) { return add(.translation, String(text)) }
    }
    // "Aus dem Englischen von …" is a credit, "Aus dem Haus kam Rauch." is a sentence.
    let isSentence = text.last.map { ".!?。".contains($0) } ?? false
    if !isSentence, Self.translated.contains(where: lower.utf8.starts) { add(.translation, String(text)) }
  }
}

extension DirectionSigns {
  /// Which of two duplicates is the source of the other one, with what shows it.
  ///
  /// A text that names a translator or a source is not the source, if the other one names none. Else the earlier one is,
  /// if their dates tell. Signs that contradict each other decide nothing.
  static func direction(_ mine: DirectionSigns, _ theirs: DirectionSigns) -> Document.Direction {
    var votes: Set<Document.Direction.Side> = []
    for kind in [Document.Direction.Sign.Kind.translation, .source] {
      let (here, there) = (mine.signs.contains { $0.kind == kind }, theirs.signs.contains { $0.kind == kind })
      if here != there { votes.insert(here ? .theirs : .mine) }
    }
    if let earlier = earlier(mine.published, theirs.published) { votes.insert(earlier) }
    return Document.Direction(
      source: votes.count == 1 ? votes.first ?? .unknown : .unknown,
      signs: mine.list(on: .mine) + theirs.list(on: .theirs))
  }

  private func list(on side: Document.Direction.Side) -> [Document.Direction.Sign] {
    (published.map { [.init(on: side, .published, $0)] } ?? []) + signs.map { .init(on: side, $0.kind, $0.says) }
  }

  /// Which was published first; nil if that can't be told: a date without a time says nothing of that day.
  private static func earlier(_ mine: String?, _ theirs: String?) -> Document.Direction.Side? {
    guard let mine, let theirs, let a = Ranking.seconds(mine), let b = Ranking.seconds(theirs), a != b else {
      return nil
    }
    let day = 86_400.0
    if mine.count <= 10 || theirs.count <= 10, (a / day).rounded(.down) == (b / day).rounded(.down) { return nil }
    return a < b ? .mine : .theirs
  }
}

/// The signs of documents that have duplicates, looked for when they are asked for: few have any.
struct SignMemory {
  let corpus: Corpus
  private var known: [Int: DirectionSigns] = [:]
  /// As many as are remembered.
  private static let most = 1 << 16

  /// Remembers nothing yet.
  init(corpus: Corpus) { self.corpus = corpus }

  /// Those of a document that is at hand, by its rank.
  mutating func signs(of rank: Int, _ document: Document) -> DirectionSigns {
    if let signs = known[rank] { return signs }
    if known.count >= Self.most { known.removeAll(keepingCapacity: true) }
    let signs = DirectionSigns(document)
    known[rank] = signs
    return signs
  }

  /// Those of any document, by its rank.
  mutating func signs(of rank: Int) throws -> DirectionSigns {
    try known[rank] ?? signs(of: rank, corpus.document(rank))
  }
}
