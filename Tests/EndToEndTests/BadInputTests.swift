import Foundation
import StageKit
import Testing

/// Every kind of bad input: a clear message, the right exit code, and no document lost.
@Suite struct BadInputTests {
  private static let pipeline = """
    version: 1
    name: bad
    stages:
      - use: read-files
        with: { paths: [in], max-bytes: 1000000 }
      - use: detect-language
      - use: find-duplicates
        with: { kinds: [exact, near] }
      - use: export
        with: { directory: out, formats: [jsonl] }
      - use: write-bundle
        with: { path: bundle.zip }
    """

  private struct Record: Decodable {
    struct Failure: Decodable {
      var code: String
      var message: String
    }
    var document: Document
    var error: Failure
    var stage: String
  }

  /// Runs over a folder with two good documents and whatever `prepare` adds; gives back the quarantine.
  private func run(
    _ prepare: (URL) throws -> Void
  ) throws -> (result: Toolkit.Result, documents: [Document], quarantine: [Record]) {
    try TemporaryFolder.with { folder in
      let pipeline = try folder.write("bad.yaml", Self.pipeline)
      try folder.write("in/good-1.txt", "The harbour reopened on Monday after the storm had passed.\n")
      try folder.write("in/good-2.txt", "Der Hafen wurde am Montag nach dem Sturm wieder geöffnet.\n")
      try prepare(folder.appendingPathComponent("in"))
      let result = try Toolkit.run(
        ["run", pipeline, "--progress", "plain"],
        environment: ["TOOLKIT_CACHE_DIR": folder.appendingPathComponent("cache").path])
      let out = folder.appendingPathComponent("out")
      let file = out.appendingPathComponent("quarantine.jsonl")
      let lines = (try? Data(contentsOf: file))?.split(separator: 0x0A) ?? []
      let verified = try Toolkit.run(["bundle", "verify", folder.appendingPathComponent("bundle.zip").path])
      #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
      return (
        result, try out.documents(), try lines.map { try JSONDecoder().decode(Record.self, from: $0) }
      )
    }
  }

  /// One bad file beside two good ones: exit code 3, both good ones there, the bad one named with the reason.
  private func expectOne(_ words: [String], _ prepare: (URL) throws -> Void) throws {
    let (result, documents, quarantine) = try run(prepare)
    #expect(result.status == 3, "\(result.errors)")
    #expect(documents.filter { $0.origin?.path.contains("good") == true }.count == 2)
    #expect(quarantine.count == 1)
    let message = quarantine.first?.error.message ?? ""
    for word in words {
      #expect(message.contains(word), "\(message)")
      #expect(result.output.contains(word), "\(result.output)")
    }
  }

  @Test func emptyFile() throws { try expectOne(["empty"]) { try $0.write("x.txt", "") } }

  @Test func nulBytes() throws {
    try expectOne(["NUL", "byte 5"]) { try $0.write("x.txt", Data("Hello\0world, this is text.".utf8)) }
  }

  @Test func invalidUTF8() throws {
    try expectOne(["UTF-8", "byte 6"]) {
      try $0.write("x.txt", Data("Hello ".utf8) + Data([0xC3, 0x28]) + Data(" text".utf8))
    }
  }

  @Test func danglingLink() throws {
    try expectOne(["link"]) { folder in
      try FileManager.default.createSymbolicLink(
        atPath: folder.appendingPathComponent("x.txt").path, withDestinationPath: "nowhere.txt")
    }
  }

  @Test func aPipeThatWouldHang() throws {
    try expectOne(["x.txt"]) { folder in
      #expect(mkfifo(folder.appendingPathComponent("x.txt").path, 0o600) == 0)
    }
  }

  @Test(.enabled(if: getuid() != 0, "root can read everything")) func unreadableFile() throws {
    try expectOne(["permission"]) { folder in
      let path = try folder.write("x.txt", "secret")
      #expect(chmod(path, 0) == 0)
    }
  }

