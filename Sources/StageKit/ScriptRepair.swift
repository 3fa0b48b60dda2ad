/// Puts letters back that were typed in the wrong script: `сaвeзних` with a Latin a and e, `Pаypаl` with a Cyrillic а.
///
/// Such words look right and are found by no dictionary: keyboards, optical character recognition and those who evade
/// filters make them, and sentence encoders take them for noise. A word of Latin and Cyrillic letters becomes Cyrillic
/// if all of its Latin letters have a twin there, else Latin if all of its Cyrillic ones have; other words stay.
enum ScriptRepair {
  /// The text with its words in one script each.
  static func repaired(_ text: String) -> String {
    guard mayMix(text) else { return text }
    let words = words(of: text)
    let isTyped = words.contains { $0.scripts == .both && cyrillic($0.scalars) != nil }
    var result = String.UnicodeScalarView()
    for word in words {
      let fixed: [Unicode.Scalar]? =
        switch word.scripts {
        case .both: cyrillic(word.scalars) ?? latin(word.scalars)
        // "je" among such words is as little Latin as they are.
        case .latin: isTyped ? cyrillic(word.scalars) : nil
        default: nil
        }
      result.append(contentsOf: fixed ?? word.scalars)
    }
    return String(result)
  }

  /// The words of a text and what is between them, in order.
  private static func words(of text: String) -> [(scalars: [Unicode.Scalar], scripts: Scripts)] {
    var words: [(scalars: [Unicode.Scalar], scripts: Scripts)] = []
    for scalar in text.unicodeScalars {
      let own = Scripts(scalar)
      if let last = words.last, last.scripts.isEmpty == own.isEmpty {
        words[words.count - 1].scalars.append(scalar)
        words[words.count - 1].scripts.formUnion(own)
      } else {
        words.append(([scalar], own))
      }
    }
    return words
  }

  private struct Scripts: OptionSet {
    let rawValue: Int
    static let latin = Scripts(rawValue: 1)
    static let cyrillic = Scripts(rawValue: 2)
    static let both: Scripts = [.latin, .cyrillic]

    init(rawValue: Int) { self.rawValue = rawValue }

    init(_ scalar: Unicode.Scalar) {
      switch scalar.value {
      case 0x41...0x5A, 0x61...0x7A: self = .latin
      case 0x400...0x52F: self = .cyrillic
      default: self = []
      }
    }
  }

  /// Whether there are letters of both scripts at all: most texts have none of one of them.
  private static func mayMix(_ text: String) -> Bool {
    var (latin, cyrillic) = (false, false)
    for byte in text.utf8 {
      // Cyrillic letters begin with the bytes D0 to D4 in UTF-8.
      if (0xD0...0xD4).contains(byte) { cyrillic = true }
      if (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) { latin = true }
      if latin, cyrillic { return true }
    }
    return false
  }

  private static func cyrillic(_ word: [Unicode.Scalar]) -> [Unicode.Scalar]? {
    let letters = word.compactMap { Scripts($0) == .cyrillic ? $0 : twins.cyrillic[$0] }
    return letters.count == word.count ? letters : nil
  }

  private static func latin(_ word: [Unicode.Scalar]) -> [Unicode.Scalar]? {
    let letters = word.compactMap { Scripts($0) == .latin ? $0 : twins.latin[$0] }
    return letters.count == word.count ? letters : nil
  }

  /// Letters that look the same, from the confusables of Unicode Technical Standard 39.
  private static let twins: (cyrillic: [Unicode.Scalar: Unicode.Scalar], latin: [Unicode.Scalar: Unicode.Scalar]) = {
    let pairs = zip("aceijopsxyABCEHIJKMOPSTXY".unicodeScalars, "асеіјорѕхуАВСЕНІЈКМОРЅТХУ".unicodeScalars)
    return (
      Dictionary(uniqueKeysWithValues: pairs.map { ($0, $1) }), Dictionary(uniqueKeysWithValues: pairs.map { ($1, $0) })
    )
  }()
}
