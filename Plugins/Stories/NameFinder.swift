import TextKit

/// Finds names by their capital letters, and counts them.
struct NameFinder {
  private var counts: [String: Int] = [:]
  private var order: [String] = []
  private var language = "und"
  private var openers: [String] = []
  /// How often each capitalised word came, where all nouns are written so.
  private var nouns: [String: Int] = [:]
  /// Whether all nouns are written with capitals.
  private var capitalisesNouns = false
  /// Whether endings of any length stand behind an apostrophe, as in "Trabzon'dakiler"; they end a name, too.
  private var hasLongEndings = false

  /// Reads a sentence, given by its words with their marks.
  mutating func read(_ words: [Substring], language: String) {
    // German writes all nouns with capitals: there only several such words in a row are taken, and the last of them must
    // come back.
    self.language = language
    capitalisesNouns = language.hasPrefix("de") || language.hasPrefix("lb")
    hasLongEndings = language.hasPrefix("tr") || language.hasPrefix("az")
    let least = capitalisesNouns ? 2 : 1
    let longest = hasLongEndings ? 16 : 4
    var run: [Substring] = []
    var isOpening = true
    func name(_ run: [Substring]) -> String {
      run.map { Self.bare($0, longest: longest) }.joined(separator: " ")
    }
    for word in words {
      // Most words, and none of them in a name: those that begin with a small letter of ASCII.
      if let byte = word.utf8.first, byte.isPlainLower {
        if !run.isEmpty { close(&run, isOpening: &isOpening, least, name) }
        isOpening = false
        continue
      }
      let scalars = word.unicodeScalars
      let start = scalars.firstIndex { ScalarClass.of($0).isWordPart } ?? scalars.endIndex
      let bare = word[start...]
      let isCapital = bare.unicodeScalars.first.map { ScalarClass.of($0) == .upper } ?? false
      if isCapital, bare.utf8.count > 1 {
        // A mark in front ends the name before it, and begins a sentence, as quotation marks do.
        if bare.startIndex != word.startIndex {
          close(&run, isOpening: &isOpening, least, name)
          isOpening = true
        }
        run.append(bare)
        if capitalisesNouns { nouns[String(bare.withoutMarks()), default: 0] += 1 }
      } else {
        close(&run, isOpening: &isOpening, least, name)
        isOpening = bare.isEmpty
      }
      let isOwner = Self.isOwner(bare) || hasLongEndings && bare.contains { $0 == "'" || $0 == "’" }
      if let last = scalars.last, isOwner || !ScalarClass.of(last).isWordPart {
        close(&run, isOpening: &isOpening, least, name)
      }
    }
    close(&run, isOpening: &isOpening, least, name)
  }

  private mutating func close(
    _ run: inout [Substring], isOpening: inout Bool, _ least: Int, _ name: ([Substring]) -> String
  ) {
    defer { run = [] }
    guard !run.isEmpty else { return }
    defer { isOpening = false }
    if isOpening {
      // The first word of a sentence has a capital anyway.
      openers.append(name(run))
      run.removeFirst()
    }
    guard run.count >= max(1, least), run.count <= 5 else { return }
    let name = name(run)
    guard name.utf8.count > 8 || name.count > 2 else { return }
    if counts[name] == nil { order.append(name) }
    counts[name, default: 0] += 1
  }

  /// The names that come most, longer forms in the place of their last words.
  func names(limit: Int) -> [String] {
    var (counts, order) = (counts, order)
    // A name at the head of a sentence counts where it stands inside of another one as well.
    for opener in openers {
      if let known = counts[opener] {
        counts[opener] = known + 1
      } else if opener.utf8.contains(0x20), order.contains(where: { $0.hasPrefix(opener.prefix { $0 != " " }) }) {
        order.append(opener)
        counts[opener] = 1
      }
    }
    if capitalisesNouns {
      order.removeAll { name in
        nouns[name.split(separator: " ").last.map(String.init) ?? name] ?? 0 < 2 || NumberMentions.isAmount(name)
      }
    }
    let days = DayWords.of(language)
    order.removeAll { name in
      name.utf8.split(separator: 0x20).contains { days.contains(Substring($0).lowercased()) }
    }
    var best: [String: (name: String, count: Int)] = [:]
    var lasts: [String] = []
    for name in order {
      let last = name.utf8.lastIndex(of: 0x20).map { String(name[name.utf8.index(after: $0)...]) } ?? name
      let count = counts[name] ?? 0
      if let known = best[last] {
        let isBetter =
          name.utf8.contains(0x20) == known.name.utf8.contains(0x20)
          ? count > counts[known.name] ?? 0 : name.utf8.contains(0x20)
        best[last] = (isBetter ? name : known.name, known.count + count)
      } else {
        lasts.append(last)
        best[last] = (name, count)
      }
    }
    let ranked = lasts.enumerated().sorted {
      (best[$1.element]?.count ?? 0, $0.offset) < (best[$0.element]?.count ?? 0, $1.offset)
    }
    return ranked.prefix(limit).compactMap { best[$0.element]?.name }
  }

  /// Whether a word ends with an apostrophe and s.
  private static func isOwner(_ word: Substring) -> Bool {
    let bytes = word.utf8
    guard bytes.last == UInt8(ascii: "s") else { return false }
    let rest = bytes.dropLast()
    return rest.last == UInt8(ascii: "'") || rest.suffix(3).elementsEqual("’".utf8)
  }

  /// A word without the marks around it, and without an ending behind an apostrophe.
  ///
  /// - Parameter longest: of the ending, with its apostrophe.
  private static func bare(_ word: Substring, longest: Int) -> String {
    let trimmed = word.withoutMarks()
    // Most words have no apostrophe, which bytes tell soonest.
    guard trimmed.utf8.contains(where: { $0 == UInt8(ascii: "'") || $0 == 0xE2 }) else { return String(trimmed) }
    if let mark = trimmed.lastIndex(where: { $0 == "'" || $0 == "’" }),
      trimmed.distance(from: mark, to: trimmed.endIndex) <= longest,
      trimmed.distance(from: trimmed.startIndex, to: mark) > 2
    {
      return String(trimmed[..<mark])
    }
    return String(trimmed)
  }
}