  @Test func truncatedJSONLine() throws {
    let (result, documents, quarantine) = try run { folder in
      try folder.write(
        "x.jsonl",
        #"{"id":"a","text":"The first report of the day."}"# + "\n" + #"{"id":"b","text":"cut"# + "\n"
          + #"{"id":"c","text":"The third report of the day."}"# + "\n" + #"{"id":"d","text":"end"#)
    }
    #expect(result.status == 3)
    #expect(documents.count == 4)
    #expect(quarantine.count == 2)
    #expect(quarantine.first?.error.message.contains("line 2") == true, "\(quarantine)")
    #expect(quarantine.last?.error.message.contains("line 4") == true, "\(quarantine)")
  }

  @Test func aLineOf50Megabytes() throws {
    let (result, documents, quarantine) = try run { folder in
      let line = Data(#"{"id":"big","text":""#.utf8) + Data(repeating: 0x61, count: 50_000_000) + Data("\"}\n".utf8)
      try folder.write("x.jsonl", line + Data(#"{"id":"after","text":"This one follows the big one."}"#.utf8))
    }
    #expect(result.status == 3)
    #expect(documents.contains { $0.id == "after" })
    #expect(quarantine.count == 1)
    #expect(quarantine.first?.error.message.contains("1000000") == true, "\(quarantine)")
  }

  @Test func aFolderNamedLikeAFile() throws {
    let (result, documents, _) = try run {
      try $0.write("x.txt/inside.txt", "This text lies in a folder named like a file.")
    }
    #expect(result.status == 0, "\(result.errors)")
    #expect(documents.contains { $0.origin?.path.hasSuffix("x.txt/inside.txt") == true })
  }

  @Test func twoDocumentsWithOneId() throws {
    let (result, documents, quarantine) = try run { folder in
      try folder.write(
        "x.jsonl", #"{"id":"a","text":"The first report."}"# + "\n" + #"{"id":"a","text":"Another report."}"# + "\n")
    }
    #expect(result.status == 3)
    #expect(documents.count == 3)
    #expect(quarantine.count == 1)
  }

  @Test func aQuarantineOfAnEarlierRunIsNotTakenForThisOne() throws {
    try TemporaryFolder.with { folder in
      let pipeline = try folder.write("bad.yaml", Self.pipeline)
      try folder.write("in/good.txt", "The harbour reopened on Monday after the storm had passed.")
      let bad = try folder.write("in/x.txt", "")
      #expect(try Toolkit.run(["run", pipeline]).status == 3)
      #expect(try folder.appendingPathComponent("out").names().contains("quarantine.jsonl"))
      try FileManager.default.removeItem(atPath: bad)
      #expect(try Toolkit.run(["run", pipeline]).status == 0)
      #expect(try !folder.appendingPathComponent("out").names().contains("quarantine.jsonl"))
    }
  }

  @Test func aRunWithoutDocumentsLeavesTheBundleOfTheDay() throws {
    try TemporaryFolder.with { folder in
      let pipeline = try folder.write("bad.yaml", Self.pipeline)
      let good = try folder.write("in/good.txt", "The harbour reopened on Monday after the storm had passed.")
      #expect(try Toolkit.run(["run", pipeline]).status == 0)
      let before = try Data(contentsOf: folder.appendingPathComponent("bundle.zip"))
      try FileManager.default.removeItem(atPath: good)
      let result = try Toolkit.run(["run", pipeline])
      #expect(result.status == 0)
      #expect(result.errors.contains("was left as it is"), "\(result.errors)")
      #expect(try Data(contentsOf: folder.appendingPathComponent("bundle.zip")) == before)
    }
  }

  @Test func namesDoNotSteerTheTerminal() throws {
    let (result, _, _) = try run { folder in
      let text = "One report of the day about a harbour that was closed."
      try folder.write("x\u{1B}[31m.txt", text)
      try folder.write("y.txt", text)
    }
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("exact"))
    #expect(!result.output.contains("\u{1B}"))
  }

  @Test func conservationHoldsInTheReport() throws {
    let (result, _, _) = try run { try $0.write("x.txt", "") }
    #expect(result.errors.contains("read-files: 3 documents"), "\(result.errors)")
    #expect(result.errors.contains("1 quarantined"), "\(result.errors)")
  }
}
