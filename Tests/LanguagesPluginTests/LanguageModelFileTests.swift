import Foundation
import StageKit
import StageTesting
import Testing

@testable import LanguagesPlugin

/// What becomes of good and damaged files.
@Suite struct LanguageModelFileTests {
  /// Loads a model and asks it something; what went wrong, or nil.
  private func failure(_ file: Data) throws -> StageError? {
    try file.asModel { path -> StageError? in
      do {
        let model = try LanguageModel(path: path)
        _ = model.scores(of: Array("abababacaab\u{E9}".utf8) + [0, 255, 254]).top(3)
        return nil
      } catch let error as StageError {
        return StageError(error.code, error.message.replacing(path, with: "FILE"))
      }
    }
  }

  private func failure(_ edit: (inout TinyLanguageModel) -> Void) throws -> String? {
    var model = TinyLanguageModel()
    edit(&model)
    return try failure(model.make())?.message
  }

  private func malformed(_ detail: String) -> String {
    "FILE is not a usable language model: \(detail); fetch it again with `make setup`"
  }

  @Test(arguments: ["", "a", "ab", "aba", "abab", "ababababab", "cabcabacc", "xyz", "ba ab aba"])
  func longestNgramsCount(_ text: String) throws {
    try TinyLanguageModel().make().asModel { path in
      let model = try LanguageModel(path: path)
      #expect(model.codes == ["aa", "bb"])
      let scores = model.scores(of: Array(text.utf8))
      for (ours, plain) in zip(scores.logs, TinyLanguageModel.scores(of: text)) {
        #expect(abs(Double(ours) - plain) < 1e-4)
      }
      #expect(scores.top(5).map(\.probability).reduce(0, +) > 0.999)
      let cyrillic = model.scores(of: Array(text.utf8), in: .cyrillic)
      #expect(cyrillic.logs == [-.infinity, scores.logs[1]])
      #expect(cyrillic.top(2).map(\.code) == ["bb"])
      #expect(model.scores(of: Array(text.utf8), in: .thai).logs == scores.logs)
    }
  }

  @Test(arguments: [31, 32, 33, 127, 512, 515, 1500])
  func stretchesOfTextThatAreWalkedAtOnceMeet(_ length: Int) throws {
    var random = SplitMix64(state: 7)
    let letters = Array("abababcx d\u{E9}")
    let text = String((0..<length).map { _ in letters[random.next(below: letters.count)] })
    try TinyLanguageModel().make().asModel { path in
      let scores = try LanguageModel(path: path).scores(of: Array(text.utf8))
      for (ours, plain) in zip(scores.logs, TinyLanguageModel.scores(of: text)) {
        #expect(abs(Double(ours) - plain) < 0.001)
      }
    }
  }

  @Test func groupsOfManyRowsAndManyOccurrencesAddUp() throws {
    try TinyLanguageModel().make().asModel { path in
      let model = try LanguageModel(path: path)
      let text = String(repeating: "abababcaxab", count: 700)
      let scores = model.scores(of: Array(text.utf8))
      #expect(scores.ngrams == 5)
      for (ours, plain) in zip(scores.logs, TinyLanguageModel.scores(of: text)) {
        #expect(abs(Double(ours) - plain) < 0.001)
      }
    }
  }

  @Test(
    arguments: [
      ("", 0), ("aba", 1), ("ABA aba, aba!", 3), ("d'ab", -0.4), ("'d'ab'", -0.4), ("d''ab", 0), ("D'AB", -0.4),
      ("abax É", 0.2), ("aba-aba", 2), ("aba1", 1), ("aba'", 1),
    ] as [(String, Float)])
  func wordsOfRelativesAddUp(_ text: String, _ expected: Float) throws {
    try TinyLanguageModel().make().asModel { path in
      let file = try LanguageModelFile(path: path)
      let sums = Array(text.utf8).withUnsafeBufferPointer { RelativeWords.evidence(in: $0, group: 0, file) }
      #expect(abs(sums[0] - expected) < 1e-5)
      #expect(abs(sums[1] + expected) < 1e-5)
    }
  }

