import Foundation
import StageKit
import Testing

@testable import EncoderKit

@Suite struct LoaderTests {
  /// An empty directory, removed afterwards.
  private func withDirectory(_ body: (URL) async throws -> Void) async throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("models-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    try await body(url)
  }

  @Test func aMissingModelSaysWhatToDo() throws {
    let loader = E5Encoder.loader(searching: [URL(fileURLWithPath: "/nowhere/models")])
    #expect(
      loader.status
        == .missing(
          reason: "the model multilingual-e5-small-q4 is not at /nowhere/models/multilingual-e5-small-q4.bin; "
            + "run `make setup` (91 MB, once)"))
    let error = #expect(throws: (any Error).self) { try loader.load(1) }
    #expect("\(error.map { "\($0)" } ?? "")".hasSuffix("run `make setup` (91 MB, once)"))
  }

  @Test func theFirstDirectoryThatHasItCounts() async throws {
    try await withDirectory { directory in
      let file = directory.appendingPathComponent("multilingual-e5-small-q4.bin")
      try TinyModel().make().file.write(to: file)
      let loader = E5Encoder.loader(searching: [URL(fileURLWithPath: "/nowhere"), directory])
      let encoder = try loader.load(1)
      #expect(loader.status == .available(identity: encoder.identity, dimension: 64))
      #expect(try await encoder.encode(["ab"]).columns == 64)
    }
  }

  @Test func aDamagedModelIsMissing() async throws {
    try await withDirectory { directory in
      let file = directory.appendingPathComponent(E5Encoder.fileName)
      try TinyModel().make().file.dropLast(100).write(to: file)
      guard case .missing(let reason) = E5Encoder.loader(searching: [directory]).status else {
        Issue.record("a truncated model was taken")
        return
      }
      #expect(reason.hasPrefix("\(file.path) is not a usable model: tensor l1."))
      #expect(reason.hasSuffix("; fetch it again with `make setup`"))
    }
  }

  @Test func aReplacedModelIsNoticed() async throws {
    try await withDirectory { directory in
      let file = directory.appendingPathComponent(E5Encoder.fileName)
      try TinyModel().make().file.write(to: file)
      let loader = E5Encoder.loader(searching: [directory])
      try TinyModel(hidden: 32).make().file.write(to: file, options: .atomic)
      let error = #expect(throws: EncoderError.self) { try loader.load(1) }
      #expect(error?.code == .changed)
    }
  }

  @Test func theEnvironmentSaysWhereModelsAre() {
    let home = FileManager.default.homeDirectoryForCurrentUser.path
    func path(_ environment: [String: String]) -> String? {
      E5Encoder.modelDirectories(environment: environment).first?.path
    }
    #expect(path(["TOOLKIT_MODELS": "/models", "XDG_CACHE_HOME": "/cache"]) == "/models")
    #expect(path(["XDG_CACHE_HOME": "/cache"]) == "/cache/toolkit/models")
    #expect(path(["XDG_CACHE_HOME": "not/absolute", "TOOLKIT_MODELS": ""]) == home + "/.cache/toolkit/models")
  }
}
