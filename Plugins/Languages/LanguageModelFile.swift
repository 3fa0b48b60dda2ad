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
    var byte: UInt64 { bits & 0xFF }
    /// Where the next step is looked for: at this place plus the next byte.
    var base: Int { Int(truncatingIfNeeded: bits &>> 8 & Self.noRowBits) }
    /// Whether an n-gram ends here.
    var hasRow: Bool { row != Self.noRow }
    /// The first row of the n-gram's weights: also its number.
    var row: Int { Int(truncatingIfNeeded: bits &>> 28 & Self.noRowBits) }
    /// Bit i is set if there are weights for classes 16 i to 16 i + 15.
    var blocks: UInt16 { UInt16(truncatingIfNeeded: bits &>> 48) }

    /// What stands for a row where no n-gram ends.
    static var noRow: Int { 0xFFFFF }
    private static var noRowBits: UInt64 { 0xFFFFF }
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
    try check(pairs, count: Header.pairs, header)
    try check(slots, count: header.slots, header)
  }

  private func at<T>(_ offset: Int) -> UnsafePointer<T> {
    // The file is mapped to the start of a page and its sections begin at multiples of 64; the header checks their ends.
    UnsafePointer((file.bytes.baseAddress.unsafelyUnwrapped + offset).assumingMemoryBound(to: T.self))
  }

  /// No step leads to where there are no slots or rows.
  ///
  /// Steps are many: without iterators and closures this is quick in builds that are not optimised, too.
  private func check(_ steps: UnsafePointer<Step>, count: Int, _ header: Header) throws(StageError) {
    let (lastBase, rows, blocks) = (header.slots - 256, header.rows, header.blocks)
    var index = 0
    while index < count {
      let step = steps[index]
      guard step.base <= lastBase else {
        throw Self.malformed(file.path, "step \(index) leads to slot \(step.base) of \(header.slots)")
      }
      if step.row != Step.noRow {
        let fits = Int(step.blocks) >> blocks == 0 && step.row + step.blocks.nonzeroBitCount <= rows
        guard fits, step.blocks != 0 else {
          throw Self.malformed(file.path, "step \(index) has weights from row \(step.row) on, of \(rows)")
        }
      }
      index += 1
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