  @Test func everyTruncationIsFound() throws {
    let file = TinyLanguageModel().make()
    #expect(try failure(file) == nil)
    for length in Array(1..<70) + [file.count / 2, file.count - 64, file.count - 1] {
      let error = try failure(Data(file.prefix(length)))
      #expect(error?.code == "model-malformed", "\(length) of \(file.count) bytes")
    }
    #expect(try failure(file + Data(count: 64))?.code == "model-malformed")
  }

  @Test func everyFlippedByteIsFound() throws {
    let file = TinyLanguageModel().make()
    var random = SeededRandom(seed: 5)
    for offset in [8, 12, 47, 64, 300, file.count - 1]
      + (0..<30).map({ _ in Int.random(in: 0..<file.count, using: &random) })
    {
      var damaged = file
      damaged[offset] ^= UInt8.random(in: 1...255, using: &random)
      #expect(try failure(damaged)?.code == "model-malformed", "byte \(offset)")
    }
  }

  /// Even with a checksum that is right, damage ends in an error or in a model that still computes something.
  @Test func damageNeverCrashes() throws {
    var random = SeededRandom(seed: 6)
    let size = TinyLanguageModel().make().count
    for round in 0..<60 {
      _ = try failure { model in
        model.damage = { file in
          for _ in 0..<3 {
            let offset = Int.random(in: 0..<[64, 500, size][round % 3], using: &random)
            file[offset] = UInt8.random(in: 0...255, using: &random)
          }
        }
      }
    }
  }

  @Test func mistakesAreNamed() throws {
    #expect(try failure(Data())?.message == malformed("it is empty"))
    #expect(try failure(Data(count: 9))?.message == malformed("it ends at byte 9, within its header"))
    #expect(try failure { $0.signature = "PK345678" } == malformed("it doesn't begin with TKLANGID"))
    #expect(try failure { $0.version = 1 } == malformed("its version is 1, not 2"))
    #expect(try failure { $0.slots = 100 } == malformed("the number of slots is 100, not in 256...1048576"))
    #expect(try failure { $0.unit = 0 } == malformed("the unit of weights is 0, not in 1...65536"))
    #expect(try failure { $0.blocks = 17 } == malformed("the number of blocks is 17, not in 1...16"))
    for classes in [
      "aa Latn 0\nbb Cyrl 32\n", "aa Latn 0\nbb Latn 0\n", "aa Latn\nbb Cyrl 16\n", "a\u{1} Latn 0\nb Cyrl 1\n",
    ] {
      #expect(
        try failure { $0.classes = classes }?.contains("of its list of classes makes no sense") == true, "\(classes)")
    }
    #expect(
      try failure { $0.mixtureColumn = 32 } == malformed("the column of the mixture is 32, not in 0...31"))
    #expect(try failure { $0.mixtureColumn = 16 } == malformed("the column of its mixture is a class's"))
    #expect(try failure { $0.places = 12 } == malformed("the number of words is no power of two"))
    #expect(try failure { $0.places = 0 } == malformed("the number of words is 0, not in 1...1048576"))
    for groups in ["aa\n", "aa  bb\n", "a b c d e f g h i\n", "aa b\u{1}\n"] {
      #expect(
        try failure { $0.groups = groups }?.contains("of its list of groups makes no sense") == true, "\(groups)")
    }
    let words = 64 + 64 + 3 * 128 + 64
    let full = try failure {
      $0.damage = { file in for place in 0..<8 { file[words + 16 * place] = 1 } }
    }
    #expect(full == malformed("its table of words is full"))
    let pairs = words + 128
    #expect(
      try failure { $0.damage = { $0[pairs + 3] = 0xFF } }?.contains("step 0 leads to slot") == true)
    #expect(
      try failure { $0.damage = { $0[pairs + 8 * 0x61 + 5] = 0x0F } }?.contains("step 97 has weights from row") == true)
    let missing = #expect(throws: StageError.self) { try LanguageModel(path: "/nowhere/model.bin") }
    #expect(missing?.message == "the language model /nowhere/model.bin can't be read: No such file or directory")
  }

  @Test func aMissingModelSaysWhatToDo() {
    let error = #expect(throws: StageError.self) {
      try LanguageModel.load(searching: [URL(fileURLWithPath: "/nowhere/models")])
    }
    #expect(
      error?.message == "the model language-ngrams is not at /nowhere/models/language-ngrams.bin; run `make setup` "
        + "(5 MB, once)")
  }
}
