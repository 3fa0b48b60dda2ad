import Foundation
import StageKit
import StageTesting
import Testing

@testable import InputPlugin

@Suite("Paths and patterns")
struct PathTests {
  @Test func filesComeInTheOrderOfThePathsAndOfTheBytesInAPattern() async throws {
    let folder = try Folder()
    for name in ["b.txt", "a.txt", "B.txt", "sub/c.txt", "z.md"] { try folder.write(name, "Some text.") }
    let (result, warnings) = try await folder.read("z.md", "*.txt", "sub/*")
    #expect(result.paths == ["z.md", "B.txt", "a.txt", "b.txt", "sub/c.txt"])
    #expect(warnings.isEmpty)
  }

  @Test func aFolderGivesItsSupportedFilesAtAnyDepthAndCountsTheOthers() async throws {
    let folder = try Folder()
    for name in ["in/b/x.txt", "in/a.md", "in/.hidden.txt", "in/.git/y.txt", "in/p.jpg", "in/q.jpg", "in/LICENSE"] {
      try folder.write(name, "Some text.")
    }
    let (result, warnings) = try await folder.read("in/")
    #expect(result.paths == ["in/a.md", "in/b/x.txt"])
    #expect(warnings.count == 1)
    #expect(
      warnings.first?.hasPrefix("3 files in the given folders were not read (1 without an ending, 2 .jpg); only .txt")
        == true)
  }

  @Test(arguments: [
    ("?.txt", ["a.txt", "é.txt"]), ("[a-c].txt", ["a.txt"]), ("[!a].txt", ["é.txt"]),
    ("*", ["a.txt", "ab.txt", "é.txt"]),
    ("**/*.txt", ["a.txt", "ab.txt", "one/two/deep.txt", "é.txt"]), ("one/**", ["one/two/deep.txt"]),
    ("*/*/d*p.txt", ["one/two/deep.txt"]), (".*.txt", [".dot.txt"]),
    ("./one/../a*.txt", ["one/../a.txt", "one/../ab.txt"]),
    ("**/two/*", ["one/two/deep.txt"]), ("a*b*.txt", ["ab.txt"]),
  ])
  func patternsMatch(pattern: String, expected: [String]) async throws {
    let folder = try Folder()
    for name in ["a.txt", "ab.txt", "é.txt", ".dot.txt", "one/two/deep.txt"] { try folder.write(name, "Some text.") }
    let (result, _) = try await folder.read(pattern)
    #expect(result.paths == expected)
  }

  @Test func aFileWithWildcardsInItsNameIsTakenByItsName() async throws {
    let folder = try Folder()
    try folder.write("report[1].txt", "One.")
    try folder.write("report1.txt", "Other.")
    #expect(try await folder.read("report[1].txt").result.paths == ["report[1].txt"])
    #expect(try await folder.read(#"report\[1].tx*"#).result.paths == ["report[1].txt"])
  }

  @Test func aPathFoundTwiceIsReadOnce() async throws {
    let folder = try Folder()
    try folder.write("a.txt", "Some text.")
    let (result, warnings) = try await folder.read("a.txt", "*.txt", folder.path("a.txt"))
    #expect(result.paths == ["a.txt"])
    #expect(
      warnings == [
        "'a.txt' is named more than once; it was read once",
        "'\(folder.path("a.txt"))' is named more than once; it was read once",
      ])
  }

  @Test func linksToFilesAreReadAndLinksToFoldersBelowAreNotFollowed() async throws {
    let folder = try Folder()
    try folder.write("real/a.txt", "Some text.")
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("in"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: folder.path("in/a.txt"), withDestinationPath: "../real/a.txt")
    try FileManager.default.createSymbolicLink(atPath: folder.path("in/round"), withDestinationPath: "..")
    let (result, warnings) = try await folder.read("in")
    #expect(result.paths == ["in/a.txt"])
    #expect(
      warnings == ["'in/round' is a link to a folder and was not followed; name the folder itself to read it"])
  }

  @Test func missingPathsAreErrorsAndEmptyPatternsWarningsBeforeTheRun() throws {
    let folder = try Folder()
    try folder.write("samples/ferry.txt", "Some text.")
    try folder.write("nothing/x.pdf", "x")
    let plan = PlanContext(
      encoder: .missing(reason: "no model"), location: SourceLocation(file: "test.yaml", line: 9, column: 1))
    let options = folder.options(["samples/fery.txt", "gone/a.txt", "*.txt", "nothing", "samples"])
    #expect(
      ReadFiles.check(options, in: plan).map(\.description) == [
        "test.yaml:1:3: error[missing-file]: 'samples/fery.txt' does not exist (paths start from the pipeline file's "
          + "folder); did you mean 'samples/ferry.txt'?",
        "test.yaml:2:3: error[missing-file]: 'gone/a.txt' does not exist (paths start from the pipeline file's folder); "
          + "neither does the folder 'gone'",
        "test.yaml:3:3: warning[no-files]: no file matches '*.txt'",
        "test.yaml:4:3: warning[no-files]: the folder 'nothing' holds no file that is read "
          + "(.txt .text .md .markdown .jsonl .ndjson)",
      ])
    #expect(
      ReadFiles.check(ReadFiles.Options(), in: plan).map(\.description) == [
        "test.yaml:9:1: error[no-input]: 'paths' is empty: name files, folders or patterns here or on the command line"
      ])
  }

  @Test func optionsComeFromTheTable() {
    let (options, mistakes) = StageHarness.options(
      ReadFiles.Options.self,
      [
        (
          "paths",
          .sequence([ConfigNode(.scalar("a.txt", quoted: false), at: SourceLocation(file: "t", line: 1, column: 1))])
        ),
        ("max-bytes", .scalar("0", quoted: false)),
      ])
    #expect(options.paths.map(\.text) == ["a.txt"])
    #expect(
      mistakes.map(\.message) == ["'max-bytes' is 0, but must be from 1 to 4294967296"])
  }
}

@Suite struct FilePathTests {
  @Test func bytesThatAreNoTextStayDifferent() {
    let names: [[UInt8]] = [[0x62, 0xFF, 0x2E], [0x62, 0xFE, 0x2E], Array("bé\u{FFFD}.".utf8)]
    #expect(names.map { FilePath(bytes: $0).text } == ["b\\xFF.", "b\\xFE.", "bé\u{FFFD}."])
  }

  @Test func oneFileByTwoSpellingsIsReadOnce() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("paths-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("sub"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("Text.".utf8).write(to: folder.appendingPathComponent("a.txt"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.appendingPathComponent("l.txt").path, withDestinationPath: "a.txt")
    let place = SourceLocation(file: "p.yaml", line: 1, column: 1)
    let listing = FileListing(["a.txt", "sub/../a.txt", "l.txt"].map { InputPath($0, base: folder, location: place) })
    #expect(listing.files.map(\.shown.text) == ["a.txt"])
    #expect(listing.repeated.map(\.text) == ["sub/../a.txt", "l.txt"])
  }
}
