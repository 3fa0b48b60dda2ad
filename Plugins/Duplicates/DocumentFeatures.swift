import Foundation
import StageKit
import TextKit

/// What is remembered of a document while the others go by: all that is compared without reading its text again.
struct DocumentFeatures: Sendable {
  /// Its number in the spool.
  var spoolIndex: Int
  /// What decides whether it represents its group.
  var rank: Ranking.Key
  /// Language and script, see ``LanguageKey``.
  var language: LanguageKey
  /// Hash of the normalised text; nil when nothing is left of the text.
  var fingerprint: Fingerprint?
  /// Words, see ``TextUnits``; empty when near duplicates are not looked for.
  var units: [UInt32]
  /// How many sentences it has.
  var sentences: Int
  /// Whether it says enough to tell a translation from another text: a flash of a line matches any other.
  var isLongEnough: Bool

  /// Looks at a document, and cuts it into sentences if nobody has.
  ///
  /// - Parameter wantsUnits: whether near duplicates are looked for.
  init(of document: inout Document, spoolIndex: Int, wantsUnits: Bool) {
    self.spoolIndex = spoolIndex
    language = LanguageKey(document.language?.code)
    document.ensureSentences()
    sentences = document.sentences?.count ?? 0
    let canonical = ContentNormalizer.canonical(document.text)
    isLongEnough = Self.says(enough: canonical)
    fingerprint = canonical.isEmpty ? nil : Fingerprint(of: canonical)
    units = wantsUnits ? TextUnits.of(canonical) : []
    rank = Ranking.Key(of: document)
  }

  /// The least length of a text, in letters of a script that spells sounds.
  private static let fewestLetters = 120

  /// A character of Chinese or Japanese says about as much as three letters.
  private static func says(enough text: String) -> Bool {
    var letters = 0
    for scalar in text.unicodeScalars where scalar.properties.isAlphabetic {
      letters += (0x2E80...0xD7AF).contains(scalar.value) ? 3 : 1
      if letters >= fewestLetters { return true }
    }
    return false
  }
}

/// The first half of the SHA-256 of a text: equal for equal texts, and for others only if somebody works on it.
struct Fingerprint: Hashable, Sendable {
  private let high: UInt64
  private let low: UInt64

  /// The fingerprint of a text's UTF-8.
  init(of text: String) {
    let digits = ContentHash.sha256(text)
    high = UInt64(digits.prefix(16), radix: 16) ?? 0
    low = UInt64(digits.dropFirst(16).prefix(16), radix: 16) ?? 0
  }
}

/// What two documents are told apart by before they are compared as translations: language and script, without region.
struct LanguageKey: Hashable, Sendable {
  /// "zh-hant", "en", "und"; in lower case.
  let code: String
  /// "zh", "en", "und".
  var primary: Substring { code.prefix { $0 != "-" } }
  /// Whether nobody knows the language.
  var isUnknown: Bool { code == "und" }

  /// The key of a BCP 47 code; nil and unreadable codes are "und".
  init(_ tag: String?) {
    let parts = (tag ?? "").lowercased().split(whereSeparator: { $0 == "-" || $0 == "_" })
    guard let primary = parts.first, (2...8).contains(primary.count) else {
      code = "und"
      return
    }
    let script = parts.dropFirst().first { $0.count == 4 && $0.allSatisfy(\.isLetter) }
    code = script.map { "\(primary)-\($0)" } ?? String(primary)
  }

  /// Whether documents in these languages may be translations of each other.
  func mayTranslate(_ other: LanguageKey) -> Bool { self != other || isUnknown }
}
