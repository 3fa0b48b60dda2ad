import Foundation

/// Unicode normalisation that leaves alone what is normalised already.
///
/// Foundation normalises some 10 MB a second, which would cost more than all else that is done to a text. Nearly all
/// words of nearly all texts are in form already and this is quickly seen; only the others go through Foundation.
public enum UnicodeForm {
  /// The text in form C (canonical composition).
  public static func nfc(_ text: String) -> String {
    let isNormal = text.utf8.withContiguousStorageIfAvailable { isSurelyNFC($0) } ?? false
    return isNormal ? text : normalise(text) { $0.precomposedStringWithCanonicalMapping }
  }

  /// The text in form KC (compatibility composition): full-width letters, ligatures and the like become ordinary ones.
  public static func nfkc(_ text: String) -> String { normalise(text) { $0.precomposedStringWithCompatibilityMapping } }

  /// Normalises by word: nothing composes with the ASCII space or a line feed before it, nor they with anything.
  private static func normalise(_ text: String, by form: (String) -> String) -> String {
    var check = Check()
    guard !text.unicodeScalars.allSatisfy({ check.accepts($0) }) else { return text }
    var result = String()
    result.reserveCapacity(text.utf8.count)
    var word: [Unicode.Scalar] = []
    func flush() {
      result += isNormal(word) ? String(scalars: word) : form(String(scalars: word))
      word.removeAll(keepingCapacity: true)
    }
    for scalar in text.unicodeScalars {
      if scalar.value == 0x20 || scalar.value == 0x0A {
        flush()
        result.unicodeScalars.append(scalar)
      } else {
        word.append(scalar)
      }
    }
    flush()
    return result
  }

  /// Whether scalars are surely in form C and KC. May say no of some that are.
  private static func isNormal(_ scalars: [Unicode.Scalar]) -> Bool {
    var check = Check()
    for scalar in scalars where !check.accepts(scalar) { return false }
    return true
  }

  /// Whether valid UTF-8 is surely in form C. May say no of some that is.
  static func isSurelyNFC(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var check = Check()
    var index = 0
    while index < bytes.count {
      if bytes[index] < 0x80 {
        check.pass()
        index += 1
        continue
      }
      let (scalar, length) = bytes.scalar(at: index)
      if isCompatible(scalar) { check.pass() } else if !check.accepts(scalar) { return false }
      index += length
    }
    return true
  }

