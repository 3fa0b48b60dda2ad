import TextKit

/// What cleaning and counting want to know of a scalar, in one byte: bits of this set.
struct ScalarTraits: OptionSet {
  let rawValue: UInt8

  /// White space, digits, and what is invisible or no character: a space takes its place in a sample.
  static let blank = ScalarTraits(rawValue: 1)
  /// Letters, digits and marks: what names and tags are made of.
  static let wordPart = ScalarTraits(rawValue: 2)
  /// No part of a URL.
  static let endsURL = ScalarTraits(rawValue: 4)
  /// A letter of any kind.
  static let letter = ScalarTraits(rawValue: 8)
  /// May stand in the part of an e-mail address before the @.
  static let addressPart = ScalarTraits(rawValue: 16)
  /// May be the first letter of a URL.
  static let urlStart = ScalarTraits(rawValue: 32)
  /// "@" or "#", or their full-width forms.
  static let nameMark = ScalarTraits(rawValue: 64)

  /// Works them out.
  init(of scalar: Unicode.Scalar) {
    let kind = ScalarClass.of(scalar)
    let value = scalar.value
    var traits: ScalarTraits = []
    switch kind {
    case .space, .digit: traits.insert(.blank)
    // Joiners shape the letters of Persian and the scripts of India; the other invisible characters tell nothing.
    case .invisible: if value != 0x200C && value != 0x200D { traits.insert(.blank) }
    case .other: if Self.isNoncharacter(value) || value == 0xFFFD { traits.insert(.blank) }
    default: break
    }
    if kind.isWordPart { traits.insert(.wordPart) }
    if kind.isLetter { traits.insert(.letter) }
    switch value {
    case 0x22, 0x3C, 0x3E, 0...0x20, 0x7F: traits.insert(.endsURL)
    case ..<0x80: break
    // Letters of other scripts may stand in a URL, but Chinese and Japanese text goes on behind one without a space.
    default: if kind == .space || kind == .other || value >= 0x2E80 { traits.insert(.endsURL) }
    }
    switch value {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x25, 0x2B, 0x2D, 0x2E, 0x5F: traits.insert(.addressPart)
    default: break
    }
    if [0x48, 0x57, 0x68, 0x77].contains(value) { traits.insert(.urlStart) }  // H, W, h, w
    if [0x23, 0x40, 0xFF03, 0xFF20].contains(value) { traits.insert(.nameMark) }
    self = traits
  }

  init(rawValue: UInt8) { self.rawValue = rawValue }

  private static func isNoncharacter(_ value: UInt32) -> Bool {
    (value >= 0xFDD0 && value <= 0xFDEF) || value & 0xFFFE == 0xFFFE
  }
}

/// The traits and scripts of the basic plane in tables: looked up for each scalar of each document, they must cost
/// next to nothing. Made on first use, never freed.
struct ScalarTables: @unchecked Sendable {
  // Unchecked: the tables are written once, before anyone sees them, and only read afterwards.
  static let shared = ScalarTables()

  private let traits: UnsafeMutablePointer<UInt8>
  private let scripts: UnsafeMutablePointer<UInt8>
  private let roles: UnsafeMutablePointer<UInt8>
  private static let count = 0x10000

  /// What stands for the script of a letter that has none, and of what is no letter.
  static let (noScript, noLetter) = (UInt8.max, UInt8.max - 1)

  private init() {
    traits = .allocate(capacity: Self.count)
    scripts = .allocate(capacity: Self.count)
    roles = .allocate(capacity: Self.count)
    for value in 0..<Self.count {
      let scalar = Unicode.Scalar(UInt32(value)) ?? "\u{FFFD}"
      let known = ScalarTraits(of: scalar)
      (traits + value).initialize(to: known.rawValue)
      (scripts + value).initialize(to: Self.scriptNumber(of: scalar, known))
      (roles + value).initialize(to: Paragraph.Role(of: scalar, known).rawValue)
    }
  }

  private static func scriptNumber(of scalar: Unicode.Scalar, _ traits: ScalarTraits) -> UInt8 {
    guard traits.contains(.letter) else { return noLetter }
    return Script.of(scalar)?.rawValue ?? noScript
  }

  /// The traits of a scalar.
  func traits(of scalar: Unicode.Scalar) -> ScalarTraits {
    let value = Int(scalar.value)
    return value < Self.count ? ScalarTraits(rawValue: traits[value]) : ScalarTraits(of: scalar)
  }

  /// The traits of an ASCII character.
  func traits(ofASCII byte: UInt8) -> ScalarTraits { ScalarTraits(rawValue: traits[Int(byte)]) }

  /// What a scalar is in a paragraph.
  func role(of scalar: Unicode.Scalar) -> Paragraph.Role {
    let value = Int(scalar.value)
    return value < Self.count
      ? Paragraph.Role(rawValue: roles[value]) : Paragraph.Role(of: scalar, ScalarTraits(of: scalar))
  }

  /// The number of a letter's script, as ``Script/of(_:)`` knows it, ``noScript`` or ``noLetter``.
  func scriptNumber(of scalar: Unicode.Scalar) -> UInt8 {
    let value = Int(scalar.value)
    return value < Self.count ? scripts[value] : Self.scriptNumber(of: scalar, ScalarTraits(of: scalar))
  }

  /// The script of a letter, as ``Script/of(_:)`` knows it; nil for what is no letter.
  func script(of scalar: Unicode.Scalar) -> Script? { Script(rawValue: scriptNumber(of: scalar)) }
}
