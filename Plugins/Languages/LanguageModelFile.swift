import StageKit

/// The file of the language model, mapped and checked from the first byte to the last.
///
/// `scripts/convert-language-model.py` makes it and describes its layout. Nothing is unpacked: steps and weights are
/// read where they lie.
struct LanguageModelFile: Sendable {
  /// What the automaton does with one byte; see the layout.
  struct Step {
    let bits: UInt64

    /// The byte that it is for.
    var byte: UInt8 { UInt8(truncatingIfNeeded: bits) }
    /// Where the next step is looked for: at this place plus the next byte.
    var base: Int { Int(truncatingIfNeeded: bits >> 8) & Self.limit }
    /// Whether an n-gram ends here.
    var hasRow: Bool { row != Self.limit }
    /// The first row of the n-gram's weights: also its number.
    var row: Int { Int(truncatingIfNeeded: bits >> 28) & Self.limit }
    /// Bit i is set if there are weights for classes 16 i to 16 i + 15.
    var blocks: UInt16 { UInt16(truncatingIfNeeded: bits >> 48) }

    private static let limit = 1 << 20 - 1
  }

  /// Classes in a row of weights.
  static let lanes = 16
  /// As many weights can be added up in 16 bits.
  static let rowsAtOnce = 256

  /// A class of the model.
  struct Class: Sendable, Equatable {
    /// BCP 47 code.
    let code: String
    /// The script that its texts are in, by ISO 15924; "Zyyy" if any.
    let script: String
    /// Its column in rows of weights.
    let column: Int
  }

  /// All classes.
  let classes: [Class]
  /// How many rows of weights an n-gram can have: 16 times as many columns.
  let blocks: Int
  /// How many n-grams the model knows.
  let features: Int
  /// How many units of weight make 1.
  let units: Float
  /// For each column, the logarithm of the class's weight before any text is seen; `blocks * lanes` numbers.
  let priors: [Float]
  /// For each column, the log-probability of an n-gram that the class never had; `blocks * lanes` numbers.
  let floors: [Float]
  /// Of all bytes of the file.
  let checksum: UInt64

  /// Steps by the last two bytes; valid as long as this value, which keeps the file mapped.
  var pairs: UnsafePointer<Step> { at(pairsOffset) }
  /// Steps that depend on more.
  var slots: UnsafePointer<Step> { at(slotsOffset) }
  /// Rows of weights.
  var weights: UnsafePointer<SIMD16<UInt8>> { at(weightsOffset) }

  private let file: MappedFile
  private let pairsOffset: Int
  private let slotsOffset: Int
  private let weightsOffset: Int

  /// Maps and checks a file: its layout, its checksum, and that no step leads out of it.
  ///
  /// - Throws: ``StageError`` that says where the file departs from the layout, and what to do.
  init(path: String) throws(StageError) {
    do {
      file = try MappedFile(path: path)
    } catch {
      if error.isEmpty { throw Self.malformed(path, error.detail) }
      throw StageError("model-unreadable", "the language model \(path) can't be read: \(error.detail)")
    }
    let header = try Header(file.bytes, path: path)
    let bytes = file.bytes
    classes = try Self.classes(in: bytes[header.sections[0]], header, path: path)
    blocks = header.blocks
    features = header.features
    units = Float(header.units)
    priors = Self.floats(bytes, header.sections[1])
    floors = Self.floats(bytes, header.sections[2])
    pairsOffset = header.sections[3].lowerBound
    slotsOffset = header.sections[4].lowerBound
    weightsOffset = header.sections[5].lowerBound
    checksum = header.checksum
    guard WordChecksum.of(bytes, blank: Header.checksumOffset) == checksum else {
      throw Self.malformed(path, "its checksum is wrong")
    }
    guard (priors + floors).allSatisfy(\.isFinite) else { throw Self.malformed(path, "a class's prior is no number") }
    try check(UnsafeBufferPointer(start: pairs, count: Header.pairs), header)
    try check(UnsafeBufferPointer(start: slots, count: header.slots), header)
  }

  private func at<T>(_ offset: Int) -> UnsafePointer<T> {
    // The file is mapped to the start of a page and its sections begin at multiples of 64; the header checks their ends.
    UnsafePointer((file.bytes.baseAddress.unsafelyUnwrapped + offset).assumingMemoryBound(to: T.self))
  }

