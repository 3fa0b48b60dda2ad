import StageKit
import TextKit

/// What a text is written in, as a whole and in its parts: the answer of `detect-language` and `toolkit detect`.
package struct TextLanguages: Sendable {
  /// What is judged first.
  package enum Basis: String, Sendable, CaseIterable, ConfigValue {
    /// The text as a whole; its parts are looked at if they may be in other languages.
    case document
    /// Each paragraph by itself.
    case paragraph
  }

  /// What is asked.
  package struct Question: Sendable {
    /// BCP 47 codes that alone may be answers; nil for all.
    package var allowed: Set<String>?
    /// Less sure answers, 0...1, are "und".
    package var abstainBelow = 0.0
    /// Whether parts in other languages are looked for.
    package var segments = true
    /// What is judged first.
    package var basis = Basis.document

    /// All languages, and segments.
    package init() {}
  }

  /// The language that most of the text is in.
  package let detection: Detection
  /// The parts of a text in several languages, in order; empty if all is in one.
  package let segments: [LanguageSegment]
  /// How much of the text is in which language, the greatest share first; empty if nothing is known.
  package let shares: [LanguageShare]

  /// Judges a text.
  package init(of text: String, _ question: Question = Question()) {
    let answer =
      question.basis == .paragraph
      ? Self.byParagraph(text, question) : Self.byDocument(text, question)
    let isClear = answer.detection.confidence >= question.abstainBelow
    detection = isClear ? answer.detection : answer.detection.undecided
    segments = question.segments ? answer.segments : []
    shares = answer.shares
  }

  private init(_ detection: Detection, _ parts: TextParts) {
    self.detection = detection
    // Neighbours are in different languages.
    segments = parts.segments.count > 1 ? parts.segments : []
    shares = parts.shares
  }

  private static func byDocument(_ text: String, _ question: Question) -> TextLanguages {
    let whole = LanguageDetector.examine(text, allowed: question.allowed, isWholeText: question.segments)
    guard question.segments else {
      let isKnown = whole.detection.code != LanguageCodes.undetermined
      let shares = isKnown ? [LanguageShare(code: whole.detection.code, share: 1)] : []
      return TextLanguages(whole.detection, TextParts(shares: shares))
    }
    let parts = SegmentFinder(text, whole: whole, allowed: question.allowed).parts()
    return TextLanguages(whole.detection.settled(by: parts), parts)
  }

  private static func byParagraph(_ text: String, _ question: Question) -> TextLanguages {
    var text = text
    var answers: [(paragraph: Paragraph, detection: Detection)] = []
    text.withUTF8 { bytes in
      for paragraph in Paragraph.all(of: bytes, fewestLetters: 1) {
        let content = String(decoding: bytes[paragraph.bytes], as: UTF8.self)
        answers.append((paragraph, LanguageDetector.detect(content, allowed: question.allowed)))
      }
    }
    guard answers.count > 1 else { return byDocument(text, question.withoutParts) }
    var parts = TextParts()
    var letters: [String: Int] = [:]
    var certainty: [String: Double] = [:]
    for (paragraph, detection) in answers where detection.code != LanguageCodes.undetermined {
      guard detection.confidence >= max(LanguageDetector.lowestConfidence, question.abstainBelow) else { continue }
      letters[detection.code, default: 0] += paragraph.letters
      certainty[detection.code, default: 0] += detection.confidence * Double(paragraph.letters)
      let start = paragraph.scalars.lowerBound
      if let last = parts.segments.last, last.code == detection.code {
        parts.segments[parts.segments.count - 1] = LanguageSegment(
          start: last.start, end: paragraph.scalars.upperBound, code: last.code)
      } else {
        parts.segments.append(LanguageSegment(start: start, end: paragraph.scalars.upperBound, code: detection.code))
      }
    }
    let total = Double(max(1, letters.values.reduce(0, +)))
    parts.shares = letters.map { LanguageShare(code: $0.key, share: Double($0.value) / total) }
      .sorted { ($1.share, $0.code) < ($0.share, $1.code) }
    guard let first = parts.shares.first else { return byDocument(text, question.withoutParts) }
    parts.confidence = certainty[first.code, default: 0] / Double(max(1, letters[first.code, default: 0]))
    let script = answers.first { $0.detection.code == first.code }?.detection.script
    let detection = Detection(
      code: first.code, confidence: LanguageDetector.rounded(parts.confidence), script: script,
      candidates: parts.shares.prefix(3).map {
        .init(code: $0.code, probability: LanguageDetector.rounded(parts.confidence * $0.share))
      })
    return TextLanguages(detection, parts)
  }
}

extension TextLanguages {
  /// The codes that tags allow, for ``Question/allowed``, or what is wrong with the first tag that makes no sense.
  package static func allowed(_ tags: [String]) -> Result<Set<String>, StageError> {
    var codes: Set<String> = []
    for tag in tags {
      guard let choice = LanguageChoice(tag) else {
        return .failure(StageError("unknown-language", LanguageChoice.fault(of: tag)))
      }
      codes.formUnion(choice.codes)
    }
    return .success(codes)
  }
}

extension TextLanguages.Question {
  fileprivate var withoutParts: Self {
    var question = self
    question.segments = false
    return question
  }
}

extension Detection {
  /// The same with the answer held back.
  fileprivate var undecided: Detection {
    Detection(code: LanguageCodes.undetermined, confidence: 0, script: script, candidates: candidates)
  }

  /// Parts that are so surely in one language outweigh that the whole text seems to be in none.
  private static let confidenceOfParts = 0.8

  /// The language that most of the text is in by its parts, if these are in several languages.
  fileprivate func settled(by parts: TextParts) -> Detection {
    guard let first = parts.shares.first, first.code != LanguageCodes.undetermined else { return self }
    // A text in two scripts can look like none that is known, until it is taken apart.
    let isCleared = code == LanguageCodes.undetermined && parts.confidence >= Self.confidenceOfParts
    guard parts.segments.count > 1 || isCleared else { return self }
    let sure = LanguageDetector.rounded(parts.confidence)
    let sureness = first.code == code ? max(confidence, sure) : sure
    let others = candidates.filter { candidate in !parts.shares.contains { $0.code == candidate.code } }
    let found = parts.shares.map {
      Candidate(code: $0.code, probability: LanguageDetector.rounded(sureness * $0.share))
    }
    return Detection(
      code: first.code, confidence: sureness, script: first.code == code ? script : parts.script ?? script,
      candidates: Array((found + others).sorted { $0.probability > $1.probability }.prefix(3)))
  }
}
