import TextKit

/// Finds names by their capital letters, and counts them.
struct NameFinder {
  private var counts: [String: Int] = [:]
  private var order: [String] = []
  private var language = "und"
  private var openers: [String] = []

  /// Reads a sentence.
  mutating func read(_ text: String, language: String) {
    // German writes all nouns with capitals: there only several such words in a row are taken.
    self.language = language
    let least = language.hasPrefix("de") || language.hasPrefix("lb") ? 2 : 1
    var run: [Substring] = []
    var isOpening = true
    func name(_ run: [Substring]) -> String {
      run.map { Self.bare($0) }.joined(separator: " ")
    }
    for word in text.spacedWords() {
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
      } else {
        close(&run, isOpening: &isOpening, least, name)
        isOpening = bare.isEmpty
      }
      let isOwner = bare.hasSuffix("'s") || bare.hasSuffix("’s")
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
    guard run.count >= least, run.count <= 5 else { return }
    let name = name(run)
    guard name.count > 2 else { return }
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
      } else if opener.contains(" "), order.contains(where: { $0.hasPrefix(opener.prefix { $0 != " " }) }) {
        order.append(opener)
        counts[opener] = 1
      }
    }
    let days = DayWords.of(language)
    order.removeAll { name in name.split(separator: " ").contains { days.contains($0.lowercased()) } }
    var best: [String: (name: String, count: Int)] = [:]
    var lasts: [String] = []
    for name in order {
      let last = name.split(separator: " ").last.map(String.init) ?? name
      let count = counts[name] ?? 0
      if let known = best[last] {
        let isBetter =
          name.contains(" ") == known.name.contains(" ") ? count > counts[known.name] ?? 0 : name.contains(" ")
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

  /// A word without the marks around it, and without an ending behind an apostrophe.
  private static func bare(_ word: Substring) -> String {
    let trimmed = word.withoutMarks()
    if let mark = trimmed.lastIndex(where: { $0 == "'" || $0 == "’" }),
      trimmed.distance(from: mark, to: trimmed.endIndex) <= 4, trimmed.distance(from: trimmed.startIndex, to: mark) > 2
    {
      return String(trimmed[..<mark])
    }
    return String(trimmed)
  }
}
