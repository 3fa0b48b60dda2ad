/// What a language code from outside looks like.
enum LanguageTag {
  /// Whether a text could be a BCP 47 tag, or one with underscores: two or three letters, then subtags of up to eight
  /// letters and figures.
  static func isWellFormed(_ text: String) -> Bool {
    let parts = text.utf8.split(omittingEmptySubsequences: false) { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    guard let language = parts.first, 2...3 ~= language.count, language.allSatisfy(isLetter) else { return false }
    return parts.dropFirst().allSatisfy { part in
      1...8 ~= part.count && part.allSatisfy { isLetter($0) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }
}
