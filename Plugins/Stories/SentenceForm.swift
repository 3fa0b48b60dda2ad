import TextKit

/// What a sentence looks like, from one walk through it.
struct SentenceForm: Sendable {
  /// Unicode scalars, and how many of them are letters with their marks, digits and spaces.
  private(set) var scalars = 0
  private(set) var letters = 0
  private(set) var digits = 0
  private(set) var spaces = 0
  /// Letters and digits as wide as they are read: a character of Chinese, Japanese or Korean says as much as three.
  private(set) var width = 0
  private(set) var opensWithQuote = false
  /// Whether a quotation begins and does not end here, or the other way round.
  private(set) var isHalfQuoted = false
  /// How many quotations begin here and do not end, less those that end and do not begin.
  private(set) var openQuotes = 0
  /// Whether it ends with a mark that ends sentences.
  private(set) var isEnded = false
  private(set) var isQuestion = false
  /// Whether it ends with a colon or an ellipsis: the rest stands elsewhere.
  private(set) var endsOpen = false
  /// Whether it begins in lower case: most likely the rest of a sentence that was cut by a line end.
  private(set) var isPiece = false
  /// Whether a place or an agency in brackets and then a dash stand near the start: "PARIS, 3 March (XYZ) — ".
  private(set) var hasDateline = false
  /// Whether there is an address of the web or of mail in it.
  private(set) var hasAddress = false
  /// Its first word, in lower case; empty if there is none.
  private(set) var firstWord = ""

  /// Looks at a sentence.
  init(_ sentence: String) {
    var counter = Counter()
    var text = sentence
    text.withUTF8 { bytes in
      var index = 0
      while index < bytes.count {
        if bytes[index].isPlain, !counter.isInFirstWord {
          let start = index
          while index < bytes.count, bytes[index].isPlain { index += 1 }
          counter.takePlain(bytes[start..<index], into: &self)
        } else if bytes[index] == 0x20, !counter.isInFirstWord {
          counter.takeSpace(into: &self)
          index += 1
        } else {
          let (scalar, length) = bytes.scalar(at: index)
          counter.take(scalar, into: &self)
          index += length
        }
      }
    }
    hasDateline = counter.dashes >= 2
    // German and others close with the mark that opens in English, so only a lone mark tells.
    isHalfQuoted = counter.straight % 2 == 1 || counter.opened + counter.closed == 1 && !counter.hasLowQuote
    openQuotes = counter.hasLowQuote ? 0 : counter.opened - counter.closed
    if firstWord.utf8.contains(where: { $0 >= 0x80 }) { firstWord = firstWord.lowercased() }
    guard let last = counter.last else { return }
    isEnded = Self.isTerminator(last)
    isQuestion = Self.isQuestionMark(last)
    endsOpen = last == ":" || last == "：" || last == "…" || counter.stops >= 3
  }

  /// What is remembered from scalar to scalar.
  private struct Counter {
    var last: Unicode.Scalar?
    var previous: Unicode.Scalar = " "
    var dashes = 0
    var (opened, closed, straight) = (0, 0, 0)
    var hasLowQuote = false
    /// Full stops at the end so far.
    var stops = 0
    /// How much of "://" and of "www." has just been read.
    var (slashes, letters) = (0, 0)
    var isInFirstWord = true

    /// Takes ASCII letters and digits behind the first word.
    mutating func takePlain(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, into form: inout SentenceForm) {
      let digits = bytes.reduce(0) { $0 + ($1 < 0x3A ? 1 : 0) }
      form.scalars += bytes.count
      form.width += bytes.count
      form.digits += digits
      form.letters += bytes.count - digits
      let trailing = bytes.reversed().prefix { $0 == UInt8(ascii: "w") }.count
      letters = trailing == bytes.count ? letters + trailing : trailing
      stops = 0
      let scalar = bytes.last.map { Unicode.Scalar($0) }
      last = scalar
      previous = scalar ?? previous
    }

    /// Takes a space behind the first word.
    mutating func takeSpace(into form: inout SentenceForm) {
      form.scalars += 1
      form.spaces += 1
      if let last, form.scalars <= 60, last.value == 0x2014 || last.value == 0x2013 || last == "-" { dashes += 1 }
      (letters, previous) = (0, " ")
    }

    mutating func take(_ scalar: Unicode.Scalar, into form: inout SentenceForm) {
      let kind = ScalarClass.of(scalar)
      if form.scalars == 0 {
        form.opensWithQuote = SentenceForm.isQuote(scalar)
        form.isPiece = kind == .lower
      }
      form.scalars += 1
      switch kind {
      case .space:
        form.spaces += 1
        if let last, form.scalars <= 60, last.value == 0x2014 || last.value == 0x2013 || last == "-" { dashes += 1 }
      case .lower, .upper, .letter:
        form.letters += 1
        form.width += SentenceForm.isWide(scalar.value) ? 3 : 1
      case .mark: form.letters += 1
      case .digit:
        form.digits += 1
        form.width += 1
      case .other, .invisible: mark(scalar, &form)
      }
      if isInFirstWord {
        if kind.isWordPart, form.firstWord.utf8.count < 24 {
          form.firstWord.unicodeScalars.append(
            scalar.value >= 0x41 && scalar.value <= 0x5A ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar)
        } else {
          isInFirstWord = form.firstWord.isEmpty
        }
      }
      if kind != .space, !SentenceForm.isCloser(scalar) {
        stops = scalar == "." ? stops + 1 : 0
        last = scalar
      }
      letters = scalar == "w" ? letters + 1 : 0
      previous = scalar
    }

    private mutating func mark(_ scalar: Unicode.Scalar, _ form: inout SentenceForm) {
      switch scalar {
      case "\u{201C}", "«", "「": opened += 1
      case "\u{201D}", "»", "」": closed += 1
      case "„": hasLowQuote = true
      case "\"": straight += 1
      case "@": form.hasAddress = true
      case "/":
        slashes = previous == ":" ? 1 : previous == "/" ? slashes + 1 : 0
        if slashes == 2 { form.hasAddress = true }
      case ".": if letters == 3 { form.hasAddress = true }
      case ")": if form.scalars <= 60 { dashes += 1 }
      default: break
      }
    }
  }

  private static func isWide(_ value: UInt32) -> Bool {
    (0x2E80...0x9FFF).contains(value) || (0xAC00...0xD7A3).contains(value)
  }

  private static func isQuote(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\"", "“", "”", "„", "«", "»", "‹", "›", "‘", "「", "『": true
    default: false
    }
  }

  private static func isCloser(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\"", "'", "“", "”", "„", "«", "»", "›", "’", "‘", "」", "』", ")", "]", "）", "】": true
    default: false
    }
  }

  private static func isQuestionMark(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "?" || scalar == "؟" || scalar == "？"
  }

  private static func isTerminator(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case ".", "!", "…", "。", "．", "！", "۔", "।", "॥", "።", "፧", "։", "៕", "་", "།": true
    default: isQuestionMark(scalar)
    }
  }
}
