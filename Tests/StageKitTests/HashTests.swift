import Testing

@testable import StageKit

/// Files and caches hold what these give: it must not change.
@Suite struct HashTests {
  @Test func fnvIsThatOfItsAuthors() {
    #expect(FNV1a("".utf8).value == 0xCBF2_9CE4_8422_2325)
    #expect(FNV1a("a".utf8).value == 0xAF63_DC4C_8601_EC8C)
    #expect(FNV1a("foobar".utf8).value == 0x8594_4171_F739_67E8)
    var hash = FNV1a("foo".utf8)
    for byte in "bar".utf8 { hash.add(UInt64(byte)) }
    #expect(hash == FNV1a("foobar".utf8))
  }

  @Test func splitMixIsThatOfItsAuthors() {
    var random = SplitMix64(state: 0)
    #expect([random.next(), random.next()] == [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4])
    #expect((0..<1000).allSatisfy { _ in (0..<7).contains(random.next(below: 7)) })
  }
}
