import CCLD2

/// CLD2 (Sites 2013): naive Bayes over quadgrams of letters, with tables for about 170 languages.
package enum CompactLanguageDetector {
  /// An answer of CLD2.
  package struct Answer {
    /// CLD2's code and the share of the text's letters, 0...1, of at most three languages, greatest share first.
    package var languages: [(code: String, share: Double)] = []
    /// Whether CLD2 holds the first language to be clearly likelier than any other.
    package var isReliable = false
    /// Score of the first language as a ratio to that of ordinary text in it, times 1000: about 1000 is ordinary.
    package var firstScore = 0.0
  }

  /// Whether the full tables are in use, and not the small ones that know half as many languages.
  static var hasFullTables: Bool { ccld2_has_full_tables() }

  /// Version of the tables in use, as the library tells it.
  static var version: String { String(cString: ccld2_version()) }

  /// The best that CLD2 can say of a text in UTF-8, however short; nothing for text that is not fit for interchange.
  package static func detect(_ text: [UInt8]) -> Answer { detect(text, isValid: false) }

  /// The same of a cleaned text (``LanguageSample/cleanedBytes(_:)``), or of parts of one that begin and end with
  /// letters: it is known to be fit for interchange and not checked again.
  static func detect(cleaned text: [UInt8]) -> Answer { detect(text, isValid: true) }

  private static func detect(_ text: [UInt8], isValid: Bool) -> Answer {
    // CLD2 looks at the letter behind the end, where two scripts meet: without this, answers would depend on what
    // happens to lie there, and bytes that begin no letter (F0 82) make it read outside of its tables and crash.
    let padded = text + [UInt8](repeating: 0, count: 8)
    return padded.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress, !text.isEmpty else { return Answer() }
      var result = ccld2_result()
      let detected = base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
        ccld2_detect($0, text.count, isValid, &result)
      }
      guard detected, Int(result.valid_bytes) == text.count else { return Answer() }
      var answer = Answer(isReliable: result.is_reliable, firstScore: result.languages.0.normalized_score)
      let all = [result.languages.0, result.languages.1, result.languages.2]
      for language in all.prefix(Int(result.count)) {
        guard let code = language.code else { continue }
        answer.languages.append((String(cString: code), Double(language.percent) / 100))
      }
      return answer
    }
  }
}
