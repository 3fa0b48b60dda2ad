/// Finds where sentences end within one paragraph.
struct SentenceBoundaries {
  private let scalars: [Unicode.Scalar]
  private let rules: SentenceRules

  init(_ scalars: [Unicode.Scalar], _ rules: SentenceRules) {
    self.scalars = scalars
    self.rules = rules
  }

  /// The offsets behind the sentences, ascending; the last one is the end of the paragraph.
  func ends() -> [Int] {
    var ends: [Int] = []
    var start = 0
    var index = 0
    var quotes = 0
    var firstWord: Int?
    while index < scalars.count {
      if scalars[index].value == 0x22 { quotes += 1 }
      guard let kind = terminator(at: index) else {
        if firstWord == nil, ScalarClass.of(scalars[index]).isWordPart { firstWord = index }
        index += 1
        continue
      }
      let run = Run(at: index, kind: kind, in: self, openQuote: quotes % 2 == 1)
      quotes += scalars[run.start..<run.end].count { $0.value == 0x22 }
      if run.end < scalars.count, isBoundary(run, sentenceStart: start, firstWord: firstWord) {
        ends.append(run.end)
        start = run.end
        firstWord = nil
      }
      index = run.end
    }
    if start < scalars.count { ends.append(scalars.count) }
    return ends
  }

  /// The terminator at an offset, with the marks that are one only in their surroundings.
  fileprivate func terminator(at index: Int) -> Terminator? {
    let scalar = scalars[index]
    if let kind = Terminator.of(scalar) { return kind }
    switch scalar.value {
    case 0x3A:  // Armenian is often typed with a colon for its full stop, Ethiopic with two
      if index + 1 < scalars.count, scalars[index + 1].value == 0x3A {
        return letter(before: index).map(SentenceScript.isEthiopic) == true ? .unambiguous : nil
      }
      return letter(before: index).map(SentenceScript.isArmenian) == true && isGap(index + 1) ? .unambiguous : nil
    case 0x3B:  // Greek question mark, as NFC writes it
      return letter(before: index).map(SentenceScript.isGreek) == true && isGap(index + 1) ? .strong : nil
    case 0x7C:  // a bar for the danda
      return letter(before: index).map(SentenceScript.isIndic) == true && isGap(index + 1) ? .unambiguous : nil
    case 0x1361:  // two Ethiopic word spaces for a full stop
      return index + 1 < scalars.count && scalars[index + 1].value == 0x1361 ? .unambiguous : nil
    default: return nil
    }
  }

  /// The second of two word spaces or colons that make an Ethiopic full stop.
  fileprivate func secondHalf(of kind: Terminator, at index: Int) -> Terminator? {
    guard kind == .unambiguous, scalars[index] == scalars[index - 1] else { return nil }
    return scalars[index].value == 0x1361 || scalars[index].value == 0x3A ? .unambiguous : nil
  }

  /// The next letter or mark to the left, past closers and spaces; nil when it is further away than four scalars.
  private func letter(before index: Int) -> Unicode.Scalar? {
    for position in stride(from: index - 1, through: max(0, index - 4), by: -1)
    where ScalarClass.of(scalars[position]).isWordPart {
      return scalars[position]
    }
    return nil
  }

  fileprivate func isGap(_ index: Int) -> Bool {
    guard index < scalars.count else { return true }
    let kind = ScalarClass.of(scalars[index])
    return kind == .space || kind == .invisible || SentenceMarks.isCloser(scalars[index])
      || SentenceMarks.isAmbiguousQuote(scalars[index])
  }

  /// Terminators and the closing marks behind them, as one run.
  struct Run {
    let start: Int
    var end: Int
    var kind: Terminator
    var hasClosers = false

    fileprivate init(at start: Int, kind: Terminator, in text: SentenceBoundaries, openQuote: Bool) {
      self.start = start
      self.kind = kind
      end = start + 1
      var dots = kind == .fullStop ? 1 : 0
      var isOpen = openQuote
      while end < text.scalars.count {
        let scalar = text.scalars[end]
        if let next = text.terminator(at: end) ?? text.secondHalf(of: self.kind, at: end) {
          if next == .fullStop { dots += 1 }
          self.kind = Self.stronger(self.kind, next)
          end += 1
        } else if text.closes(end, openQuote: isOpen) {
          hasClosers = hasClosers || ScalarClass.of(scalar) != .invisible
          if scalar.value == 0x22 { isOpen.toggle() }
          end += 1
        } else if let note = text.noteReference(at: end) {
          end = note
        } else if text.spaceBeforeCloser(end, openQuote: isOpen) {
          hasClosers = true
          if text.scalars[end + 1].value == 0x22 { isOpen.toggle() }
          end += 2
        } else {
          break
        }
      }
      if self.kind == .fullStop, dots > 1 { self.kind = .ellipsis }
    }

    private static func stronger(_ a: Terminator, _ b: Terminator) -> Terminator {
      let order: [Terminator] = [.unambiguous, .wide, .shad, .spaced, .strong, .ellipsis, .fullStop]
      return order.first { $0 == a || $0 == b } ?? a
    }
  }

