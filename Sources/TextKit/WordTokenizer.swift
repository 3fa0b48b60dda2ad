/// A word, or a character of a script that writes no spaces between words.
public struct ShingleUnit: Sendable, Hashable {
  /// The word or character, case-folded.
  public let text: Substring
  /// Whether it is a character, to be joined with its neighbours into n-grams, and not a word.
  public let isCharacter: Bool
}

/// Cuts text into the units whose sets or sequences near duplicates share.
public enum WordTokenizer {
  /// The units of any text, which is brought to its canonical form first.
  public static func shingleUnits(_ text: String) -> [ShingleUnit] {
    shingleUnits(canonical: ContentNormalizer.canonical(text))
  }

  /// The units of a text in canonical form, in order.
  ///
  /// Letters, digits and marks make words; punctuation, symbols and spaces divide them and are left out. Han, kana,
  /// Thai, Lao, Khmer, Myanmar and Tibetan give one unit a character, with the marks that belong to it.
  public static func shingleUnits(canonical text: String) -> [ShingleUnit] {
    var units: [ShingleUnit] = []
    let scalars = text.unicodeScalars
    var start: String.Index?
    var isCharacter = false
    var index = scalars.startIndex
    while index < scalars.endIndex {
      let scalar = scalars[index]
      let kind = ScalarClass.of(scalar)
      let beginsCharacter = kind == .letter && isUnspaced(scalar)
      let continues = kind.isWordPart && start != nil && !beginsCharacter && (!isCharacter || kind == .mark)
      if !continues {
        if let from = start { units.append(ShingleUnit(text: text[from..<index], isCharacter: isCharacter)) }
        start = kind.isWordPart ? index : nil
        isCharacter = beginsCharacter
      }
      index = scalars.index(after: index)
    }
    if let from = start { units.append(ShingleUnit(text: text[from...], isCharacter: isCharacter)) }
    return units
  }

  /// Whether a letter belongs to a script that writes no spaces between words.
  package static func isUnspaced(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<0xE00: return false
    case 0xE00...0xFFF: return true  // Thai, Lao, Tibetan
    case 0x1000...0x109F, 0x1780...0x17FF: return true  // Myanmar, Khmer
    case 0x2E80...0x2FDF, 0x3005...0x3007, 0x3041...0x30FF, 0x31F0...0x31FF: return true  // radicals, kana
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: return true  // Han
    case 0xA9E0...0xA9FE, 0xAA60...0xAA7F: return true  // more Myanmar
    default: return false
    }
  }
}
