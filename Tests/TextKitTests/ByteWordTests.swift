import Testing

@testable import TextKit

@Suite struct ByteWordTests {
  /// A mask as one makes it byte by byte.
  private func mask(_ bytes: [UInt8], _ isMeant: (UInt8) -> Bool) -> UInt64 {
    bytes.enumerated().reduce(0) { isMeant($1.element) ? $0 | 0x80 << UInt64($1.offset * 8) : $0 }
  }

  @Test func eachByteIsAnsweredForByItself() {
    // All 256 values beside all kinds of neighbours.
    var generator = SystemRandomNumberGenerator()
    for value in UInt8.min...UInt8.max {
      for place in 0..<8 {
        var bytes = (0..<8).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        bytes[place] = value
        let word = bytes.withUnsafeBufferPointer { ByteWord($0, at: 0) }
        #expect(word.nonASCII == mask(bytes) { $0 >= 0x80 }, "\(bytes)")
        #expect(word.leadingASCII == bytes.prefix { $0 < 0x80 }.count, "\(bytes)")
        #expect(word.letters == mask(bytes) { (0x61...0x7A).contains($0 | 0x20) }, "\(bytes)")
        #expect(word.ascii(through: 0x1F) == mask(bytes) { $0 <= 0x1F }, "\(bytes)")
        for (low, high) in [(0x20, 0x20), (0x09, 0x0D), (0x28, 0x2B), (0x7B, 0x7F), (0x01, 0x7F)] as [(UInt8, UInt8)] {
          #expect(word.ascii(low, high) == mask(bytes) { (low...high).contains($0) }, "\(bytes)")
        }
        let all = ByteWord.high
        #expect(ByteWord.first(place, of: all) == mask([UInt8](repeating: 0, count: place)) { _ in true })
      }
    }
    #expect(ByteWord.first(8, of: ByteWord.high) == ByteWord.high)
  }

  @Test func bytesAreReadFromAnyPlace() {
    let bytes = Array("xy0123456789".utf8)
    let word = bytes.withUnsafeBufferPointer { ByteWord($0, at: 3) }
    #expect(word.bits & 0xFF == UInt64(UInt8(ascii: "1")))
    #expect(word.leadingASCII == 8)
  }
}
