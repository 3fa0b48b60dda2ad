import Foundation
import Testing

@testable import EncoderKit

@Suite struct ModelFileTests {
  /// Opens a model and its vocabulary; what went wrong, or nil.
  private func failure(_ file: Data) async throws -> EncoderError? {
    try await file.asFile { path in
      do {
        _ = try Tokenizer(ModelFile(path: path))
        return nil
      } catch let error as EncoderError {
        return error
      }
    }
  }

  private func failure(_ edit: (inout TinyModel) -> Void) async throws -> EncoderError? {
    var model = TinyModel()
    edit(&model)
    return try await failure(model.make().file)
  }

  @Test func readsTheShape() async throws {
    try await TinyModel().make().file.asFile { path in
      let shape = try ModelFile(path: path).shape
      #expect(
        shape
          == ModelFile.Shape(
            hidden: 64, layers: 2, heads: 4, feedForward: 96, rows: TinyModel.pieces.count + 3, window: 24,
            epsilon: 1e-12))
    }
  }

  @Test func everyTruncationIsFound() async throws {
    let file = TinyModel(hidden: 32, layers: 1, heads: 2, feedForward: 32, window: 4).make().file
    #expect(try await failure(file) == nil)
    // Each length in the head and directory, then in steps through the weights.
    let lengths = Array(0..<1200) + Array(stride(from: 1200, to: file.count, by: 61)) + [file.count - 1]
    for length in lengths {
      let error = try await failure(file.prefix(length))
      #expect(error?.code == .malformed, "\(length) of \(file.count) bytes")
    }
  }

  /// Damage must end in an error or in a model that still computes something, never in a crash.
  @Test func damageNeverCrashes() async throws {
    let file = TinyModel(hidden: 32, layers: 1, heads: 2, feedForward: 32, window: 4).make().file
    var chance = Chance(seed: 3)
    for _ in 0..<400 {
      var damaged = file
      for _ in 0..<Int.random(in: 1...4, using: &chance) {
        damaged[Int.random(in: 0..<1300, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
      }
      try await damaged.asFile { path in
        guard let encoder = try? E5Encoder(path: path, threads: 1) else { return }
        _ = try? await encoder.encode(["ab ba"])
      }
    }
  }

  @Test func foreignFilesAreNamed() async throws {
    let error = try await failure(Data("PK\u{3}\u{4} is how an archive begins, and not a model".utf8))
    #expect(error?.detail == "it doesn't begin with E5S1")
    #expect(error?.description.hasSuffix("fetch it again with `make setup`") == true)
    #expect(try await failure(Data())?.detail == "it is empty")
    #expect(try await failure { $0.version = 2 }?.detail == "its version is 2, not 1")
  }

  @Test func impossibleShapesAreNamed() async throws {
    #expect(try await failure { $0.heads = 3 }?.detail == "3 heads don't divide hidden 64 into multiples of 8")
    #expect(try await failure { $0.window = 1 }?.detail == "window is 1, not in 3...8192")
    #expect(
      try await failure { $0.feedForward = 100 }?.detail == "hidden 64 or feed-forward 100 isn't a multiple of 32")
  }

  @Test func theDirectoryIsChecked() async throws {
    #expect(
      try await failure { $0.editDirectory = { $0[3].name = "emb.ln.x" } }?.detail == "there is no tensor emb.ln.w")
    #expect(
      try await failure { $0.editDirectory = { $0.append($0[3]) } }?.detail == "tensor emb.ln.w is listed twice")
    #expect(
      try await failure { $0.editDirectory = { $0[0].type = 9 } }?.detail
        == "tensor emb.word has the unknown type 9")
    let beyond = try await failure { $0.editDirectory = { $0[1].offset = .max - 3 } }
    #expect(beyond?.detail.hasPrefix("tensor emb.pos, 6144 bytes from 18446744073709551612 on, lies beyond") == true)
    #expect(
      try await failure { $0.editDirectory = { $0[4].count += 1 } }?.detail
        == "tensor emb.ln.b has 256 bytes for 65 numbers")
    #expect(
      try await failure {
        $0.editDirectory = {
          $0[4].count -= 1
          $0[4].bytes -= 4
        }
      }?.detail == "tensor emb.ln.b has 63 numbers, not 64")
    // A small file whose entries all point at the same bytes, so as to ask for much memory.
    #expect(
      try await failure {
        $0.editDirectory = { entries in
          let first = entries[0]
          for number in 0..<200 {
            var alias = first
            alias.name = "alias\(number)"
            entries.append(alias)
          }
        }
      }?.detail == "its tensors overlap")
  }

  @Test func theVocabularyIsChecked() async throws {
    #expect(
      try await failure { $0.pieces.append((String(repeating: "a", count: 600), -9)) }?.detail
        == "piece 19 has an impossible offset, \(TinyModel.pieces.reduce(600) { $0 + $1.text.utf8.count })")
    #expect(try await failure { $0.pieces[5].score = .nan }?.detail == "piece 5 has an impossible score")
    #expect(
      try await failure { $0.replacements = [(65, [66]), (65, [67])] }?.detail
        == "its replaced scalars aren't in order")
    #expect(
      try await failure { $0.replacements = [(65, [0xD800])] }?.detail == "a replacement is no Unicode scalar")
  }

  @Test func whatIsNoFileIsNamed() async throws {
    let directory = FileManager.default.temporaryDirectory.path
    #expect(throws: EncoderError(code: .unreadable, path: directory, detail: "it is not a regular file")) {
      try ModelFile(path: directory)
    }
    let error = #expect(throws: EncoderError.self) { try ModelFile(path: "/nowhere/model.bin") }
    #expect(error?.description == "the model /nowhere/model.bin can't be read: No such file or directory")
  }
}
