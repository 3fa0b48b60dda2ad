/// How well a sentence would stand in a summary, by its form alone.
enum SentenceQuality {
  /// From 0, for what must never stand there, to 1.
  ///
  /// Never: lines without the end of a sentence (headlines, bylines, captions, list items), lead-ins that end with a
  /// colon, links and addresses, lines of figures, and what is too short or too long to be read. Less: quotations,
  /// halves of quotations, questions, pieces that begin in lower case, and sentences that open with a place, a date and a dash.
  ///
  /// - Parameter isPunctuated: whether the document ends its sentences with a mark, see ``endsSentences(_:)``.
  static func of(_ sentence: String, isPunctuated: Bool) -> Float {
    let form = Form(sentence)
    guard form.width >= 30, form.width <= 500, form.letters * 2 >= form.scalars - form.spaces else { return 0 }
    guard !isPunctuated || form.isEnded, !form.endsOpen else { return 0 }
    for mark in ["://", "www.", "@"] where sentence.contains(mark) { return 0 }
    var quality: Float = 1
    if form.opensWithQuote { quality *= 0.7 }
    if form.isHalfQuoted { quality *= 0.5 }
    if form.isPiece { quality *= 0.3 }
    if form.isQuestion { quality *= 0.6 }
    if form.hasDateline { quality *= 0.85 }
    return quality
  }

  /// Whether a document is one whose sentences end with a mark: Thai and lists of lines do not.
  static func endsSentences(_ sentences: [String]) -> Bool {
    let ended = sentences.prefix(50).filter { Form($0).isEnded }.count
    return ended * 3 >= min(50, sentences.count)
  }

  /// What is counted in one walk through a sentence.
  private struct Form {
    var scalars = 0
    var letters = 0
    var spaces = 0
    /// Letters and digits as wide as they are read: a character of Chinese, Japanese or Korean says as much as three.
    var width = 0
    var opensWithQuote = false
    /// Whether a quotation begins and does not end here, or the other way round.
    var isHalfQuoted = false
    var isEnded = false
    /// Whether it begins in lower case: most likely the rest of a sentence that was cut by a line end.
    var isPiece = false
    var isQuestion = false
    var endsOpen = false
    var hasDateline = false

    init(_ sentence: String) {
      var last: Unicode.Scalar?
      var dashes = 0
      var (opened, closed, straight) = (0, 0, 0)
      for scalar in sentence.unicodeScalars {
        if scalars == 0 {
          opensWithQuote = SentenceQuality.quotes.contains(scalar)
          isPiece = scalar.properties.isLowercase && scalar.properties.generalCategory == .lowercaseLetter
        }
        scalars += 1
        switch scalar {
        case "\u{201C}", "«", "「": opened += 1
        case "\u{201D}", "»", "」": closed += 1
        case "\"": straight += 1
        default: break
        }
        if scalar.properties.isWhitespace {
          spaces += 1
          if let last, scalars <= 60, last.value == 0x2014 || last.value == 0x2013 || last == "-" { dashes += 1 }
        } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
          if scalar.properties.isAlphabetic { letters += 1 }
          width += (0x2E80...0x9FFF).contains(scalar.value) || (0xAC00...0xD7A3).contains(scalar.value) ? 3 : 1
        } else if scalar.properties.generalCategory == .nonspacingMark {
          letters += 1
        }
        if !SentenceQuality.closers.contains(scalar) && !scalar.properties.isWhitespace { last = scalar }
        if scalars <= 60, scalar == ")" { dashes += 1 }
      }
      // A place or an agency in brackets and then a dash, near the start: "PARIS, 3 March (XYZ) — ".
      hasDateline = dashes >= 2
      // German and others close with the mark that opens in English, so only a lone mark tells.
      isHalfQuoted = straight % 2 == 1 || opened + closed == 1 && !sentence.contains("„")
      guard let last else { return }
      isEnded = SentenceQuality.terminators.contains(last)
      isQuestion = SentenceQuality.questions.contains(last)
      endsOpen = last == ":" || last == "：" || last == "…" || sentence.hasSuffix("...")
    }
  }

  private static let quotes = Set("\"“”„«»‹›‘「『".unicodeScalars)
  private static let closers = Set("\"'“”„«»‹›’‘」』)]）】".unicodeScalars)
  private static let questions = Set("?؟？".unicodeScalars)
  private static let terminators = Set(".!?…。．！？؟۔।॥።፧։။៕་།॥".unicodeScalars).union(questions)
}
