/// A quick checksum that finds damage: FNV-1a over 64-bit words in four lanes, with a rotation.
enum WordChecksum {
  private static var prime: UInt64 { 0x100_0000_01B3 }
  private static var basis: UInt64 { 0xCBF2_9CE4_8422_2325 }

  /// The checksum of all whole groups of four words, the word at offset `blank` taken as 0.
  ///
  /// - Precondition: the bytes begin at a multiple of 8.
  static func of(_ bytes: UnsafeRawBufferPointer, blank: Int) -> UInt64 {
    let words = bytes.assumingMemoryBound(to: UInt64.self)
    guard let first = words.baseAddress else { return basis }
    var (a, b, c, d) = (basis, basis + 1, basis + 2, basis + 3)
    let end = words.count & ~3
    var group = 0
    while group < end {
      let word = first + group
      if group == blank / 8 & ~3 {
        func kept(_ lane: Int) -> UInt64 { group + lane == blank / 8 ? 0 : UInt64(littleEndian: word[lane]) }
        (a, b, c, d) = (mixed(a, kept(0)), mixed(b, kept(1)), mixed(c, kept(2)), mixed(d, kept(3)))
      } else {
        // Written out: functions and closures would cost too much where nothing is optimised.
        a ^= UInt64(littleEndian: word[0])
        b ^= UInt64(littleEndian: word[1])
        c ^= UInt64(littleEndian: word[2])
        d ^= UInt64(littleEndian: word[3])
        a = (a &<< 29 | a &>> 35) &* prime
        b = (b &<< 29 | b &>> 35) &* prime
        c = (c &<< 29 | c &>> 35) &* prime
        d = (d &<< 29 | d &>> 35) &* prime
      }
      group += 4
    }
    return [a, b, c, d].reduce(basis, mixed)
  }

  private static func mixed(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let state = state ^ word
    return (state &<< 29 | state &>> 35) &* prime
  }
}
