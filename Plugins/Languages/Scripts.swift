import TextKit

/// The writing systems that tell languages apart.
public enum Script: UInt8, Sendable, CaseIterable {
  case latin, greek, cyrillic, armenian, hebrew, arabic, syriac, thaana, nko, devanagari, bengali, gurmukhi
  case gujarati, oriya, tamil, telugu, kannada, malayalam, sinhala, thai, lao, tibetan, myanmar, georgian, hangul
  case ethiopic, cherokee, canadian, khmer, mongolian, tifinagh, yi, olChiki, meetei, han, kana
  /// Kana together with Han: how Japanese is written.
  case japanese

  /// The ISO 15924 code: "Latn", "Arab".
  public var code: String { Self.codes[Int(rawValue)] }

  private static let codes = [
    "Latn", "Grek", "Cyrl", "Armn", "Hebr", "Arab", "Syrc", "Thaa", "Nkoo", "Deva", "Beng", "Guru", "Gujr", "Orya",
    "Taml", "Telu", "Knda", "Mlym", "Sinh", "Thai", "Laoo", "Tibt", "Mymr", "Geor", "Hang", "Ethi", "Cher", "Cans",
    "Khmr", "Mong", "Tfng", "Yiii", "Olck", "Mtei", "Hani", "Kana", "Jpan",
  ]

  /// The language of a script that, in the news of today, only one language is written in; nil for the others.
  public var onlyLanguage: String? {
    switch self {
    case .greek: return "el"
    case .armenian: return "hy"
    case .syriac: return "syr"
    case .thaana: return "dv"
    case .nko: return "nqo"
    case .gurmukhi: return "pa"
    case .gujarati: return "gu"
    case .oriya: return "or"
    case .tamil: return "ta"
    case .telugu: return "te"
    case .kannada: return "kn"
    case .malayalam: return "ml"
    case .sinhala: return "si"
    case .thai: return "th"
    case .lao: return "lo"
    case .myanmar: return "my"
    case .georgian: return "ka"
    case .hangul: return "ko"
    case .cherokee: return "chr"
    case .khmer: return "km"
    case .mongolian: return "mn-Mong"
    case .tifinagh: return "zgh"
    case .yi: return "ii"
    case .olChiki: return "sat"
    case .meetei: return "mni-Mtei"
    case .kana, .japanese: return "ja"
    case .latin, .cyrillic, .hebrew, .arabic, .devanagari, .bengali, .tibetan, .ethiopic, .canadian, .han: return nil
    }
  }

  /// The likeliest language of a script that several share unequally, for texts that nothing else can tell.
  var likeliestLanguage: String? {
    switch self {
    case .hebrew: return "he"
    case .bengali: return "bn"
    case .ethiopic: return "am"
    case .tibetan: return "bo"
    case .han: return "zh"
    default: return nil
    }
  }

  /// Place in tables by script.
  var index: Int { Int(rawValue) }

  /// Whether text in it has letters of another one: Japanese is written in two.
  func includes(_ other: Script) -> Bool { other == self || (self == .japanese && (other == .han || other == .kana)) }

  /// How much of a text one letter stands for: a Han character is a word or half of one, a Latin letter a sixth.
  var weight: Double {
    switch self {
    case .latin: return 0.5
    case .han: return 2.5
    case .hangul, .kana: return 2
    case .ethiopic: return 1.7
    default: return 1
    }
  }

  /// How many letters one counts as where letters are counted (``Paragraph/letters``).
  var letters: Int { weight >= 2 ? 3 : 1 }

  /// The script of a letter or mark by its Unicode block; nil for marks and letters that scripts share.
  public static func of(_ scalar: Unicode.Scalar) -> Script? {
    let value = scalar.value
    if value < 0x250 { return ScalarClass.of(scalar).isLetter ? .latin : nil }
    var low = 0
    var high = blocks.count
    while low < high {
      let middle = (low + high) / 2
      if blocks[middle].range.upperBound < value { low = middle + 1 } else { high = middle }
    }
    guard low < blocks.count, blocks[low].range.contains(value) else { return nil }
    return blocks[low].script
  }

  /// Blocks in ascending order; what is between them belongs to no script listed here.
  private static let blocks: [(range: ClosedRange<UInt32>, script: Script)] = [
    (0x250...0x2AF, .latin), (0x370...0x3FF, .greek), (0x400...0x52F, .cyrillic), (0x530...0x58F, .armenian),
    (0x590...0x5FF, .hebrew), (0x600...0x6FF, .arabic), (0x700...0x74F, .syriac), (0x750...0x77F, .arabic),
    (0x780...0x7BF, .thaana), (0x7C0...0x7FF, .nko), (0x860...0x86F, .syriac), (0x870...0x8FF, .arabic),
    (0x900...0x97F, .devanagari), (0x980...0x9FF, .bengali), (0xA00...0xA7F, .gurmukhi), (0xA80...0xAFF, .gujarati),
    (0xB00...0xB7F, .oriya), (0xB80...0xBFF, .tamil), (0xC00...0xC7F, .telugu), (0xC80...0xCFF, .kannada),
    (0xD00...0xD7F, .malayalam), (0xD80...0xDFF, .sinhala), (0xE00...0xE7F, .thai), (0xE80...0xEFF, .lao),
    (0xF00...0xFFF, .tibetan), (0x1000...0x109F, .myanmar), (0x10A0...0x10FF, .georgian), (0x1100...0x11FF, .hangul),
    (0x1200...0x139F, .ethiopic), (0x13A0...0x13FF, .cherokee), (0x1400...0x167F, .canadian), (0x1780...0x17FF, .khmer),
    (0x1800...0x18AF, .mongolian), (0x18B0...0x18FF, .canadian), (0x19E0...0x19FF, .khmer), (0x1C50...0x1C7F, .olChiki),
    (0x1C80...0x1C8F, .cyrillic), (0x1C90...0x1CBF, .georgian), (0x1E00...0x1EFF, .latin), (0x1F00...0x1FFF, .greek),
    (0x2C60...0x2C7F, .latin), (0x2D00...0x2D2F, .georgian), (0x2D30...0x2D7F, .tifinagh), (0x2D80...0x2DDF, .ethiopic),
    (0x2DE0...0x2DFF, .cyrillic), (0x2E80...0x2FDF, .han), (0x3005...0x3007, .han), (0x3040...0x30FF, .kana),
    (0x3130...0x318F, .hangul), (0x31F0...0x31FF, .kana), (0x3400...0x4DBF, .han), (0x4E00...0x9FFF, .han),
    (0xA000...0xA4CF, .yi), (0xA640...0xA69F, .cyrillic), (0xA720...0xA7FF, .latin), (0xA8E0...0xA8FF, .devanagari),
    (0xA9E0...0xA9FF, .myanmar), (0xAA60...0xAA7F, .myanmar), (0xAB00...0xAB2F, .ethiopic), (0xAB30...0xAB6F, .latin),
    (0xAB70...0xABBF, .cherokee), (0xABC0...0xABFF, .meetei), (0xAC00...0xD7FF, .hangul), (0xF900...0xFAFF, .han),
    (0xFB00...0xFB0F, .latin), (0xFB1D...0xFB4F, .hebrew), (0xFB50...0xFDFF, .arabic), (0xFE70...0xFEFF, .arabic),
    (0xFF21...0xFF5A, .latin), (0xFF66...0xFF9F, .kana), (0x20000...0x323AF, .han),
  ]
}
