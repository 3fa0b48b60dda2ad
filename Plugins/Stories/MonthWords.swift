import Foundation
import Synchronization

/// The names of days of the week and of months in a language, in lower case: they look like names and are none.
enum DayWords {
  private static let known = Mutex<[String: Set<String>]>([:])

  /// By the language's BCP 47 code; made once for each language.
  static func of(_ language: String) -> Set<String> {
    let language = String(language.prefix { $0 != "-" })
    if let names = known.withLock({ $0[language] }) { return names }
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: language)
    let days = formatter.weekdaySymbols + formatter.standaloneWeekdaySymbols
    let names = Set(days.map { $0.lowercased() }).union(MonthWords.of(language))
    known.withLock { $0[language] = names }
    return names
  }
}

/// The names of months in a language, in lower case, as CLDR has them; made once for each language.
enum MonthWords {
  private static let known = Mutex<[String: (names: Set<String>, long: [String])]>([:])

  /// Full and short names; empty for a language that CLDR does not know.
  static func of(_ language: String) -> Set<String> { withLong(language).names }

  /// The same, and beside them those of four letters or more, by their order as text.
  static func withLong(_ language: String) -> (names: Set<String>, long: [String]) {
    if let names = known.withLock({ $0[language] }) { return names }
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: language)
    let lists = [
      formatter.monthSymbols, formatter.shortMonthSymbols, formatter.standaloneMonthSymbols,
      formatter.shortStandaloneMonthSymbols,
    ]
    let names = Set(
      lists.joined().map { $0.lowercased().trimmingCharacters(in: .punctuationCharacters) }
        .filter { name in name.count >= 3 && name.contains(where: \.isLetter) && !name.contains(where: \.isNumber) })
    let all = (names: names, long: names.filter { $0.count >= 4 }.sorted())
    known.withLock { $0[language] = all }
    return all
  }
}
