/// Cuts a text into the model's pieces: SentencePiece's unigram model, that is the cut with the highest sum of
/// scores, found by Viterbi's algorithm (Kudo 2018, `Subword Regularization`, 3.1).
///
/// Time and space are proportional to the text up to a limit that depends on the window alone.
struct Tokenizer: Sendable {
  /// Most tokens that `tokens(of:)` returns.
  let window: Int

  private let special: VocabularySection.Special
  private let pieces: PieceTable
  private let map: ScalarMap
  /// What a scalar scores that no piece covers.
  private let unknownScore: Float
  /// How many normalised scalars are looked at: enough to fill the window with the longest pieces, and another
  /// 1,024, within which the best cuts of the whole text and of its beginning have long become one.
  private let limit: Int

  /// - Throws: `EncoderError` when the vocabulary is damaged.
  init(_ model: ModelFile) throws(EncoderError) {
    let (scores, offsets, text) = try model.vocabulary.pieces(of: model.file)
    pieces = PieceTable(scores: scores, offsets: offsets, text: text)
    map = ScalarMap(try model.vocabulary.replacements(of: model.file))
    special = model.vocabulary.special
    window = model.shape.window
    unknownScore = (scores.min() ?? 0) - 10
    limit = window * pieces.longestInScalars + 1024
  }

  /// Ids of the first token, of the pieces, and of the last token: 3 to `window` of them.
  func tokens(of text: String) -> [Int32] {
    let best = bestCut(NormalizedText(text, map, limit: limit))
    return [special.start] + best.prefix(window - 2) + [special.end]
  }

  private func bestCut(_ text: NormalizedText) -> [Int32] {
    let count = text.count
    // Of the best cut of the first i scalars: its score, its last piece, and where that begins.
    var score = [Float](repeating: -.infinity, count: count + 1)
    var piece = [Int32](repeating: special.unknown, count: count + 1)
    var origin = [Int32](repeating: 0, count: count + 1)
    score[0] = 0
    text.bytes.withUnsafeBufferPointer { bytes in
      for start in 0..<count {
        let first = text.starts[start]
        var hash = PieceHash()
        var from = first
        for end in start + 1...count {
          let next = text.starts[end]
          guard next - first <= pieces.longest else { break }
          for index in from..<next { hash.add(bytes[index]) }
          from = next
          guard pieces.mayBegin(hash) else { break }
          guard let id = pieces.id(of: bytes[first..<next], hash), id != special.unknown else { continue }
          let sum = score[start] + pieces.scores[id]
          if sum > score[end] {
            score[end] = sum
            piece[end] = Int32(id)
            origin[end] = Int32(start)
          }
        }
        let sum = score[start] + unknownScore
        if sum > score[start + 1] {
          score[start + 1] = sum
          piece[start + 1] = special.unknown
          origin[start + 1] = Int32(start)
        }
      }
    }
    var reversed: [Int32] = []
    var end = count
    while end > 0 {
      reversed.append(piece[end])
      end = Int(origin[end])
    }
    return reversed.reversed()
  }
}
