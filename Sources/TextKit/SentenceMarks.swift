/// What a scalar can do at the end of a sentence.
enum Terminator {
  /// A full stop, which also marks abbreviations, initials, ordinals and decimals.
  case fullStop
  /// A question or exclamation mark of a script that puts a space behind it.
  case strong
  /// An ellipsis: ends a sentence only when something new clearly begins.
  case ellipsis
  /// Chinese and Japanese marks, which need no space behind them.
  case wide
  /// The mark of a script in which it does nothing else (danda, Ethiopic and Khmer full stops), space or not.
  case unambiguous
  /// Such a mark that also stands inside abbreviations, and so needs a space: the Urdu full stop.
  case spaced
  /// The Tibetan shad, which ends clauses as well.
  case shad

  /// The terminator a scalar is by itself, or nil. Marks that depend on their surroundings (`;` in Greek) are not here.
  static func of(_ scalar: Unicode.Scalar) -> Terminator? {
    switch scalar.value {
    case 0x2E: return .fullStop  // .
    case 0x21, 0x3F: return .strong  // ! ?
    case ..<0x37E: return nil
    case 0x37E: return .strong  // Greek question mark
    case 0x589: return .unambiguous  // Armenian ։
    case 0x5C3: return .unambiguous  // Hebrew ׃
    case 0x61D...0x61F: return .strong  // ؝ ؞ ؟
    case 0x6D4: return .spaced  // ۔
    case 0x700...0x702: return .unambiguous  // Syriac
    case 0x7F9: return .strong  // N'Ko
    case 0x964, 0x965: return .unambiguous  // । ॥
    case 0xDF4: return .unambiguous  // Sinhala ෴
    case 0xE5A, 0xE5B: return .unambiguous  // Thai ๚ ๛
    case 0xF0D...0xF10: return .shad  // ། ༎ ༏ ༐
    case 0x104B: return .unambiguous  // Myanmar ။
    case 0x1362, 0x1367, 0x1368: return .unambiguous  // Ethiopic ። ፧ ፨
    case 0x166E: return .unambiguous  // Canadian syllabics
    case 0x1735, 0x1736: return .unambiguous  // Philippine scripts
    case 0x17D4, 0x17D5: return .unambiguous  // Khmer ។ ៕
    case 0x1803, 0x1809: return .unambiguous  // Mongolian
    case 0x1944, 0x1945: return .unambiguous  // Limbu
    case 0x1B5A, 0x1B5B, 0x1B5E, 0x1B5F: return .unambiguous  // Balinese
    case 0x1C3B, 0x1C3C, 0x1C7E, 0x1C7F: return .unambiguous  // Lepcha, Ol Chiki
    case 0x2025, 0x2026, 0x22EF: return .ellipsis  // ‥ … ⋯
    case 0x203C, 0x203D, 0x2047...0x2049: return .strong  // ‼ ‽ ⁇ ⁈ ⁉
    case 0x3002, 0xFF01, 0xFF0E, 0xFF1F, 0xFF61: return .wide  // 。！．？｡
    case 0xA4FF, 0xA60E, 0xA60F, 0xA6F3, 0xA6F7: return .unambiguous  // Lisu, Vai, Bamum
    case 0xA876, 0xA877, 0xA8CE, 0xA8CF, 0xA92F: return .unambiguous  // Phags-pa, Saurashtra, Kayah Li
    case 0xA9C8, 0xA9C9, 0xAA5D...0xAA5F, 0xABEB: return .unambiguous  // Javanese, Cham, Meetei Mayek
    case 0xFE52, 0xFE56, 0xFE57: return .wide  // small forms
    default: return nil
    }
  }
}

/// Quotes, brackets and the other marks that stand round the end of a sentence.
enum SentenceMarks {
  /// Marks that only ever close.
  static func isCloser(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x29, 0x5D, 0x7D: return true  // ) ] }
    case 0x201D, 0x2019, 0xBB, 0x203A: return true  // ” ’ » ›
    case 0x3009, 0x300B, 0x300D, 0x300F, 0x3011, 0x3015, 0x3017, 0x3019, 0x301E, 0x301F: return true  // 〉》」』】〕
    case 0xFF09, 0xFF3D, 0xFF5D, 0xFF63: return true  // ）］｝｣
    case 0xB2, 0xB3, 0xB9, 0x2070, 0x2074...0x2079: return true  // superscript digits: references to notes
    default: return false
    }
  }

  /// Marks that close in one language and open in another: it depends on what follows.
  static func isAmbiguousQuote(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x22, 0x27, 0x201C, 0x2018, 0xAB, 0x2039, 0xFF02, 0xFF07: return true  // " ' “ ‘ « ‹
    default: return false
    }
  }

  /// Opening brackets.
  static func opensBracket(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x28, 0x5B, 0x7B, 0xFF08, 0xFF3B: return true
    default: return false
    }
  }

  /// Marks behind which the same sentence goes on, when they follow a terminator at once: commas, colons, dashes.
  static func continues(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x2C, 0x2D, 0x3A, 0x3B: return true  // , - : ;
    case 0x2013, 0x2014, 0x2015, 0x2026: return true  // – — ― …
    case 0x55D, 0x60C, 0x61B, 0x104A, 0x1363...0x1366: return true  // ՝ ، ؛ ၊ ፣
    case 0x3001, 0xFF0C, 0xFF1A, 0xFF1B, 0xFF64, 0x30FB: return true  // 、，：；､・
    default: return false
    }
  }
}

/// The few scripts that sentence rules must tell apart.
enum SentenceScript {
  static func isThai(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0xE00 && scalar.value <= 0xE7F }

  static func isThaiOrLao(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0xE00 && scalar.value <= 0xEFF }

  static func isGreek(_ scalar: Unicode.Scalar) -> Bool {
    (scalar.value >= 0x370 && scalar.value <= 0x3FF) || (scalar.value >= 0x1F00 && scalar.value <= 0x1FFF)
  }

  static func isArmenian(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0x530 && scalar.value <= 0x58F }

  static func isEthiopic(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0x1200 && scalar.value <= 0x139F }

  /// The scripts of India, in which a typed `|` often stands for the danda.
  static func isIndic(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0x900 && scalar.value <= 0xD7F }

  static func isHiragana(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0x3040 && scalar.value <= 0x309F }

  /// Han, kana and bopomofo.
  static func isHanOrKana(_ scalar: Unicode.Scalar) -> Bool {
    (scalar.value >= 0x3040 && scalar.value <= 0x312F) || (scalar.value >= 0x3400 && scalar.value <= 0x9FFF)
      || (scalar.value >= 0x20000 && scalar.value <= 0x3FFFF)
  }

  /// Whether one letter alone may be an initial: not where one letter is a syllable or a whole word.
  static func hasInitials(_ scalar: Unicode.Scalar) -> Bool {
    !isHanOrKana(scalar) && !(scalar.value >= 0xAC00 && scalar.value <= 0xD7AF)
  }
}
