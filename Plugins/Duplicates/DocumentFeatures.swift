import Foundation
import StageKit
import TextKit

/// What documents are compared by, and how it is found out.
struct FeatureReader: Sendable {
  /// Whether near duplicates are looked for.
  let wantsUnits: Bool
  /// Whether translations are looked for.
  let wantsTranslations: Bool
  /// What earlier runs have found out: without sentences, and with them.
  private let kept: (plain: StageResults, cut: StageResults)?

  /// A reader that looks into `store` first, if there is one.
  init(wantsUnits: Bool, wantsTranslations: Bool, store: (any ResultStore)?) {
    self.wantsUnits = wantsUnits
    self.wantsTranslations = wantsTranslations
    kept = store.map { store in
      func results(_ what: String) -> StageResults {
        let purpose = "features-3\(wantsUnits ? "-words" : "")\(what)"
        return StageResults(
          store, stage: FindDuplicates.name, version: Plugin.duplicates.version, purpose: purpose)
      }
      return (results(wantsTranslations ? "-length" : ""), results("-sentences"))
    }
  }

  /// Looks at a document. Where translations are looked for and nobody has cut it into sentences, it is cut.
  func features(of document: inout Document) -> TextFeatures {
    let cuts = wantsTranslations && document.sentences == nil
    // The sentences of an input file may not fit its text.
    if wantsTranslations, !cuts { document.ensureSentences() }
    guard let kept else { return compute(&document, cuts: cuts) }
    let results = cuts ? kept.cut : kept.plain
    var key = ContentKey(of: document.text)
    if cuts { key = key.with(ContentKey(of: document.language?.code ?? "")) }
    let length = document.text.scalarCount
    if let features = results.value(for: key, { FeatureBytes.features(from: $0, length: length, cut: cuts) }) {
      if cuts { document.sentences = features.sentences }
      return features
    }
    let features = compute(&document, cuts: cuts)
    results.keep(FeatureBytes.bytes(of: features), for: key)
    return features
  }

  private func compute(_ document: inout Document, cuts: Bool) -> TextFeatures {
    if cuts { document.ensureSentences() }
    var features = TextFeatures(of: document.text, wantsUnits: wantsUnits, wantsLength: wantsTranslations)
    if cuts { features.sentences = document.sentences }
    return features
  }
}

/// What a text is compared by; nothing of it hangs on other texts.
struct TextFeatures: Sendable, Equatable {
  /// Hash of the normalised text; nil when nothing is left of the text.
  var fingerprint: ContentKey?
  /// Words, see ``TextUnits``; empty when they are not wanted.
  var units: [UInt32] = []
  /// Runs of words, see ``Passages``; empty when words are not wanted.
  var passages: [UInt32] = []
  /// Whether it says enough to tell a translation from another text: a flash of a line matches any other.
  var isLongEnough = false
  /// Its sentences, if they were to be found.
  var sentences: [Document.TextRange]?

  /// Nothing, to be filled in.
  init() {}

  /// Looks at a text.
  init(of text: String, wantsUnits: Bool, wantsLength: Bool) {
    ContentNormalizer.withCanonical(Zawgyi.converted(text)) { canonical in
      fingerprint = canonical.isEmpty ? nil : ContentKey(of: UnsafeRawBufferPointer(canonical))
      if wantsUnits {
        let words = TextUnits.inOrder(canonical)
        passages = Passages.of(words)
        units = RadixSort.sortedSet(words)
      }
      if wantsLength { isLongEnough = Self.says(enough: canonical) }
    }
  }

  /// The least length of a text, in letters of a script that spells sounds.
  private static let fewestLetters = 120

  /// A character of Chinese or Japanese says about as much as three letters.
  private static func says(enough text: UnsafeBufferPointer<UInt8>) -> Bool {
    var (letters, index) = (0, 0)
    while index < text.count, letters < fewestLetters {
      let (value, length) = text.scalarValue(at: index)
      index += length
      if value < 0x80 {
        letters += (0x61...0x7A).contains(value) || (0x41...0x5A).contains(value) ? 1 : 0
      } else if Unicode.Scalar(value)?.properties.isAlphabetic == true {
        letters += (0x2E80...0xD7AF).contains(value) ? 3 : 1
      }
    }
    return letters >= fewestLetters
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

extension String {
  /// How many scalars it has, counted by the bytes that begin one: many at a time, unlike `unicodeScalars.count`.
  var scalarCount: Int {
    utf8.withContiguousStorageIfAvailable(\.scalarCount) ?? unicodeScalars.count
  }
}
