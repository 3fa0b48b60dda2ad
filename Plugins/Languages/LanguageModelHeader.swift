import StageKit

extension LanguageModelFile {
  /// The first 64 bytes: sizes, and with them where everything lies.
  struct Header {
    static let size = 64
    static let checksumOffset = 40
    static let pairs = 65536
    private static let signature = Array("TKLANGID".utf8)

    let classes: Int
    let blocks: Int
    let features: Int
    let slots: Int
    let rows: Int
    let units: Int
    let checksum: UInt64
    let mixtureColumn: Int
    /// Places in the table of words.
    let words: Int
    /// Class list, priors, floors, typical, groups, words, pairs, slots, weights; without padding.
    let sections: [Range<Int>]

    init(_ bytes: UnsafeRawBufferPointer, path: String) throws(StageError) {
      guard bytes.count >= Self.size else {
        throw malformed(path, "it ends at byte \(bytes.count), within its header")
      }
      guard bytes.prefix(8).elementsEqual(Self.signature) else {
        throw malformed(path, "it doesn't begin with TKLANGID")
      }
      func number(_ index: Int) -> Int {
        Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 + 4 * index, as: UInt32.self)))
      }
      guard number(0) == 2 else { throw malformed(path, "its version is \(number(0)), not 2") }
      func size(_ index: Int, _ name: String, _ range: ClosedRange<Int>) throws(StageError) -> Int {
        guard range.contains(number(index)) else {
          throw malformed(path, "\(name) is \(number(index)), not in \(range.lowerBound)...\(range.upperBound)")
        }
        return number(index)
      }
      classes = try size(1, "the number of classes", 1...256)
      blocks = try size(2, "the number of blocks", 1...16)
      features = try size(3, "the number of features", 1...(1 << 20))
      slots = try size(4, "the number of slots", 256...(1 << 20))
      rows = try size(5, "the number of rows", 1...(1 << 20))
      let listed = try size(6, "the size of the class list", 1...(1 << 16))
      units = try size(7, "the unit of weights", 1...(1 << 16))
      checksum = UInt64(
        littleEndian: bytes.loadUnaligned(fromByteOffset: Self.checksumOffset, as: UInt64.self))
      // Behind the checksum.
      mixtureColumn = try size(10, "the column of the mixture", 0...lanes * blocks - 1)
      let grouped = try size(11, "the size of the list of groups", 0...(1 << 16))
      words = try size(12, "the number of words", 1...(1 << 20))
      guard words.nonzeroBitCount == 1 else { throw malformed(path, "the number of words is no power of two") }

      var sections: [Range<Int>] = []
      var end = Self.size
      let table = 4 * lanes * blocks
      for size in [listed, table, table, table, grouped, 16 * words, 8 * Self.pairs, 8 * slots, lanes * rows] {
        sections.append(end..<end + size)
        end = (end + size + 63) / 64 * 64
      }
      guard bytes.count == end else { throw malformed(path, "it has \(bytes.count) bytes, not \(end)") }
      self.sections = sections
    }
  }
}
