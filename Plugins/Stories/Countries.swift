import Foundation
import Synchronization
import TextKit

/// Names of countries in every language that CLDR knows them in.
///
struct Countries: Sendable {
  /// By the keys of a name's words, joined: the code of the country.
  private var codes: [String: String] = [:]
  /// The first words of names of several words.
  private var openers: Set<String> = []
  /// Whether names change their endings, and whether articles are written in one word with them.
  private let inflects: Bool
  private let hasArticle: Bool
  /// By code, the name.
  private var names: [String: String] = [:]
  /// How many words the longest name has that is looked for.
  static let longest = 3

  private static let known = Mutex<[String: Countries]>([:])

  /// The names in a language, given by its BCP 47 code; made once for each language.
  static func of(_ language: String) -> Countries {
    if let table = known.withLock({ $0[language] }) { return table }
    let table = Countries(language)
    known.withLock { $0[language] = table }
    return table
  }

  private init(_ language: String) {
    inflects = Self.inflecting.contains(String(language.prefix { $0 != "-" }))
    hasArticle = language.hasPrefix("ar")
    let locale = Locale(identifier: language)
    let regions = Locale.Region.isoRegions.map(\.identifier).filter { $0.count == 2 && $0.allSatisfy(\.isLetter) }
    for region in regions.sorted() {
      guard let name = locale.localizedString(forRegionCode: region), name != region else { continue }
      names[region] = name
      let words = name.split { !$0.isLetter }
      guard !words.isEmpty, words.count <= Self.longest else { continue }
      let folded = words.map { key($0) }.joined(separator: " ")
      guard folded.unicodeScalars.count >= 2, codes[folded] == nil else { continue }
      codes[folded] = region
      if words.count > 1, let first = words.first { openers.insert(key(first)) }
    }
  }

  /// The country's code, if a word and those behind it begin with its name; of several names the longest.
  ///
  /// - Parameter words: with their marks; no more than ``longest`` are looked at.
  func code(_ first: Substring, before words: ArraySlice<Substring>) -> String? {
    var name = key(first)
    var code = codes[name]
    guard openers.contains(name) else { return code }
    for word in words.prefix(Self.longest - 1) {
      name += " " + key(word.withoutMarks())
      code = codes[name] ?? code
    }
    return code
  }

  /// The name of a country by its code.
  func name(_ code: String) -> String? { names[code] }

  /// A word without case and an Arabic article; in languages with endings, its first letters.
  private func key(_ word: Substring) -> String {
    var folded = word.lowercased()
    if hasArticle {
      for prefix in ["وال", "بال", "ال"] where folded.hasPrefix(prefix) && folded.count > 5 {
        folded.removeFirst(prefix.count)
      }
    }
    guard inflects else { return folded }
    let count = folded.count
    return String(folded.prefix(count >= 9 ? 7 : count >= 7 ? 6 : count))
  }

  /// Languages whose names of countries have endings.
  private static let inflecting: Set<String> = [
    "ru", "uk", "be", "pl", "cs", "sk", "sl", "hr", "sr", "bs", "lt", "lv", "fi", "et", "hu", "tr", "az", "kk", "ky",
    "uz",
    "tk", "tt", "el", "hy", "ka",
  ]
}