  /// Whether form KC replaces a scalar that form C leaves alone: the commonest of them, without which no-break spaces
  /// and ellipses would send every French text through Foundation.
  static func isCompatible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xA0, 0xA8, 0xAA, 0xAF, 0xB2...0xB5, 0xB8...0xBA, 0xBC...0xBE: return true
    case 0xE33, 0xEB3, 0x2002...0x200A, 0x2011, 0x2017, 0x2024...0x2026, 0x202F, 0x3000, 0xFF01...0xFF5E: return true
    default: return false
    }
  }

  /// Takes scalars one after the other, for as long as they are surely in form.
  private struct Check {
    private var lastClass: UInt8 = 0

    /// Takes a scalar that is known to be in form.
    mutating func pass() { lastClass = 0 }

    mutating func accepts(_ scalar: Unicode.Scalar) -> Bool {
      if scalar.value < 0x80 || isStable(scalar) {
        lastClass = 0
        return true
      }
      // Marks that never compose are in form as long as they stand in canonical order.
      guard let combiningClass = UnicodeForm.plainMarkClass(scalar) else { return false }
      defer { lastClass = combiningClass }
      return combiningClass >= lastClass
    }
  }

  /// Whether a scalar of combining class 0 is its own form KC and composes with nothing before it.
  static func isStable(_ scalar: Unicode.Scalar) -> Bool {
    let value = Int(scalar.value)
    return value < 0x10000 && stable[value >> 3] & (1 << UInt8(value & 7)) != 0
  }

  /// The combining class of a mark that never composes with anything; nil for all other scalars.
  static func plainMarkClass(_ scalar: Unicode.Scalar) -> UInt8? {
    isPlainMark(scalar) ? scalar.properties.canonicalCombiningClass.rawValue : nil
  }

  private static func isPlainMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x591...0x5BD, 0x5BF, 0x5C1, 0x5C2, 0x5C4, 0x5C5, 0x5C7: return true  // Hebrew
    case 0x610...0x61A, 0x64B...0x652, 0x656...0x65F, 0x670: return true  // Arabic
    case 0x94D, 0x9BC, 0x9CD, 0xA3C, 0xA4D, 0xABC, 0xACD, 0xB3C, 0xB4D, 0xBCD, 0xC4D, 0xCBC, 0xCCD, 0xD4D: return true
    case 0xE38...0xE3A, 0xE48...0xE4B, 0xEB8...0xEBA, 0xEC8...0xECB: return true  // Thai, Lao
    case 0x1037, 0x1039, 0x103A, 0x17D2: return true  // Myanmar, Khmer
    default: return false
    }
  }

  /// A bit for each scalar of the basic plane.
  private static let stable: [UInt8] = {
    var bits = [UInt8](repeating: 0, count: 0x2000)
    for range in stableRanges {
      for value in range { bits[value >> 3] |= 1 << UInt8(value & 7) }
    }
    return bits
  }()

  /// Ranges of the scripts that news is written in; a test compares each scalar with Foundation.
  private static let stableRanges: [ClosedRange<Int>] = [
    // Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic
    0x00...0x9F, 0xA1...0xA7, 0xA9...0xA9, 0xAB...0xAE, 0xB0...0xB1, 0xB6...0xB7, 0xBB...0xBB, 0xBF...0x131,
    0x134...0x13E, 0x141...0x148, 0x14A...0x17E, 0x180...0x1C3, 0x1CD...0x1F0, 0x1F4...0x2AF, 0x386...0x386,
    0x388...0x38A, 0x38C...0x38C, 0x38E...0x3A1, 0x3A3...0x3CF, 0x400...0x482, 0x48A...0x52F, 0x531...0x556,
    0x559...0x586, 0x589...0x58A, 0x5BE...0x5BE, 0x5D0...0x5EA, 0x5F0...0x5F4, 0x600...0x60F, 0x61B...0x64A,
    0x660...0x66F, 0x671...0x674, 0x679...0x6D5, 0x6E5...0x6E6, 0x6EE...0x6FF,
    // The scripts of India and Sri Lanka
    0x904...0x93B, 0x93D...0x94C, 0x960...0x97F, 0x980...0x983, 0x985...0x98C, 0x993...0x9A8, 0x9AA...0x9B0,
    0x9B6...0x9B9, 0x9BF...0x9C4, 0x9C7...0x9C8, 0x9CB...0x9CC, 0x9CE...0x9CE, 0x9E6...0x9F1, 0xA01...0xA03,
    0xA05...0xA0A, 0xA13...0xA28, 0xA2A...0xA30, 0xA3E...0xA42, 0xA47...0xA48, 0xA4B...0xA4C, 0xA66...0xA75,
    0xA81...0xA83, 0xA85...0xA8D, 0xA8F...0xA91, 0xA93...0xAA8, 0xAAA...0xAB0, 0xAB2...0xAB3, 0xAB5...0xAB9,
    0xABD...0xAC5, 0xAC7...0xAC9, 0xACB...0xACC, 0xAE6...0xAEF, 0xB05...0xB0C, 0xB13...0xB28, 0xB2A...0xB30,
    0xB35...0xB39, 0xB3F...0xB44, 0xB66...0xB6F, 0xB85...0xB8A, 0xB8E...0xB90, 0xB92...0xB93, 0xB95...0xB95,
    0xB99...0xB9A, 0xB9E...0xB9F, 0xBA3...0xBA4, 0xBA8...0xBAA, 0xBAE...0xBB9, 0xBBF...0xBC2, 0xBC6...0xBC8,
    0xBCA...0xBCC, 0xC01...0xC03, 0xC05...0xC0C, 0xC0E...0xC10, 0xC12...0xC28, 0xC2A...0xC39, 0xC3E...0xC44,
    0xC46...0xC48, 0xC4A...0xC4C, 0xC82...0xC83, 0xC85...0xC8C, 0xC8E...0xC90, 0xC92...0xCA8, 0xCAA...0xCB3,
    0xCB5...0xCB9, 0xCBE...0xCC1, 0xCC6...0xCC8, 0xCCA...0xCCC, 0xD02...0xD03, 0xD05...0xD0C, 0xD0E...0xD10,
    0xD12...0xD3A, 0xD3F...0xD44, 0xD46...0xD48, 0xD4A...0xD4C, 0xD7A...0xD7F, 0xD82...0xD83, 0xD85...0xD96,
    0xD9A...0xDB1, 0xDB3...0xDBB, 0xDC0...0xDC6, 0xDD0...0xDD4, 0xDD6...0xDD6, 0xDD8...0xDDE,
    // South-East Asia, the Caucasus, Ethiopia
    0xE01...0xE32, 0xE34...0xE37, 0xE3F...0xE47, 0xE4C...0xE5B, 0xE81...0xE82, 0xE94...0xEA3, 0xEA7...0xEB2,
    0xEB4...0xEB7, 0xEBB...0xEBD, 0xEC0...0xEC4, 0xEC6...0xEC6, 0xECC...0xECD, 0xED0...0xED9, 0x1000...0x102D,
    0x102F...0x1036, 0x1038...0x1038, 0x103B...0x108C, 0x10A0...0x10C5, 0x10D0...0x10FB, 0x1200...0x1248,
    0x124A...0x124D, 0x1250...0x1256, 0x1260...0x1288, 0x1290...0x12B0, 0x12C8...0x12D6, 0x12D8...0x1310,
    0x1318...0x135A, 0x1360...0x137C, 0x1780...0x17D1, 0x17D3...0x17DC, 0x17E0...0x17E9,
    // Latin and Vietnamese again, punctuation, East Asia
    0x1E00...0x1E99, 0x1E9C...0x1EFF, 0x200B...0x2010, 0x2012...0x2016, 0x2018...0x2023, 0x2027...0x202E,
    0x2030...0x2032, 0x2039...0x203B, 0x2060...0x2064, 0x20A9...0x20BF, 0x3001...0x3029, 0x3030...0x3035,
    0x3041...0x3096, 0x309D...0x309E, 0x30A0...0x30FE, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7A3,
  ]
}
