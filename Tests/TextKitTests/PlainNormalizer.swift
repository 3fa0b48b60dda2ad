import Foundation

@testable import TextKit

/// The canonical form, scalar by scalar and word by word: slow, and plain enough to be believed. Tests compare what
/// ``ContentNormalizer`` makes of a text with this.
enum PlainNormalizer {
  static func canonical(_ text: String) -> String {
    var folder = PlainFolder()
    var word = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch ScalarClass.of(scalar) {
      case .space:
        folder.take(word)
        folder.takeSpace()
        word.removeAll()
      case .invisible where !isShown(scalar): continue
      default: if !isOrnament(scalar) { word.append(scalar) }
      }
    }
    folder.take(word)
    return folder.result
  }

  private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
    [0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD]
      .contains(scalar.value)
  }

  private static func isOrnament(_ scalar: Unicode.Scalar) -> Bool {
    [0x34F...0x34F, 0x640...0x640, 0x180B...0x180F, 0xFE00...0xFE0F, 0xE0100...0xE01EF]
      .contains { $0.contains(scalar.value) }
  }
}

private struct PlainFolder {
  private(set) var result = ""
  private var needsSpace = false
  private var lastWasPlainI = false

  mutating func takeSpace() { needsSpace = !result.isEmpty }

  mutating func take(_ word: String.UnicodeScalarView) {
    for scalar in String(word).precomposedStringWithCompatibilityMapping.unicodeScalars { take(scalar) }
  }

  private mutating func take(_ scalar: Unicode.Scalar) {
    if scalar == " " { return takeSpace() }
    defer { lastWasPlainI = scalar == "I" || scalar == "i" }
    switch scalar {
    case "\u{307}" where lastWasPlainI: return
    case "\u{130}": append("i")
    case "ß", "\u{1E9E}": append("ss")
    case "\u{3C2}": append("\u{3C3}")
    case _
    where "\u{2018}\u{2019}\u{201A}\u{201B}\u{2032}\u{2035}‹›\u{2BB}\u{2BC}\u{2BD}".unicodeScalars.contains(scalar):
      append("'")
    case _ where "\u{201C}\u{201D}\u{201E}\u{201F}«»\u{301D}\u{301E}\u{301F}".unicodeScalars.contains(scalar):
      append("\"")
    case "\u{2010}"..."\u{2015}", "\u{2212}", "\u{2043}", "\u{2E3A}", "\u{2E3B}": append("-")
    default: append(scalar.properties.lowercaseMapping)
    }
  }

  private mutating func append(_ text: String) {
    if needsSpace { result.unicodeScalars.append(" ") }
    needsSpace = false
    result.unicodeScalars.append(contentsOf: text.unicodeScalars)
  }
}
