import TextKit

/// A paragraph of a text, without white space at its ends: where it lies, and how much there is to judge it by.
struct Paragraph {
  /// Offsets of its bytes in the UTF-8 of the text.
  let bytes: Range<Int>
  /// Offsets of its Unicode scalars in the text.
  let scalars: Range<Int>
  /// How many letters it has; one of Han, kana or Hangul, which says as much as several of an alphabet, counts thrice.
  let letters: Int

  /// The paragraphs of a text that have at least so many letters, in order.
  static func all(of text: UnsafeBufferPointer<UInt8>, fewestLetters: Int) -> [Paragraph] {
    let tables = ScalarTables.shared
    var found: [Paragraph] = []
    var (byte, scalar, letters) = (0, 0, 0)
    // Where the paragraph begins and ends without white space.
    var (startByte, startScalar) = (0, 0)
    var (endByte, endScalar) = (0, 0)
    func close() {
      guard letters >= fewestLetters, letters > 0 else { return }
      found.append(Paragraph(bytes: startByte..<endByte, scalars: startScalar..<endScalar, letters: letters))
    }
    while byte < text.count {
      let (value, length) = text.scalar(at: byte)
      if value.endsParagraph {
        close()
        (startByte, startScalar, letters) = (byte + length, scalar + 1, 0)
        (endByte, endScalar) = (startByte, startScalar)
      } else if isSpace(value) {
        if endByte == startByte {
          (startByte, startScalar) = (byte + length, scalar + 1)
          (endByte, endScalar) = (startByte, startScalar)
        }
      } else {
        if tables.traits(of: value).contains(.letter) { letters += weight(of: value, tables) }
        (endByte, endScalar) = (byte + length, scalar + 1)
      }
      byte += length
      scalar += 1
    }
    close()
    return found
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x20, 0xA0, 0x2000...0x200A, 0x3000: true
    default: false
    }
  }

  /// How many letters a text has, by the same count.
  static func letters(of text: String) -> Int {
    let tables = ScalarTables.shared
    return text.unicodeScalars.reduce(0) {
      tables.traits(of: $1).contains(.letter) ? $0 + weight(of: $1, tables) : $0
    }
  }

  /// What a letter counts.
  static func weight(of letter: Unicode.Scalar, _ tables: ScalarTables) -> Int {
    letter.value >= 0x1100 && (tables.script(of: letter)?.weight ?? 0) >= 2 ? 3 : 1
  }
}
