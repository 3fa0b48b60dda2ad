import Foundation
import Testing

@testable import EncoderKit

@Suite struct TokenizerTests {
  private func withTokenizer<Result>(
    _ model: TinyModel = TinyModel(), _ body: (Tokenizer) throws -> Result
  ) async throws -> Result {
    try await model.make().file.asFile { try body(Tokenizer(ModelFile(path: $0))) }
  }

  /// The pieces of a text, first and last token left out.
  private func cut(_ text: String) async throws -> [String] {
    try await withTokenizer { tokenizer in
      let tokens = tokenizer.tokens(of: text)
      #expect(tokens.first == 0 && tokens.last == 2)
      return tokens.dropFirst().dropLast().map { TinyModel.pieces[Int($0)].text }
    }
  }

  @Test func takesTheCutWithTheHighestSum() async throws {
    // ▁ab + ab (-13) beats ▁ + abab (-16) and ▁ + ab + ab (-16).
    #expect(try await cut("abab") == ["▁ab", "ab"])
    // ▁c (-8.25) beats ▁ + c (-10).
    #expect(try await cut("c") == ["▁c"])
  }

  @Test func spacesAreOne() async throws {
    #expect(try await cut("ab  \t\u{A0} c") == ["▁ab", "▁c"])
    #expect(try await cut(" ab ") == ["▁ab", "▁"])
    #expect(try await cut("") == ["▁"])
    #expect(try await cut("   ") == ["▁"])
  }

  @Test func scalarsAreReplaced() async throws {
    #expect(try await cut("½") == ["▁", "1", "⁄", "2"])
    // U+000B becomes nothing, so that the letters meet.
    #expect(try await cut("a\u{0B}b") == ["▁ab"])
  }

  @Test func unknownScalarsAreOneTokenEach() async throws {
    #expect(try await cut("a漢字b") == ["▁", "a", "<unk>", "<unk>", "b"])
    #expect(try await cut("🙂") == ["▁", "<unk>"])
  }

  @Test func longTextsAreCutOff() async throws {
    try await withTokenizer { tokenizer in
      #expect(tokenizer.tokens(of: String(repeating: "c", count: 21)).count == 23)
      #expect(tokenizer.tokens(of: String(repeating: "c", count: 22)).count == 24)
      #expect(tokenizer.tokens(of: String(repeating: "c", count: 2_000_000)).count == 24)
      #expect(tokenizer.tokens(of: String(repeating: " ", count: 2_000_000)).count == 3)
      #expect(tokenizer.tokens(of: String(repeating: "a\u{301}", count: 1_000_000)).count == 24)
    }
  }

  /// The cut of all texts over a small alphabet is the best of all cuts, found by trying each.
  @Test func noCutIsBetter() async throws {
    func best(_ text: Substring) -> Float {
      guard !text.isEmpty else { return 0 }
      return TinyModel.pieces.filter { text.hasPrefix($0.text) }
        .map { $0.score + best(text.dropFirst($0.text.count)) }.max() ?? -.infinity
    }
    var texts = [""]
    for _ in 0..<6 { texts = texts.flatMap { [$0, $0 + "a", $0 + "b", $0 + " c"] } }
    try await withTokenizer { tokenizer in
      for text in Set(texts) {
        let score = tokenizer.tokens(of: text).dropFirst().dropLast().reduce(Float(0)) {
          $0 + TinyModel.pieces[Int($1)].score
        }
        let spelled = (text.hasPrefix(" ") ? "" : "▁") + text.replacingOccurrences(of: " ", with: "▁")
        #expect(abs(score - best(spelled[...])) < 1e-4, "\(text)")
      }
    }
  }

  @Test func manyPiecesAreAllFound() async throws {
    var model = TinyModel()
    model.hidden = 32
    model.heads = 1
    model.pieces = TinyModel.pieces + (0..<3000).map { ("w\($0)w", -1) }
    try await withTokenizer(model) { tokenizer in
      for number in 0..<3000 {
        #expect(tokenizer.tokens(of: "\tw\(number)w") == [0, 4, Int32(TinyModel.pieces.count + number), 2])
      }
    }
  }
}
