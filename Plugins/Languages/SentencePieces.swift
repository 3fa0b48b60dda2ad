import TextKit

/// Cuts a sentence that may be in two languages, as it is where a headline without full stop runs on in another
/// language, or in Thai, which does not mark where sentences end.
///
/// Cuts are made where another script begins and stays for long, unless a quotation or a bracket opens there; and in
/// long stretches at a space, or anywhere in scripts without spaces.
struct SentencePieces {
  /// A part of the sentence.
  struct Piece: Equatable {
    /// Offsets of its scalars in the sentence.
    let scalars: Range<Int>
    /// How much there is to judge it by; see ``Paragraph/letters``.
    let letters: Int
    /// Whether another script begins with it.
    let changesScript: Bool
  }

  /// So many letters of another script make a piece.
  private static let lettersOfScript = LanguageDetector.fewestLetters
  /// Pieces are cut at the first space behind so many letters, and without spaces at twice as many.
  private static let lettersOfPiece = 90
  /// What is left behind a cut has at least so many letters.
  private static let lettersOfRest = 60

  private let scalars: [Unicode.Scalar]
  /// The weight of each scalar as a letter; 0 for others.
  private let weights: [Int]
  private let scripts: [Script?]

  /// - Parameter sentence: the text to cut.
  init(_ sentence: String) {
    let tables = ScalarTables.shared
    scalars = Array(sentence.unicodeScalars)
    weights = scalars.map { tables.role(of: $0).letters }
    scripts = zip(scalars, weights).map { scalar, weight in
      guard weight > 0, let script = tables.script(of: scalar) else { return nil }
      return script == .kana ? .han : script
    }
  }

  /// The pieces, in order; together they are the whole sentence.
  func all() -> [Piece] {
    var pieces: [Piece] = []
    var start = 0
    for end in scriptChanges() + [scalars.count] {
      let first = start
      for cut in cuts(from: start, to: end) + [end] where cut > start {
        let letters = weights[start..<cut].reduce(0, +)
        pieces.append(Piece(scalars: start..<cut, letters: letters, changesScript: start == first && start > 0))
        start = cut
      }
    }
    return pieces
  }

  /// Where another script begins that stays for long.
  private func scriptChanges() -> [Int] {
    var changes: [Int] = []
    var current: Script?
    var other: (script: Script, start: Int, letters: Int)?
    for index in scalars.indices {
      guard let script = scripts[index] else { continue }
      guard let main = current else {
        current = script
        continue
      }
      if script == main {
        other = nil
        continue
      }
      let run = other.flatMap { $0.script == script ? $0 : nil } ?? (script: script, start: index, letters: 0)
      let letters = run.letters + weights[index]
      if letters < Self.lettersOfScript {
        other = (script, run.start, letters)
      } else {
        if !isOpened(at: run.start) { changes.append(run.start) }
        current = script
        other = nil
      }
    }
    return changes
  }

  /// Whether a quotation or bracket opens right before an offset, or a colon announces what follows.
  private func isOpened(at index: Int) -> Bool {
    var position = index - 1
    while position >= 0, index - position <= 3 {
      let scalar = scalars[position]
      if Self.openers.contains(scalar) || scalar.properties.generalCategory == .openPunctuation { return true }
      guard ScalarClass.of(scalar) == .space || ScalarClass.of(scalar) == .invisible else { return false }
      position -= 1
    }
    return false
  }

  private static let openers: Set<Unicode.Scalar> = [
    "\"", "'", "«", "»", "“", "”", "„", "‟", "‘", "‚", "‹", "›", ":", "：",
  ]

  /// Where a stretch of one script is cut because it is long.
  private func cuts(from start: Int, to end: Int) -> [Int] {
    var left = weights[start..<end].reduce(0, +)
    var cuts: [Int] = []
    var letters = 0
    for index in start..<end {
      letters += weights[index]
      left -= weights[index]
      guard letters >= Self.lettersOfPiece, left >= Self.lettersOfRest else { continue }
      let isSpace = ScalarClass.of(scalars[index]) == .space
      // Marks belong to the letter before them.
      let isFree = letters >= 2 * Self.lettersOfPiece && weights[index + 1] > 0
      if isSpace || isFree {
        cuts.append(index + 1)
        letters = 0
      }
    }
    return cuts
  }
}

extension SentencePieces {
  /// A part of a paragraph that will be judged by itself.
  struct Part {
    let text: String
    /// Offsets of its scalars in the paragraph.
    let scalars: Range<Int>
    let letters: Int
    let border: TextUnit.Border
  }

  /// The parts of a paragraph: its sentences, cut further where they are long or change scripts.
  ///
  /// - Parameter language: its likely BCP 47 code.
  static func all(of paragraph: String, language: String) -> [Part] {
    var parts: [Part] = []
    for sentence in SentenceSplitter.split(paragraph, language: language) {
      let pieces = SentencePieces(sentence.text).all()
      let scalars = pieces.count > 1 ? Array(sentence.text.unicodeScalars) : []
      for (number, piece) in pieces.enumerated() {
        let border: TextUnit.Border =
          piece.changesScript ? .script : number > 0 ? .piece : parts.isEmpty ? .paragraph : .sentence
        let (start, end) = (piece.scalars.lowerBound, piece.scalars.upperBound)
        parts.append(
          Part(
            text: pieces.count > 1 ? String(scalars: scalars[piece.scalars]) : sentence.text,
            scalars: sentence.start + start..<sentence.start + end, letters: piece.letters, border: border))
      }
    }
    return parts
  }
}
