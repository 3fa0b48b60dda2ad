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

  /// A word and how much it speaks for each language of a group of relatives.
  struct Word {
    /// Room for so many languages.
    static var languages: Int { 8 }

    /// See ``RelativeWords``; 0 if there is no word.
    let key: UInt64
    /// In fiftieths, in the order of the group's languages.
    let weights: SIMD8<Int8>
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
  /// For each column, how much more probable an n-gram is in the class than in the mixture of all, on average over text
  /// of the class, as a difference of logarithms; `blocks * lanes` numbers.
  let typical: [Float]
  /// The column of the mixture of all classes, which is none itself.
  let mixtureColumn: Int
  /// The BCP 47 codes of the relatives that words tell apart, by group; at most eight each.
  let wordGroups: [[String]]
  /// How many places the table of words has: a power of two, and at least one of them is empty.
  let wordCount: Int
  /// Of all bytes of the file.
  let checksum: UInt64

  /// Steps by the last two bytes; valid as long as this value, which keeps the file mapped.
  var pairs: UnsafePointer<Step> { at(pairsOffset) }
  /// Steps that depend on more.
  var slots: UnsafePointer<Step> { at(slotsOffset) }
  /// Rows of weights.
  var weights: UnsafePointer<SIMD16<UInt8>> { at(weightsOffset) }

  /// The table of words.
  var words: UnsafePointer<Word> { at(wordsOffset) }

  private let file: MappedFile
  // Read only, and as long as the file is mapped.
  nonisolated(unsafe) private let start: UnsafeRawPointer
  private let wordsOffset: Int
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
    guard let start = bytes.baseAddress else { throw Self.malformed(path, "it is empty") }
    self.start = start
    classes = try Self.classes(in: bytes[header.sections[0]], header, path: path)
    blocks = header.blocks
    features = header.features
    units = Float(header.units)
    priors = Self.floats(bytes, header.sections[1])
    floors = Self.floats(bytes, header.sections[2])
    typical = Self.floats(bytes, header.sections[3])
    mixtureColumn = header.mixtureColumn
    wordGroups = try Self.groups(in: bytes[header.sections[4]], path: path)
    wordCount = header.words
    wordsOffset = header.sections[5].lowerBound
    pairsOffset = header.sections[6].lowerBound
    slotsOffset = header.sections[7].lowerBound
    weightsOffset = header.sections[8].lowerBound
    checksum = header.checksum
    guard WordChecksum.of(bytes, blank: Header.checksumOffset) == checksum else {
      throw Self.malformed(path, "its checksum is wrong")
    }
    guard (priors + floors + typical).allSatisfy(\.isFinite) else {
      throw Self.malformed(path, "a class's prior is no number")
    }
    guard !classes.contains(where: { $0.column == mixtureColumn }) else {
      throw Self.malformed(path, "the column of its mixture is a class's")
    }
    guard (0..<wordCount).contains(where: { words[$0].key == 0 }) else {
      throw Self.malformed(path, "its table of words is full")
    }
    try check(pairs, count: Header.pairs, header)
    try check(slots, count: header.slots, header)
  }

  private func at<T>(_ offset: Int) -> UnsafePointer<T> {
    // The file is mapped to the start of a page and its sections begin at multiples of 64; the header checks their ends.
    UnsafePointer((start + offset).assumingMemoryBound(to: T.self))
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

  private static func isCode(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
    !text.isEmpty && text.allSatisfy { $0 == 0x2D || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) }
  }

  private static func groups(
    in bytes: Slice<UnsafeRawBufferPointer>, path: String
  ) throws(StageError) -> [[String]] {
    var groups: [[String]] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let codes = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      guard (2...Word.languages).contains(codes.count), codes.allSatisfy(isCode) else {
        throw malformed(path, "line \(groups.count + 1) of its list of groups makes no sense")
      }
      groups.append(codes.map { String(decoding: $0, as: UTF8.self) })
    }
    return groups
  }

  private static func classes(
    in bytes: Slice<UnsafeRawBufferPointer>, _ header: Header, path: String
  ) throws(StageError) -> [Class] {
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

  static func malformed(_ path: String, _ detail: String) -> StageError {
    StageError("model-malformed", "\(path) is not a usable language model: \(detail); fetch it again with `make setup`")
  }
}