  /// Whether the scalar closes a quotation or bracket that stands right behind a terminator.
  private func closes(_ index: Int, openQuote: Bool) -> Bool {
    let scalar = scalars[index]
    if SentenceMarks.isCloser(scalar) || ScalarClass.of(scalar) == .invisible { return true }
    guard SentenceMarks.isAmbiguousQuote(scalar) else { return false }
    if scalar.value == 0x22, openQuote { return true }
    return index + 1 >= scalars.count || !ScalarClass.of(scalars[index + 1]).isWordPart
  }

  /// French sets a space before a closing quote: `. »` belongs to the sentence when a space follows again.
  private func spaceBeforeCloser(_ index: Int, openQuote: Bool) -> Bool {
    guard index + 1 < scalars.count, ScalarClass.of(scalars[index]) == .space else { return false }
    let mark = scalars[index + 1].value
    guard mark == 0xBB || mark == 0x203A || (mark == 0x22 && openQuote) else { return false }
    return index + 2 >= scalars.count || !ScalarClass.of(scalars[index + 2]).isWordPart
  }

  /// The offset behind a reference to a note, such as `[12]`, that begins at `index`.
  private func noteReference(at index: Int) -> Int? {
    guard scalars[index].value == 0x5B else { return nil }
    var position = index + 1
    while position < scalars.count, position - index <= 4, ScalarClass.of(scalars[position]) == .digit { position += 1 }
    guard position > index + 1, position < scalars.count, scalars[position].value == 0x5D else { return nil }
    return position + 1
  }

  /// Whether a sentence ends behind `run`, which is not at the end of the paragraph.
  private func isBoundary(_ run: Run, sentenceStart: Int, firstWord: Int?) -> Bool {
    // `(!)` and `[...]` comment on the word before them; a run without words before it opens the sentence.
    if run.start > 0, SentenceMarks.opensBracket(scalars[run.start - 1]) { return false }
    guard let firstWord else { return false }
    let next = scalars[run.end]
    let isSpaced = ScalarClass.of(next) == .space
    if run.hasClosers, hasQuotative(after: run.end) { return false }
    switch run.kind {
    case .wide, .unambiguous:
      if !isSpaced, SentenceMarks.continues(next) { return false }
      // 「…。」と: the particle belongs to the quotation.
      if run.hasClosers, SentenceScript.isHiragana(next) { return false }
      return !isKhmerEtcetera(run)
    case .shad:
      return isSpaced && run.end - sentenceStart >= 40
    case .spaced:
      return isSpaced
    case .strong:
      if !isSpaced { return SentenceScript.isHanOrKana(next) && run.end == run.start + 1 }
      return isFreshStart(after: run)
    case .ellipsis:
      return isSpaced && isFreshStart(after: run)
    case .fullStop:
      guard isSpaced, let follower = follower(after: run.end) else { return isSpaced }
      guard !follower.isLowerCase else { return false }
      return FullStop(in: scalars, at: run.start, firstWord: firstWord, rules: rules)
        .endsSentence(before: follower)
    }
  }

  private func hasQuotative(after index: Int) -> Bool {
    guard !rules.quotatives.isEmpty,
      let start = scalars[index...].prefix(4).firstIndex(where: { ScalarClass.of($0).isWordPart })
    else { return false }
    return rules.quotatives.contains { scalars[start...].starts(with: $0) }
  }

  private func isFreshStart(after run: Run) -> Bool {
    guard let follower = follower(after: run.end) else { return true }
    return !follower.isLowerCase
  }

  /// `។ល។` is the Khmer "and so on".
  private func isKhmerEtcetera(_ run: Run) -> Bool {
    guard scalars[run.start].value == 0x17D4, run.end + 1 < scalars.count else { return false }
    return scalars[run.end].value == 0x179B && scalars[run.end + 1].value == 0x17D4
  }

  /// The word behind a terminator.
  struct Follower {
    /// The word in lower case, without a contraction; at most 12 scalars of it.
    let word: String
    /// Whether it goes on in lower case, so that no sentence begins here.
    let isLowerCase: Bool
    let isNumber: Bool
    /// Whether a full stop follows it at once, as in an initial.
    let hasFullStop: Bool
  }

  /// The first word at or behind an offset, past spaces, quotes and dashes; nil when there is none nearby.
  private func follower(after index: Int) -> Follower? {
    var position = index
    while position < scalars.count, position - index < 32, !ScalarClass.of(scalars[position]).isWordPart {
      position += 1
    }
    guard position < scalars.count, ScalarClass.of(scalars[position]).isWordPart else { return nil }
    let first = ScalarClass.of(scalars[position])
    var end = position
    while end < scalars.count, end - position < 12, ScalarClass.of(scalars[end]).isWordPart { end += 1 }
    return Follower(
      word: String(scalars: scalars[position..<end]).lowercased(),
      isLowerCase: first == .lower && !isCapitalised(from: position),
      isNumber: first == .digit, hasFullStop: end < scalars.count && scalars[end].value == 0x2E)
  }

  /// Whether a capital follows within the prefix of a word: iPhone, uMkhonto, n-Éireann.
  private func isCapitalised(from position: Int) -> Bool {
    for index in stride(from: position + 1, through: min(position + 3, scalars.count - 1), by: 1) {
      switch ScalarClass.of(scalars[index]) {
      case .upper: return true
      case .lower, .mark: continue
      default: if scalars[index].value != 0x2D && scalars[index].value != 0x2010 { return false }
      }
    }
    return false
  }
}
