/// Brings texts to a form in which copies of one article are equal byte for byte.
///
/// The form is KC, not C: copies that came through a PDF, an old code page or a mobile page differ in just what KC
/// folds (ligatures, full-width letters, Arabic presentation forms, no-break spaces), and no two articles differ in
/// that alone. The result is a key, never shown to anyone.
public enum ContentNormalizer {
  /// The canonical form of a text: without invisible characters, in form KC, case-folded, with one form of quotes and
  /// dashes, every run of white space as one space, trimmed. Applying it again changes nothing.
  public static func canonical(_ text: String) -> String {
    var folder = ContentFolder(capacity: text.utf8.count)
    var word: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars {
      if scalar.value > 0x20 && scalar.value < 0x7F {
        word.append(scalar)
        continue
      }
      switch scalar.value == 0x20 ? .space : ScalarClass.of(scalar) {
      case .space:
        folder.take(word)
        folder.takeSpace()
        word.removeAll(keepingCapacity: true)
      case .invisible where !isShown(scalar): continue
      default: if !isOrnament(scalar) { appendCompatible(scalar, to: &word) }
      }
    }
    folder.take(word)
    return folder.result()
  }

  /// Appends a scalar, the commonest of those that form KC replaces as what it makes of them: Chinese and Thai are full
  /// of them, and their lines, which have no spaces, would go through Foundation whole.
  private static func appendCompatible(_ scalar: Unicode.Scalar, to word: inout [Unicode.Scalar]) {
    switch scalar.value {
    case 0xFF01...0xFF5E: if let narrow = Unicode.Scalar(scalar.value - 0xFEE0) { word.append(narrow) }
    case 0x2026: word.append(contentsOf: [".", ".", "."])
    case 0xE33: word.append(contentsOf: ["\u{E4D}", "\u{E32}"])
    case 0xEB3: word.append(contentsOf: ["\u{ECD}", "\u{EB2}"])
    default: word.append(scalar)
    }
  }

  /// The few format characters that are seen: Arabic number signs and their kin.
  private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x600...0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD: return true
    default: return false
    }
  }

  /// Scalars that change how others look and nothing else: variation selectors, the grapheme joiner, the Arabic tatweel.
  private static func isOrnament(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x34F, 0x640, 0x180B...0x180F, 0xFE00...0xFE0F, 0xE0100...0xE01EF: return true
    default: return false
    }
  }
}

/// Folds words into the bytes of a canonical text.
private struct ContentFolder {
  private var bytes: [UInt8] = []
  private var needsSpace = false
  private var lastWasPlainI = false

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  mutating func takeSpace() { needsSpace = !bytes.isEmpty }

  mutating func take(_ word: [Unicode.Scalar]) {
    if UnicodeForm.isNormal(word) {
      for scalar in word { take(scalar) }
    } else {
      for scalar in UnicodeForm.nfkc(String(scalars: word)).unicodeScalars { take(scalar) }
    }
  }

  func result() -> String { String(decoding: bytes, as: UTF8.self) }

  private mutating func take(_ scalar: Unicode.Scalar) {
    let value = scalar.value
    if value < 0x80 {
      guard value != 0x20 else { return takeSpace() }
      append(value >= 0x41 && value <= 0x5A ? value + 0x20 : value)
      lastWasPlainI = value == 0x49 || value == 0x69
      return
    }
    defer { lastWasPlainI = false }
    switch value {
    case 0x307 where lastWasPlainI: return  // İ in lower case is i with a dot above
    case 0x130: append(0x69)
    case 0xDF, 0x1E9E:
      append(0x73)
      append(0x73)
    case 0x3C2: append(0x3C3)  // final sigma
    case 0x2018...0x201B, 0x2032, 0x2035, 0x2039, 0x203A, 0x2BB, 0x2BC, 0x2BD: append(0x27)
    case 0x201C...0x201F, 0xAB, 0xBB, 0x301D...0x301F: append(0x22)
    case 0x2010...0x2015, 0x2212, 0x2043, 0x2E3A, 0x2E3B: append(0x2D)
    default:
      if ScalarClass.of(scalar) == .space { return takeSpace() }
      CaseFolding.lowercase(scalar) { append($0) }
    }
  }

  private mutating func append(_ value: UInt32) {
    if needsSpace {
      bytes.append(0x20)
      needsSpace = false
    }
    bytes.appendUTF8(value)
  }
}

/// Lower case by scalar, with the alphabets that matter most in a table.
private enum CaseFolding {
  private static let table: [Unicode.Scalar] = (0..<0x590).map { value in
    guard let scalar = Unicode.Scalar(UInt32(value)) else { return "\u{FFFD}" }
    let lower = scalar.properties.lowercaseMapping.unicodeScalars
    return lower.count == 1 ? lower.first ?? scalar : scalar
  }

  /// Appends the lower case of a scalar with `append`.
  static func lowercase(_ scalar: Unicode.Scalar, append: (UInt32) -> Void) {
    let value = scalar.value
    if value < table.count { return append(table[Int(value)].value) }
    // Between Armenian and Georgian, and in East Asia, there is no case.
    let hasCase = value >= 0x10A0 && !(value >= 0x2E80 && value < 0xA640) && !(value >= 0xAC00 && value < 0xFB00)
    guard hasCase, scalar.properties.changesWhenLowercased else { return append(value) }
    for lower in scalar.properties.lowercaseMapping.unicodeScalars { append(lower.value) }
  }
}
