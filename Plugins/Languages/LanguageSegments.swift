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
    let whole = examine(text)
    return segments(of: text, language: whole.detection.code, settledLetters: whole.settledLetters)
  }

  /// The same, for a text whose language as a whole is known already.
  public static func segments(of text: String, language: String) -> [LanguageSegment] {
    segments(of: text, language: language, settledLetters: nil)
  }

  /// The segments of a text with paragraphs in several languages; none if all are in one.
  static func foreignSegments(of text: String, given whole: Examination) -> [LanguageSegment] {
    let segments = segments(
      of: text, language: whole.detection.code, settledLetters: whole.settledLetters, fewestParagraphs: 2)
    // Neighbours are of different languages.
    return segments.count > 1 ? segments : []
  }

  private static func segments(
    of text: String, language: String, settledLetters: Int?, fewestParagraphs: Int = 1
  ) -> [LanguageSegment] {
    var text = text
    return text.withUTF8 { bytes in
      let paragraphs = Paragraph.all(of: bytes, fewestLetters: fewestLetters)
      guard paragraphs.count >= fewestParagraphs else { return [] }
      var segments: [LanguageSegment] = []
      for paragraph in paragraphs {
        let code: String
        if let settledLetters, paragraph.letters >= settledLetters {
          code = language
        } else {
          let content = String(decoding: bytes[paragraph.bytes], as: UTF8.self)
          guard let clear = clearLanguage(of: content, in: language) else { continue }
          code = clear
        }
        if let last = segments.last, last.code == code {
          segments[segments.count - 1] = LanguageSegment(
            start: last.start, end: paragraph.scalars.upperBound, code: code)
        } else {
          segments.append(
            LanguageSegment(start: paragraph.scalars.lowerBound, end: paragraph.scalars.upperBound, code: code))
        }
      }
      return segments
    }
  }

  /// The language of a paragraph if the answer is clear.
  private static func clearLanguage(of paragraph: String, in language: String) -> String? {
    let detection = detect(paragraph)
    guard detection.confidence >= lowestConfidence else { return nil }
    return LanguageCodes.areClose(detection.code, language) ? language : detection.code
  }
}
