import StageKit

/// The part of a model file that the tokeniser is made from: pieces with scores, and replacements of scalars.
struct VocabularySection: Sendable {
  /// Ids with a meaning of their own.
  struct Special: Sendable, Equatable {
    let start: Int32
    let end: Int32
    let unknown: Int32
  }

  /// Longest piece that is believed, in bytes: the time for a text is proportional to it.
  static let longestPiece = 512

  let special: Special
  let pieceCount: Int
  private let offsets: Range<Int>
  private let scores: Range<Int>
  private let text: Range<Int>
  private let replacements: Range<Int>
  let replacementCount: Int

  init(_ cursor: inout ByteCursor, rows: Int, path: String) throws(EncoderError) {
    pieceCount = try cursor.size("the number of pieces", in: 1...rows)
    let ids = 0...rows - 1
    let start = try cursor.size("the id of <s>", in: ids)
    let end = try cursor.size("the id of </s>", in: ids)
    _ = try cursor.size("the id of <pad>", in: ids)
    let unknown = try cursor.size("the id of <unk>", in: ids)
    special = Special(start: Int32(start), end: Int32(end), unknown: Int32(unknown))
    let bytes = try cursor.integer(UInt64.self, "the bytes of the pieces")
    offsets = try cursor.skip(pieceCount + 1, of: 4, "the offsets of the pieces")
    scores = try cursor.skip(pieceCount, of: 4, "the scores of the pieces")
    text = try cursor.skip(bytes, of: 1, "the pieces")
    replacementCount = try cursor.size("the number of replacements", in: 0...0x11_0000)
    let length = try cursor.integer(UInt32.self, "the bytes of the replacements")
    replacements = try cursor.skip(length, of: 1, "the replacements")
  }

  /// Scores and bytes of the pieces, in the order of their ids.
  ///
  /// - Throws: `EncoderError` when they overlap, are too long, or a score is no number.
  func pieces(of file: MappedFile) throws(EncoderError) -> (scores: [Float], offsets: [Int], text: [UInt8]) {
    let offsetBytes = UnsafeRawBufferPointer(rebasing: file.bytes[offsets])
    let scoreBytes = UnsafeRawBufferPointer(rebasing: file.bytes[scores])
    var offsets: [Int] = []
    offsets.reserveCapacity(pieceCount + 1)
    var before = 0
    for index in 0...pieceCount {
      let offset = Int(offsetBytes.word(index))
      guard offset >= before, offset <= text.count, index == 0 || offset - before <= Self.longestPiece else {
        throw .malformed(file.path, "piece \(index) has an impossible offset, \(offset)")
      }
      offsets.append(offset)
      before = offset
    }
    var scores: [Float] = []
    scores.reserveCapacity(pieceCount)
    for index in 0..<pieceCount {
      let score = Float(bitPattern: scoreBytes.word(index))
      guard score.magnitude <= 1e6 else { throw .malformed(file.path, "piece \(index) has an impossible score") }
      scores.append(score)
    }
    return (scores, offsets, [UInt8](file.bytes[text]))
  }

  /// What scalars are replaced with, by ascending scalar.
  func replacements(of file: MappedFile) throws(EncoderError) -> [(scalar: UInt32, by: [Unicode.Scalar])] {
    var cursor = ByteCursor(UnsafeRawBufferPointer(rebasing: file.bytes[replacements]), path: file.path)
    var result: [(scalar: UInt32, by: [Unicode.Scalar])] = []
    result.reserveCapacity(replacementCount)
    for _ in 0..<replacementCount {
      let scalar = try cursor.integer(UInt32.self, "a replaced scalar")
      guard scalar <= 0x10_FFFF, result.last.map({ $0.scalar < scalar }) ?? true else {
        throw .malformed(file.path, "its replaced scalars aren't in order")
      }
      var by: [Unicode.Scalar] = []
      for _ in 0..<(try cursor.integer(UInt8.self, "the length of a replacement")) {
        guard let one = Unicode.Scalar(try cursor.integer(UInt32.self, "a replacement")) else {
          throw .malformed(file.path, "a replacement is no Unicode scalar")
        }
        by.append(one)
      }
      result.append((scalar, by))
    }
    return result
  }
}
