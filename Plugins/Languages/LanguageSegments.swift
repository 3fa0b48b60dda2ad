import TextKit

/// A stretch of a text in one language.
public struct LanguageSegment: Sendable, Equatable {
  /// Offset of its first Unicode scalar in the text.
  public let start: Int
  /// Offset behind its last Unicode scalar.
  public let end: Int
  /// BCP 47 code.
  public let code: String
}

extension LanguageDetector {
  /// Fewer letters than this do not make a segment: a paragraph of three words is too easily mistaken.
  static let fewestLetters = 24
  /// Less sure answers do not make a segment either.
  static let lowestConfidence = 0.5

  /// The stretches of a text that are each in one language, in order.
  ///
  /// Paragraphs are judged one by one; neighbours in one language are one segment, together with what lies between
  /// them. Paragraphs with few letters or without a clear answer make no segment, and one in a near relative of the
  /// text's language counts as that language: single paragraphs of Croatian pass for Bosnian too easily.
  public static func segments(of text: String) -> [LanguageSegment] {
    segments(of: text, language: detect(text).code)
  }

  /// The same, for a text whose language as a whole is known already.
  public static func segments(of text: String, language: String) -> [LanguageSegment] {
    var segments: [LanguageSegment] = []
    var paragraph = String.UnicodeScalarView()
    var offset = 0
    func close() {
      defer { paragraph.removeAll(keepingCapacity: true) }
      guard let code = clearLanguage(of: String(paragraph), in: language) else { return }
      let start = offset - paragraph.count
      if let last = segments.last, last.code == code {
        segments[segments.count - 1] = LanguageSegment(start: last.start, end: offset, code: code)
      } else {
        segments.append(LanguageSegment(start: start, end: offset, code: code))
      }
    }
    for scalar in text.unicodeScalars {
      if scalar.endsParagraph { close() } else { paragraph.append(scalar) }
      offset += 1
    }
    close()
    return segments
  }

  /// The language of a paragraph if there are letters enough and the answer is clear.
  private static func clearLanguage(of paragraph: String, in language: String) -> String? {
    var letters = 0
    for scalar in paragraph.unicodeScalars where ScalarClass.of(scalar).isLetter {
      letters += ScriptCensus.isDense(scalar) ? 3 : 1
    }
    guard letters >= fewestLetters else { return nil }
    let detection = detect(paragraph)
    guard detection.confidence >= lowestConfidence else { return nil }
    return LanguageCodes.areClose(detection.code, language) ? language : detection.code
  }
}
