/// What the canonical form of ``ContentNormalizer`` makes of each scalar, where that does not hang on its neighbours.
struct FoldingTable: Sendable {
  /// What becomes of a scalar.
  enum Kind: UInt8 {
    /// It may compose with others, or form KC replaces it: only Foundation knows.
    case uncertain
    /// It stays as it is; the value is not 0 if vowel signs compose with it.
    case same
    /// It becomes the scalar that is the value.
    case replaced
    /// White space.
    case space
    /// It is left out, as if it were not there.
    case nothing
    /// A mark that composes with nothing; the value is its combining class.
    case mark
    /// A vowel sign of class 0 that composes with some scalars before it, and else stays as it is.
    case vowelSign
    /// İ, the only letter besides I and i that becomes an i.
    case dottedI
    /// It becomes the sequence whose number is the value.
    case several

    /// Whether nothing before a scalar of this kind composes with it or anything after it.
    var isBoundary: Bool {
      switch self {
      case .same, .replaced, .space, .dottedI, .several: true
      case .uncertain, .nothing, .mark, .vowelSign: false
      }
    }
  }

  /// What the table says of a scalar.
  struct Entry {
    var kind: Kind
    var value: UInt32
  }

  /// The one table, made on first use (some 10 ms).
  static let shared = FoldingTable()

  /// For each ASCII scalar what it becomes: a byte, a space (0x20), or 0 if it is left out.
  ///
  /// Like the other tables it is never freed, and never written once it is made.
  nonisolated(unsafe) let ascii: UnsafePointer<UInt8>
  /// The basic plane: the value in the lower 24 bits, the kind above.
  private nonisolated(unsafe) let entries: UnsafePointer<UInt32>
  private nonisolated(unsafe) let sequences: UnsafePointer<[UInt32]>

  /// The entry of any scalar.
  @inline(__always)
  subscript(value: UInt32) -> Entry {
    guard value < 0x10000 else { return Self.supplementary(value) }
    let packed = entries[Int(value)]
    return Entry(kind: Kind(rawValue: UInt8(packed >> 24)) ?? .uncertain, value: packed & 0xFF_FFFF)
  }

  /// What a scalar of kind ``Kind/several`` becomes.
  func sequence(_ number: Int) -> [UInt32] { sequences[number] }

  private init() {
    let entries = UnsafeMutablePointer<UInt32>.allocate(capacity: 0x10000)
    let ascii = UnsafeMutablePointer<UInt8>.allocate(capacity: 0x80)
    var sequences: [[UInt32]] = []
    for value in UInt32(0)..<0x10000 {
      let entry = Unicode.Scalar(value).map { Self.entry(of: $0, &sequences) } ?? Entry(kind: .uncertain, value: 0)
      entries[Int(value)] = UInt32(entry.kind.rawValue) << 24 | entry.value
      guard value < 0x80 else { continue }
      ascii[Int(value)] =
        switch entry.kind {
        case .space: 0x20
        case .nothing: 0
        default: UInt8(entry.kind == .replaced ? entry.value : value)
        }
    }
    let kept = UnsafeMutablePointer<[UInt32]>.allocate(capacity: sequences.count)
    kept.initialize(from: sequences, count: sequences.count)
    self.entries = UnsafePointer(entries)
    self.ascii = UnsafePointer(ascii)
    self.sequences = UnsafePointer(kept)
  }

  private static func entry(of scalar: Unicode.Scalar, _ sequences: inout [[UInt32]]) -> Entry {
    let value = scalar.value
    if let entry = leftOut(scalar) { return entry }
    // The commonest of those that form KC replaces: Chinese and Thai are full of them.
    let compatible: [Unicode.Scalar] =
      switch value {
      case 0xFF01...0xFF5E: [Unicode.Scalar(UInt8(value - 0xFEE0))]
      case 0x2026: [".", ".", "."]
      case 0xE33: ["\u{E4D}", "\u{E32}"]
      case 0xEB3: ["\u{ECD}", "\u{EB2}"]
      default: [scalar]
      }
    if compatible == [scalar] {
      if let combiningClass = UnicodeForm.plainMarkClass(scalar) {
        return Entry(kind: .mark, value: UInt32(combiningClass))
      }
      if isVowelSign(value) { return Entry(kind: .vowelSign, value: 0) }
      guard value < 0x80 || UnicodeForm.isStable(scalar) else { return Entry(kind: .uncertain, value: 0) }
    }
    var folded: [UInt32] = []
    for part in compatible { Folding.fold(part) { folded.append($0) } }
    if value == 0x130 { return Entry(kind: .dottedI, value: 0) }
    if folded == [value] { return Entry(kind: .same, value: composesWithVowelSigns(value) ? 1 : 0) }
    if folded.count == 1 { return Entry(kind: .replaced, value: folded[0]) }
    sequences.append(folded)
    return Entry(kind: .several, value: UInt32(sequences.count - 1))
  }