  /// No step leads to where there are no slots or rows.
  private func check(_ steps: UnsafeBufferPointer<Step>, _ header: Header) throws(StageError) {
    let (lastBase, rows, blocks) = (header.slots - 256, header.rows, header.blocks)
    for (index, step) in steps.enumerated() {
      guard step.base <= lastBase else {
        throw Self.malformed(file.path, "step \(index) leads to slot \(step.base) of \(header.slots)")
      }
      guard step.hasRow else { continue }
      let fits = Int(step.blocks) >> blocks == 0 && step.row + step.blocks.nonzeroBitCount <= rows
      guard fits, step.blocks != 0 else {
        throw Self.malformed(file.path, "step \(index) has weights from row \(step.row) on, of \(rows)")
      }
    }
  }

  private static func classes(
    in bytes: Slice<UnsafeRawBufferPointer>, _ header: Header, path: String
  ) throws(StageError) -> [Class] {
    func isCode(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
      text.allSatisfy { $0 == 0x2D || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) }
    }
    var used = Set<Int>()
    var classes: [Class] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      guard fields.count == 3, isCode(fields[0]), isCode(fields[1]),
        let column = Int(String(decoding: fields[2], as: UTF8.self)),
        (0..<header.blocks * lanes).contains(column), used.insert(column).inserted
      else {
        throw malformed(path, "line \(classes.count + 1) of its list of classes makes no sense")
      }
      classes.append(
        Class(
          code: String(decoding: fields[0], as: UTF8.self), script: String(decoding: fields[1], as: UTF8.self),
          column: column))
    }
    guard classes.count == header.classes else {
      throw malformed(path, "it lists \(classes.count) classes, not \(header.classes)")
    }
    return classes
  }

  private static func floats(_ bytes: UnsafeRawBufferPointer, _ section: Range<Int>) -> [Float] {
    stride(from: section.lowerBound, to: section.upperBound, by: 4).map { offset in
      Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
  }

  fileprivate static func malformed(_ path: String, _ detail: String) -> StageError {
    StageError("model-malformed", "\(path) is not a usable language model: \(detail); fetch it again with `make setup`")
  }
}

extension LanguageModelFile {
  /// The first 64 bytes: sizes, and with them where everything lies.
  private struct Header {
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
    /// Class list, priors, floors, pairs, slots, weights; without padding.
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
      guard number(0) == 1 else { throw malformed(path, "its version is \(number(0)), not 1") }
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

      var sections: [Range<Int>] = []
      var end = Self.size
      let table = 4 * lanes * blocks
      for size in [listed, table, table, 8 * Self.pairs, 8 * slots, lanes * rows] {
        sections.append(end..<end + size)
        end = (end + size + 63) / 64 * 64
      }
      guard bytes.count == end else { throw malformed(path, "it has \(bytes.count) bytes, not \(end)") }
      self.sections = sections
    }
  }
}

/// A quick checksum that finds damage: FNV-1a over 64-bit words in four lanes, with a rotation.
enum WordChecksum {
  private static let prime: UInt64 = 0x100_0000_01B3
  private static let basis: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The checksum of all whole groups of four words, the word at `blank` taken as 0.
  static func of(_ bytes: UnsafeRawBufferPointer, blank: Int) -> UInt64 {
    var (a, b, c, d) = (basis, basis + 1, basis + 2, basis + 3)
    func add(_ range: Range<Int>, _ word: (Int) -> UInt64) {
      for offset in stride(from: range.lowerBound, to: range.upperBound, by: 32) {
        a = mixed(a, word(offset))
        b = mixed(b, word(offset + 8))
        c = mixed(c, word(offset + 16))
        d = mixed(d, word(offset + 24))
      }
    }
    func word(_ offset: Int) -> UInt64 {
      UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    let (end, behind) = (bytes.count & ~31, min(bytes.count & ~31, (blank | 31) + 1))
    add(0..<behind) { $0 == blank ? 0 : word($0) }
    add(behind..<end, word)
    return [a, b, c, d].reduce(basis, mixed)
  }

  @inline(__always) private static func mixed(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let state = state ^ word
    return (state << 29 | state >> 35) &* prime
  }
}
