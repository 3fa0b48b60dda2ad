/// How a scalar takes part in the units of ``TextUnits``.
enum UnitScript {
  /// White space, punctuation, symbols: between units.
  static let separator = 0
  /// Letters, marks and digits of scripts that part words by spaces.
  static let spaced = 1
  // 2 and 3: letters of scripts without spaces, taken in groups of so many.

  /// The group of a scalar: ``separator``, ``spaced``, or how many letters make a unit.
  static func group(of scalar: UInt32) -> Int {
    scalar < 0x10000 ? Int(basicPlane[Int(scalar)]) : classify(scalar)
  }

  /// The groups of the first 65,536 scalars: asking for a general category is slow.
  static let basicPlane: [UInt8] = (0..<0x10000).map { UInt8(classify($0)) }

  private static func classify(_ value: UInt32) -> Int {
    guard let scalar = Unicode.Scalar(value) else { return separator }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
      .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
      return inPairs(value) ? 2 : inTriples(value) ? 3 : spaced
    default:
      return separator
    }
  }

  /// Han, Hiragana, Katakana, Bopomofo. Digits and Latin letters in such texts are words as elsewhere.
  private static func inPairs(_ value: UInt32) -> Bool {
    switch value {
    case 0x2E80...0x2FDF, 0x3005...0x3007, 0x3021...0x3029, 0x3031...0x3035, 0x3038...0x30FF, 0x3105...0x312F,
      0x31A0...0x31BF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0xFF66...0xFF9F,
      0x1B000...0x1B16F, 0x20000...0x3FFFF:
      true
    default: false
    }
  }

  /// Thai, Lao, Burmese, Khmer, and the smaller scripts beside them that write without spaces: Tai Le, New Tai Lue,
  /// Tai Tham, Balinese, Javanese, Tai Viet. Their digits are numbers in triples too, which does no harm.
  private static func inTriples(_ value: UInt32) -> Bool {
    switch value {
    case 0x0E01...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x1950...0x19FF, 0x1A20...0x1AAF, 0x1B00...0x1B7F,
      0xA980...0xA9FF, 0xAA60...0xAADF:
      true
    default: false
    }
  }
}