  /// The entries of white space and of what is not seen; nil for all others.
  private static func leftOut(_ scalar: Unicode.Scalar) -> Entry? {
    switch ScalarClass.of(scalar) {
    case .space: return Entry(kind: .space, value: 0)
    case .invisible where !Folding.isShown(scalar): return Entry(kind: .nothing, value: 0)
    default: return Folding.isOrnament(scalar) ? Entry(kind: .nothing, value: 0) : nil
    }
  }

  private static func supplementary(_ value: UInt32) -> Entry {
    switch value {
    // Emoji and rare Chinese characters: nothing is done to them.
    case 0x1F300...0x1F64F, 0x1F680...0x1F6C5, 0x1F900...0x1F9FF, 0x20000...0x2A6DF, 0x2A700...0x2CEA1:
      return Entry(kind: .same, value: 0)
    default:
      return Unicode.Scalar(value).flatMap(leftOut) ?? Entry(kind: .uncertain, value: 0)
    }
  }

  /// The signs of class 0 that Bengali, Oriya, Tamil, Kannada, Malayalam, Sinhala and Burmese write all the time.
  private static func isVowelSign(_ value: UInt32) -> Bool {
    switch value {
    case 0x9BE, 0x9D7, 0xB3E, 0xB57, 0xBBE, 0xBD7, 0xCC2, 0xCD5, 0xCD6, 0xD3E, 0xD57, 0xDCF, 0xDDF, 0x102E: true
    default: false
    }
  }

  /// Whether some vowel sign composes with the scalar.
  private static func composesWithVowelSigns(_ value: UInt32) -> Bool {
    switch value {
    case 0x9C7, 0xB47, 0xB92, 0xBC6, 0xBC7, 0xCBF, 0xCC6, 0xCCA, 0xD46, 0xD47, 0xDD9, 0xDDC, 0x1025: true
    default: false
    }
  }
}

/// The folding of single scalars in form KC: case, quotes, dashes.
enum Folding {
  /// Appends what becomes of a scalar that is no white space, with `append`.
  static func fold(_ scalar: Unicode.Scalar, append: (UInt32) -> Void) {
    let value = scalar.value
    switch value {
    case 0x41...0x5A: append(value + 0x20)
    case ..<0x80: append(value)
    case 0x130: append(0x69)
    case 0xDF, 0x1E9E:
      append(0x73)
      append(0x73)
    case 0x3C2: append(0x3C3)  // final sigma
    case 0x2018...0x201B, 0x2032, 0x2035, 0x2039, 0x203A, 0x2BB, 0x2BC, 0x2BD: append(0x27)
    case 0x201C...0x201F, 0xAB, 0xBB, 0x301D...0x301F: append(0x22)
    case 0x2010...0x2015, 0x2212, 0x2043, 0x2E3A, 0x2E3B: append(0x2D)
    default:
      guard scalar.properties.changesWhenLowercased else { return append(value) }
      for lower in scalar.properties.lowercaseMapping.unicodeScalars { append(lower.value) }
    }
  }

  /// The few format characters that are seen: Arabic number signs and their kin.
  static func isShown(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x600...0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD: true
    default: false
    }
  }

  /// Scalars that change how others look and nothing else: variation selectors, the grapheme joiner, the Arabic tatweel.
  static func isOrnament(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x34F, 0x640, 0x180B...0x180F, 0xFE00...0xFE0F, 0xE0100...0xE01EF: true
    default: false
    }
  }
}
