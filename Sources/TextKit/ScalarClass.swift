/// What a Unicode scalar is to the algorithms of this module: its general category, made coarse.
///
/// Text is walked by scalar, never by `Character`: finding grapheme clusters costs many times the work done here.
package enum ScalarClass: UInt8 {
  /// Punctuation, symbols, unassigned and private-use scalars.
  case other
  /// White space, line ends included.
  case space
  /// Format and control characters that show nothing: joiners, direction marks, byte order marks, NUL.
  case invisible
  /// A lower-case letter of a script with case.
  case lower
  /// An upper-case or title-case letter of a script with case.
  case upper
  /// A letter of a script without case, a modifier letter, or a numeral that is no decimal digit.
  case letter
  /// A decimal digit of any script.
  case digit
  /// A combining mark.
  case mark

  /// Whether words and numbers are made of it.
  package var isWordPart: Bool { rawValue >= ScalarClass.lower.rawValue }

  /// Whether it is a letter of any kind.
  package var isLetter: Bool { self == .lower || self == .upper || self == .letter }

  /// The class of a scalar: a table for the basic plane, made on first use, and the Unicode properties beyond it.
  package static func of(_ scalar: Unicode.Scalar) -> ScalarClass {
    let value = Int(scalar.value)
    if value < basicPlane.count { return ScalarClass(rawValue: basicPlane[value]) ?? .other }
    return classify(scalar)
  }

  private static let basicPlane: [UInt8] = (0..<0x10000).map { value in
    Unicode.Scalar(UInt32(value)).map { classify($0).rawValue } ?? other.rawValue
  }

  private static func classify(_ scalar: Unicode.Scalar) -> ScalarClass {
    if scalar.properties.isWhitespace { return .space }
    // Georgian has capitals for whole words in capitals only: a sentence begins with a "lower-case" letter.
    if scalar.value >= 0x10D0 && scalar.value <= 0x10FF { return .letter }
    switch scalar.properties.generalCategory {
    case .lowercaseLetter: return .lower
    case .uppercaseLetter, .titlecaseLetter: return .upper
    case .otherLetter, .modifierLetter, .letterNumber, .otherNumber: return .letter
    case .decimalNumber: return .digit
    case .nonspacingMark, .spacingMark, .enclosingMark: return .mark
    case .format, .control: return .invisible
    default: return .other
    }
  }
}

extension Unicode.Scalar {
  /// Whether the scalar ends a line or a paragraph: LF, VT, FF, CR, NEL and the separators U+2028 and U+2029.
  package var endsParagraph: Bool {
    switch value {
    case 0x0A...0x0D, 0x85, 0x2028, 0x2029: return true
    default: return false
    }
  }

  /// The value of a decimal digit of any script, nil for everything else.
  package var decimalDigit: UInt8? {
    if value < 0x80 { return value >= 0x30 && value <= 0x39 ? UInt8(value - 0x30) : nil }
    guard ScalarClass.of(self) == .digit, let number = properties.numericValue else { return nil }
    return number >= 0 && number <= 9 ? UInt8(number) : nil
  }
}
