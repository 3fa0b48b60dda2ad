/// Cuts spans that are too long to be one sentence, at the best places there are.
enum LongSpans {
  /// No sentence is longer than this many scalars.
  static let longest = 1000

  /// The ends of the pieces of a span, `end` itself included; just `end` when the span is short enough.
  static func cuts(of scalars: [Unicode.Scalar], from start: Int, to end: Int) -> [Int] {
    // A stretch with a terminator at its end is one sentence, written by someone who marks them: it may be longer.
    let tolerated = unmarkedPiece.upperBound * (isTerminated(scalars, end) ? 2 : 1)
    let unmarked = end - start > tolerated && isMostlyThaiOrLao(scalars, start, end)
    guard unmarked || end - start > longest else { return [end] }
    let piece = unmarked ? unmarkedPiece : longest / 2...longest
    var cuts: [Int] = []
    var from = start
    while end - from > piece.upperBound {
      // The last two pieces share what is left, so that no crumb stays behind.
      let remaining = end - from
      let target = remaining < 2 * piece.upperBound ? remaining / 2 : (piece.lowerBound + piece.upperBound) / 2
      guard let cut = cut(scalars, from: from, end: end, piece: piece, target: target, unmarked: unmarked)
      else { break }
      cuts.append(cut)
      from = cut
    }
    cuts.append(end)
    return cuts
  }

  /// Wished-for length of a piece in Thai and Lao, about that of a sentence.
  private static let unmarkedPiece = 80...200

  /// The cut for one piece, nil when the rest had better stay whole.
  private static func cut(
    _ scalars: [Unicode.Scalar], from: Int, end: Int, piece: ClosedRange<Int>, target: Int, unmarked: Bool
  ) -> Int? {
    var best: (position: Int, worth: Int)?
    let last = min(from + piece.upperBound, end - 1)
    for position in stride(from: from + piece.lowerBound, through: last, by: 1) {
      let quality = quality(scalars, at: position, unmarked: unmarked)
      guard quality > 0 else { continue }
      let worth = quality * piece.upperBound - abs(position - from - target)
      if best.map({ worth > $0.worth }) ?? true { best = (position, worth) }
    }
    if let best { return best.position }
    if unmarked {
      // No space in reach: take the first one after it, up to the length that nothing may exceed.
      let limit = min(from + longest, end - 1)
      for position in stride(from: last + 1, through: limit, by: 1)
      where quality(scalars, at: position, unmarked: true) > 0 {
        return position
      }
    }
    guard end - from > longest else { return nil }
    // A hard cut must not part a letter from its marks.
    var position = from + longest
    let floor = position - 32
    while position > floor, isAttached(scalars[position]) || scalars[position - 1].value == 0x200D { position -= 1 }
    return position > floor ? position : from + longest
  }

  /// How good it is to cut before `position`: 0 not at all, 1 at a space, more where a clause or sentence is likely to end.
  private static func quality(_ scalars: [Unicode.Scalar], at position: Int, unmarked: Bool) -> Int {
    let before = scalars[position - 1]
    guard isGap(before) else {
      return !unmarked && SentenceMarks.continues(before) && before.value >= 0x3000 ? 2 : 0
    }
    guard position >= 2 else { return 1 }
    let previous = scalars[position - 2]
    if unmarked {
      // Thai puts spaces round numbers and foreign names too; between two Thai words a clause is likelier to end.
      guard SentenceScript.isThaiOrLao(previous), SentenceScript.isThaiOrLao(scalars[position]) else { return 1 }
      return ThaiCues.opensSentence(scalars, at: position) || ThaiCues.closesSentence(scalars, at: position - 1) ? 3 : 2
    }
    return SentenceMarks.continues(previous) || SentenceMarks.isCloser(previous) ? 2 : 1
  }

  private static func isGap(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0x200B || ScalarClass.of(scalar) == .space
  }

  private static func isAttached(_ scalar: Unicode.Scalar) -> Bool {
    let kind = ScalarClass.of(scalar)
    return kind == .mark || kind == .invisible
  }

  private static func isTerminated(_ scalars: [Unicode.Scalar], _ end: Int) -> Bool {
    scalars[..<end].suffix(4).contains { Terminator.of($0) != nil }
  }

  private static func isMostlyThaiOrLao(_ scalars: [Unicode.Scalar], _ start: Int, _ end: Int) -> Bool {
    var count = 0
    for index in start..<end where SentenceScript.isThaiOrLao(scalars[index]) { count += 1 }
    return 2 * count > end - start
  }
}

/// Words at which a Thai sentence often begins or ends, the only signs there are besides spaces.
private enum ThaiCues {
  private static let openers = words(
    "แต่ อย่างไรก็ตาม นอกจาก ขณะที่ เขา เธอ พวก เรา มัน นี่ ทั้งนี้ เมื่อ ก่อนหน้านี้ ดังนั้น หลังจาก ตามที่ "
      + "สำหรับ ฉัน ผม นาย นาง ทั้งสอง")
  private static let closers = words("แล้ว ด้วย ครับ ค่ะ นั้น นี้ กล่าว")

  static func opensSentence(_ scalars: [Unicode.Scalar], at position: Int) -> Bool {
    openers.contains { scalars[position...].starts(with: $0) }
  }

  static func closesSentence(_ scalars: [Unicode.Scalar], at end: Int) -> Bool {
    closers.contains { scalars[..<end].suffix($0.count).elementsEqual($0) }
  }

  private static func words(_ list: String) -> [[Unicode.Scalar]] {
    list.split(separator: " ").map { Array($0.unicodeScalars) }
  }
}
