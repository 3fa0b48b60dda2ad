/// A stretch of a text in one language.
public struct LanguageSegment: Sendable, Equatable {
  /// Offset of its first Unicode scalar in the text.
  public let start: Int
  /// Offset behind its last Unicode scalar in the text.
  public let end: Int
  /// BCP 47 code.
  public let code: String
}

extension LanguageDetector {
  /// Fewer letters than this do not make a segment: three words are too easily mistaken. One of Han, kana or Hangul
  /// counts as three.
  static let fewestLetters = 24
  /// Less sure answers do not make a segment either.
  static let lowestConfidence = 0.5

  /// The stretches of a text that are each in one language, in order; none if the text has too few letters to tell.
  ///
  /// They begin and end with sentences. Sentences with few letters or without a clear answer belong to their neighbours,
  /// and near relatives count as one language: single paragraphs of Croatian pass for Bosnian too easily.
  public static func segments(of text: String) -> [LanguageSegment] {
    SegmentFinder(text, whole: examine(text)).parts().segments
  }

  /// The segments of a text with parts in several languages; none if all are in one.
  static func foreignSegments(of text: String, given whole: Examination) -> [LanguageSegment] {
    let segments = SegmentFinder(text, whole: whole).parts().segments
    // Neighbours are of different languages.
    return segments.count > 1 ? segments : []
  }
}

/// A stretch of a text that is judged as one: a sentence or piece of one, or a paragraph that needs no closer look.
struct TextUnit {
  /// What units are divided by.
  enum Border { case paragraph, sentence, script, piece }

  /// Offsets of its Unicode scalars in the text.
  let scalars: Range<Int>
  /// How much there is to judge it by; see ``Paragraph/letters``.
  let letters: Int
  /// What divides it from the unit before.
  let behind: Border
  /// How probable each language is, by its key (``LanguageKinship/key(of:)``); empty if nothing is known.
  let probabilities: [String: Double]
}

/// What the parts of a text are written in.
struct TextParts {
  /// In order and without overlap; neighbours are in different languages.
  var segments: [LanguageSegment] = []
  /// For each language the share of the segments' letters, 0...1, the greatest first.
  var shares: [LanguageShare] = []
  /// How sure it is that the parts in the first of them are in it.
  var confidence = 0.0
  /// The script of the first of them, if a sentence was looked at.
  var script: Script?
}

/// How much of a text is in a language.
package struct LanguageShare: Sendable, Equatable {
  /// BCP 47 code.
  package let code: String
  /// Share of the letters, 0...1.
  package let share: Double
}
