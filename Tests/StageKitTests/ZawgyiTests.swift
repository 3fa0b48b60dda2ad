import Testing

@testable import StageKit

@Suite struct ZawgyiTests {
  private func text(_ values: [UInt32]) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: values.compactMap(Unicode.Scalar.init))
    return String(view)
  }

  /// Words as they are typed in Zawgyi and in Unicode. Each is put behind a word that can only be Zawgyi.
  @Test(
    arguments: [
      // Myanmar, England, paper, person
      ([0x103B, 0x1019, 0x1014, 0x1039, 0x1019, 0x102C], [0x1019, 0x103C, 0x1014, 0x103A, 0x1019, 0x102C]),
      (
        [0x1021, 0x1002, 0x1064, 0x101C, 0x1014, 0x1039],
        [0x1021, 0x1004, 0x103A, 0x1039, 0x1002, 0x101C, 0x1014, 0x103A]
      ),
      ([0x1005, 0x1060, 0x1030], [0x1005, 0x1039, 0x1000, 0x1030]),
      (
        [0x1015, 0x102F, 0x1002, 0x1062, 0x102D, 0x1033, 0x101C, 0x1039],
        [0x1015, 0x102F, 0x1002, 0x1039, 0x1002, 0x102D, 0x102F, 0x101C, 0x103A]
      ),
      // because, and, meet, is there, I
      (
        [0x1031, 0x107E, 0x1000, 0x102C, 0x1004, 0x1039, 0x1094],
        [0x1000, 0x103C, 0x1031, 0x102C, 0x1004, 0x1037, 0x103A]
      ),
      ([0x108F, 0x103D, 0x1004, 0x1039, 0x1037], [0x1014, 0x103E, 0x1004, 0x1037, 0x103A]),
      ([0x1031, 0x1010, 0x103C, 0x1095], [0x1010, 0x103D, 0x1031, 0x1037]),
      ([0x101B, 0x103D, 0x102D], [0x101B, 0x103E, 0x102D]),
      ([0x1000, 0x103A, 0x103C, 0x108F, 0x1039], [0x1000, 0x103B, 0x103D, 0x1014, 0x103A]),
      // A zero typed for wa, and one that is a zero.
      ([0x1031, 0x1040, 0x1038], [0x101D, 0x1031, 0x1038]), ([0x1041, 0x1040, 0x1040], [0x1041, 0x1040, 0x1040]),
    ] as [([UInt32], [UInt32])])
  func words(_ zawgyi: [UInt32], _ unicode: [UInt32]) {
    let (mark, marked) = (text([0x1010, 0x102C, 0x1039, 0x20]), text([0x1010, 0x102C, 0x103A, 0x20]))
    #expect(Zawgyi.converted(mark + text(zawgyi)) == marked + text(unicode))
    // What is Unicode stays, whatever is done.
    #expect(Zawgyi.converted(text(unicode)) == text(unicode))
  }

  @Test(arguments: [
    "", "The ferry.", "ქართული", "ភាសាខ្មែរ", "ሰላም", "Tiếng Việt", "မုန်တိုင်းကြောင့် သင်္ဘော မထွက်ပါ။",
    "လိၵ်ႈတႆး", "ဘာသာမန်",
  ])
  func otherTextsStay(_ text: String) { #expect(Zawgyi.converted(text) == text) }

  @Test func anyOrderOfCodePointsIsConverted() {
    // Nothing crashes, and what is outside of the block is kept in its order.
    var random = SplitMix64(state: 7)
    for _ in 0..<2000 {
      let values = (0..<random.next(below: 24)).map { _ -> UInt32 in
        random.next(below: 6) == 0 ? UInt32(0x61 + random.next(below: 26)) : UInt32(0x1000 + random.next(below: 0xA0))
      }
      let converted = Zawgyi.converted(text(values))
      #expect(converted.unicodeScalars.filter(\.isASCII).map(\.value) == values.filter { $0 < 0x80 })
    }
  }
}
