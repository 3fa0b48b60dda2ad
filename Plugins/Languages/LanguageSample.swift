import TextKit

/// The part of a text that tells its language: letters, without what is the same in all languages.
enum LanguageSample {
  /// Longer texts are judged by their beginning, middle and end.
  static let longestBytes = 128 * 1024

  /// At most `longestBytes` of a text: half from its beginning, a quarter each from its middle and end.
  static func excerpt(_ text: String) -> String {
    let bytes = text.utf8.count
    guard bytes > longestBytes else { return text }
    func piece(from start: Int, count: Int) -> Substring {
      let scalars = text.unicodeScalars
      let from = text.utf8.index(text.startIndex, offsetBy: start)
      let to = text.utf8.index(from, offsetBy: count)
      return text[scalars.index(alignedDown: from)..<scalars.index(alignedDown: to)]
    }
    let quarter = longestBytes / 4
    let pieces = [
      piece(from: 0, count: 2 * quarter), piece(from: bytes / 2, count: quarter),
      piece(from: bytes - quarter, count: quarter),
    ]
    return pieces.joined(separator: "\n")
  }

  /// The text in form C without URLs, e-mail addresses, @names, #tags, numbers and control characters, and with single
  /// spaces. It is UTF-8 fit for interchange: without NUL, which ends CLD2's reading, and without noncharacters.
  static func cleaned(_ text: String) -> String {
    var cleaner = Cleaner(Array(UnicodeForm.nfc(text).unicodeScalars))
    return cleaner.run()
  }
}

extension LanguageSample {
  /// The words of a cleaned text that do not begin with a capital: what is left of it without names.
  static func withoutCapitalised(_ sample: String) -> String {
    let words = sample.split(separator: " ").filter { word in
      word.unicodeScalars.first { ScalarClass.of($0).isWordPart }.map { ScalarClass.of($0) != .upper } ?? false
    }
    return words.joined(separator: " ")
  }
}

extension String.UnicodeScalarView {
  /// The start of the scalar in which an index of a byte lies.
  fileprivate func index(alignedDown index: Index) -> Index { self[index...].startIndex }
}

/// One pass over the scalars of a text.
private struct Cleaner {
  private let scalars: [Unicode.Scalar]
  private var output: [Unicode.Scalar] = []
  /// Length of the output at the start of what could be the local part of an e-mail address; nil outside of one.
  private var localPart: Int?
  private var index = 0

  init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

  mutating func run() -> String {
    while index < scalars.count {
      let scalar = scalars[index]
      if let end = urlEnd() {
        index = end
        localPart = nil
        space()
      } else if scalar.value == 0x40 || scalar.value == 0xFF20 {
        // An address loses the part before the @ as well, a name has none.
        output.removeLast(output.count - (localPart ?? output.count))
        localPart = nil
        skipName(allowing: [0x2E, 0x2D, 0x5F])
        space()
      } else if scalar.value == 0x23 || scalar.value == 0xFF03 {
        localPart = nil
        skipName(allowing: [0x5F])
        space()
      } else {
        take(scalar)
        index += 1
      }
    }
    return String(scalars: output)
  }

  private mutating func take(_ scalar: Unicode.Scalar) {
    if isAddressPart(scalar) { localPart = localPart ?? output.count } else { localPart = nil }
    switch ScalarClass.of(scalar) {
    case .space, .digit: space()
    // Joiners shape the letters of Persian and the scripts of India; the other invisible characters tell nothing.
    case .invisible: if scalar.value == 0x200C || scalar.value == 0x200D { output.append(scalar) } else { space() }
    case .other where isNoncharacter(scalar) || scalar.value == 0xFFFD: space()
    default: output.append(scalar)
    }
  }

  private mutating func space() {
    if let last = output.last, last.value != 0x20 { output.append(" ") }
  }

  /// Skips the mark at `index` and the letters, digits and `extra` marks behind it.
  private mutating func skipName(allowing extra: [UInt32]) {
    index += 1
    while index < scalars.count, ScalarClass.of(scalars[index]).isWordPart || extra.contains(scalars[index].value) {
      index += 1
    }
  }

  /// The end of the URL that begins at `index`, nil when none does.
  private func urlEnd() -> Int? {
    let first = scalars[index].value | 0x20
    guard first == 0x68 || first == 0x77 else { return nil }  // h, w
    guard Self.prefixes.contains(where: { prefix in beginsWith(prefix) }) else { return nil }
    var end = index
    // Letters of other scripts may stand in a URL, but Chinese and Japanese text goes on behind one without a space.
    while end < scalars.count, !endsURL(scalars[end]) { end += 1 }
    return end
  }

  private static let prefixes = ["http://", "https://", "www."].map { Array($0.unicodeScalars) }

  private func beginsWith(_ prefix: [Unicode.Scalar]) -> Bool {
    guard index + prefix.count <= scalars.count else { return false }
    return prefix.indices.allSatisfy { offset in
      let scalar = scalars[index + offset]
      return scalar == prefix[offset] || (scalar.value >= 0x41 && scalar.value | 0x20 == prefix[offset].value)
    }
  }

  private func endsURL(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x22, 0x3C, 0x3E: return true
    case ..<0x80: return scalar.value <= 0x20 || scalar.value == 0x7F
    default:
      let kind = ScalarClass.of(scalar)
      return kind == .space || kind == .other || scalar.value >= 0x2E80
    }
  }

  private func isAddressPart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x25, 0x2B, 0x2D, 0x2E, 0x5F: return true
    default: return false
    }
  }

  private func isNoncharacter(_ scalar: Unicode.Scalar) -> Bool {
    (scalar.value >= 0xFDD0 && scalar.value <= 0xFDEF) || scalar.value & 0xFFFE == 0xFFFE
  }
}
