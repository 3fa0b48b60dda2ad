import Foundation
import Testing

@testable import StageKit

@Suite struct PartialFilesTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("partial-\(UUID().uuidString)")

  @Test func aFileIsReplacedAndAPipeIsNot() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (file, pipe) = (folder.appendingPathComponent("a.json"), folder.appendingPathComponent("pipe"))
    for text in ["old", "new"] { try PartialFiles.write(Data(text.utf8), to: file, run: "r") }
    #expect(try String(contentsOf: file, encoding: .utf8) == "new")
    try #require(mkfifo(pipe.path, 0o600) == 0)
    let error = #expect(throws: StageError.self) { try PartialFiles.write(Data("x".utf8), to: pipe, run: "r") }
    #expect(
      error?.message
        == "can't write '\(pipe.path)': it is a folder, a device or a pipe and no file; choose another name")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a.json", "pipe"])
  }
}
