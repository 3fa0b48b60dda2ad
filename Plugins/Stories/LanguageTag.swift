/// A BCP 47 language tag, as far as choosing sentences needs it: language and script.
struct LanguageTag: Sendable, Equatable {
  private let primary: String
  private let script: String?

  /// Reads a tag; nil if it is none: 2 to 8 letters, then parts of 1 to 8 letters or digits after hyphens.
  init?(_ tag: String) {
    let parts = tag.lowercased().split(separator: "-", omittingEmptySubsequences: false)
    guard let first = parts.first, (2...8).contains(first.count), first.allSatisfy(Self.isLetter),
      parts.dropFirst().allSatisfy({ (1...8).contains($0.count) && $0.allSatisfy { Self.isLetter($0) || $0.isNumber } })
    else { return nil }
    primary = String(first)
    script = parts.dropFirst().first { $0.count == 4 && $0.allSatisfy(Self.isLetter) }.map(String.init)
  }

  /// Whether someone who asked for this language can read a text in `code`: the same language, and the same script
  /// where both name one. Regions do not matter, and an unknown language is nobody's.
  func accepts(_ code: String) -> Bool {
    guard let other = LanguageTag(code), primary != "und" else { return false }
    guard primary == other.primary else { return false }
    return script == nil || other.script == nil || script == other.script
  }

  private static func isLetter(_ character: Character) -> Bool { character.isASCII && character.isLetter }
}
