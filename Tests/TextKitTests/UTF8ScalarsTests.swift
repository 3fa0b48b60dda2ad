import Testing

@testable import TextKit

@Suite struct UTF8ScalarsTests {
  @Test(arguments: ["", "a", "abcdefg", "abcdefgh", "äöü", "ニュース速報です", "🕊️ peace 🕊️", "ا\u{301}ب", "\u{0}\u{7F}\u{80}"])
  func scalarsAreCounted(text: String) {
    // Every length of prefix, so that what is left behind whole words has every length too.
    for repeated in 1...9 {
      var long = String(repeating: text, count: repeated) + "é"
      let wanted = long.unicodeScalars.count
      #expect(long.withUTF8 { $0.scalarCount } == wanted)
    }
  }

  @Test func bytesThatAreNoTextAreCountedWithoutReadingBeyondThem() {
    let bytes = [UInt8](repeating: 0xBF, count: 17)
    #expect(bytes.withUnsafeBufferPointer { $0.scalarCount } == 0)
    #expect([UInt8](repeating: 0xFF, count: 17).withUnsafeBufferPointer { $0.scalarCount } == 17)
  }
}
