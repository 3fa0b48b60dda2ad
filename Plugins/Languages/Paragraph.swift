import TextKit

/// A paragraph of a text, without white space at its ends: where it lies, and how much there is to judge it by.
struct Paragraph {
  /// Offsets of its bytes in the UTF-8 of the text.
  let bytes: Range<Int>
  /// Offsets of its Unicode scalars in the text.
  let scalars: Range<Int>
  /// How many letters it has; one of Han, kana or Hangul, which says as much as several of an alphabet, counts thrice.
  let letters: Int

  /// What a scalar is in a paragraph.
  struct Role: Equatable {
    /// How many letters it counts.
    var letters: Int { Int(rawValue & 3) }
    let rawValue: UInt8

    static let space = Role(rawValue: 4)
    static let end = Role(rawValue: 8)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Works it out.
    init(of scalar: Unicode.Scalar, _ traits: ScalarTraits) {
      switch scalar.value {
      case 0x09, 0x20, 0xA0, 0x2000...0x200A, 0x3000: self = .space
      default:
        let letters = traits.contains(.letter) ? Script.of(scalar)?.letters ?? 1 : 0
        self = scalar.endsParagraph ? .end : Role(rawValue: UInt8(letters))
      }
    }
  }

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
      // Within a paragraph several letters and spaces of ASCII at once.
      if text[byte] < 0x80, endByte > startByte, text.count - byte >= ByteWord.count {
        let word = ByteWord(text, at: byte)
        let count = word.leadingASCII
        if ByteWord.first(count, of: word.ascii(through: 0x1F)) == 0 {
          letters += ByteWord.first(count, of: word.letters).nonzeroBitCount
          let others = ByteWord.first(count, of: ByteWord.high & ~word.ascii(0x20, 0x20))
          if others != 0 {
            let last = ByteWord.count - others.leadingZeroBitCount >> 3
            (endByte, endScalar) = (byte + last, scalar + last)
          }
          byte += count
          scalar += count
          continue
        }
      }
      let (value, length) = text.scalar(at: byte)
      let role = tables.role(of: value)
      if role == .end {
        close()
        (startByte, startScalar, letters) = (byte + length, scalar + 1, 0)
        (endByte, endScalar) = (startByte, startScalar)
      } else if role == .space {
        if endByte == startByte {
          (startByte, startScalar) = (byte + length, scalar + 1)
          (endByte, endScalar) = (startByte, startScalar)
        }
      } else {
        letters += role.letters
        (endByte, endScalar) = (byte + length, scalar + 1)
      }
      byte += length
      scalar += 1
    }
    close()
    return found
  }

  /// How many letters a text has, by the same count.
  static func letters(of text: String) -> Int {
    let tables = ScalarTables.shared
    return text.unicodeScalars.reduce(0) { $0 + tables.role(of: $1).letters }
  }
}
