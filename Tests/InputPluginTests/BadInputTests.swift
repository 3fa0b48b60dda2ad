import Foundation
import InputPlugin
import StageKit
import StageTesting
import Testing

@Suite("Bad input")
struct BadInputTests {
  @Test(
    arguments: [
      ("empty", [], "'bad.txt' is empty (0 bytes); fetch it again, or remove it if nothing is missing"),
      (
        "blank", Array(" \n\t\r\n".utf8),
        "'bad.txt' holds nothing but white space; fetch it again, or remove it if nothing is missing"
      ),
      (
        "NUL", Array("One line.\nTwo\u{0}".utf8),
        "'bad.txt' has a NUL byte at byte 13 (line 2), so it is damaged, or no text; if it is UTF-16 without a byte order "
          + "mark, convert it with 'iconv -f UTF-16LE -t UTF-8' (or UTF-16BE)"
      ),
      (
        "Latin-1", Array("Zeile.\nCaf".utf8) + [0xE9, 0x20, 0x61],
        "'bad.txt' is not valid UTF-8 at byte 10 (line 2); if it is in an older encoding, convert it, for example with "
          + "'iconv -f WINDOWS-1252 -t UTF-8'"
      ),
      (
        "PDF", Array("%PDF-1.7\n".utf8) + [0xE2, 0x28],
        "'bad.txt' is no text: it begins like a PDF and breaks off as text at byte 9 (line 2); convert it first"
      ),
      (
        "half UTF-16", [0xFF, 0xFE, 0x41, 0x00, 0x42],
        "'bad.txt' is not valid UTF-16LE at byte 4 (line 1): half a character, or a NUL; was it cut short? Save it again as "
          + "UTF-8"
      ),
    ] as [(String, [UInt8], String)])
  func contentIsQuarantinedWithItsPlace(kind: String, bytes: [UInt8], message: String) async throws {
    let folder = try Folder()
    try folder.write("bad.txt", bytes)
    try folder.write("good.txt", "All is well here.")
    let (result, _) = try await folder.read("bad.txt", "good.txt")
    #expect(result.paths == ["good.txt"])
    #expect(result.quarantined.map(\.error) == [message])
    let document = try #require(result.quarantined.first?.document)
    #expect(document.text.isEmpty)
    #expect(document.origin?.path == "bad.txt")
    #expect(document.origin?.sha256 == ContentHash.sha256(bytes))
    #expect(document.origin?.bytes == bytes.count)
    #expect(document.id.count == 16)
  }

  @Test(
    arguments: [
      ([0xC0, 0x80], 0), ([0x41, 0xED, 0xA0, 0x80], 1), ([0xF4, 0x90, 0x80, 0x80], 0), ([0x41, 0x42, 0xE2, 0x82], 2),
      ([0xC3, 0xA9, 0x80], 2), ([0xF0, 0x9F, 0x98], 0), ([0x41, 0xFF], 1), ([0xE0, 0x9F, 0xBF], 0),
    ] as [([UInt8], Int)])
  func theFirstInvalidByteIsNamed(bytes: [UInt8], offset: Int) async throws {
    let folder = try Folder()
    try folder.write("bad.txt", bytes)
    let error = try #require(try await folder.read("bad.txt").result.onlyError)
    #expect(error.hasPrefix("'bad.txt' is not valid UTF-8 at byte \(offset) (line 1)"))
  }

  @Test func aFileAboveTheLimitIsNotRead() async throws {
    let folder = try Folder()
    try folder.write("big.txt", [UInt8](repeating: 0x61, count: 1001))
    try folder.write("fits.txt", [UInt8](repeating: 0x61, count: 1000))
    let (result, _) = try await folder.read("big.txt", "fits.txt", maxBytes: 1000)
    #expect(result.paths == ["fits.txt"])
    #expect(
      result.quarantined.map(\.error) == [
        "'big.txt' has 1001 bytes and the limit is 1000; raise 'max-bytes', or split it"
      ])
  }

  @Test func foldersPipesSocketsAndDevicesAreNeverOpened() async throws {
    let folder = try Folder()
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("folder.txt"), withIntermediateDirectories: true)
    #expect(mkfifo(folder.path("pipe.txt"), 0o600) == 0)
    try FileManager.default.createSymbolicLink(atPath: folder.path("zero.txt"), withDestinationPath: "/dev/zero")
    let (result, _) = try await folder.read("*.txt")
    #expect(result.passed.isEmpty)
    #expect(
      result.quarantined.map(\.error) == [
        "'folder.txt' is a folder, not a file that could be read; leave it out of 'paths'",
        "'pipe.txt' is a named pipe, not a file that could be read; leave it out of 'paths'",
        "'zero.txt' is a device, not a file that could be read; leave it out of 'paths'",
      ])
  }

  @Test func linksThatLeadNowhereAreNamed() async throws {
    let folder = try Folder()
    try FileManager.default.createSymbolicLink(atPath: folder.path("dangling.txt"), withDestinationPath: "gone.txt")
    try FileManager.default.createSymbolicLink(atPath: folder.path("loop.txt"), withDestinationPath: "loop.txt")
    let (result, _) = try await folder.read("dangling.txt", "*.txt")
    #expect(
      result.quarantined.map(\.error) == [
        "'dangling.txt' is a link to something that does not exist; restore its target or remove the link",
        "'loop.txt' is a link that leads back to itself; point it to a file or remove it",
      ])
  }

  @Test func aFileThatVanishesDuringTheRunIsQuarantined() async throws {
    let folder = try Folder()
    // A batch is at most 64 documents, and one is read ahead.
    for number in 100..<300 { try folder.write("\(number).txt", "Report \(number).") }
    let harness = StageHarness()
    let stage = try await ReadFiles(folder.options(["*.txt"]), in: harness.context)
    let outlet = RemovingOutlet(path: folder.path("299.txt"))
    try await stage.read(into: outlet)
    #expect(outlet.collected.result.passed.count == 199)
    #expect(
      outlet.collected.result.quarantined.map(\.error) == [
        "'299.txt' does not exist (any more); was it moved or removed during the run?"
      ])
  }

  @Test(.enabled(if: getuid() != 0, "root may read everything"))
  func unreadableFilesAndFoldersAreNamed() async throws {
    let folder = try Folder()
    try folder.write("secret.txt", "Some text.")
    try folder.write("closed/a.txt", "Some text.")
    chmod(folder.path("secret.txt"), 0)
    chmod(folder.path("closed"), 0)
    defer { chmod(folder.path("closed"), 0o700) }
    let (result, _) = try await folder.read("secret.txt", "closed")
    #expect(
      result.quarantined.map(\.error) == [
        "'secret.txt' can't be read: permission denied; allow it with 'chmod u+r' or run as a user who may",
        "'closed' can't be read: permission denied; allow it with 'chmod u+rx' or run as a user who may",
      ])
  }

  @Test func aPathThroughAFileAndOneThatIsTooLongAreNamed() async throws {
    let folder = try Folder()
    try folder.write("a.txt", "Some text.")
    let long = String(repeating: "x", count: 300) + ".txt"
    let (result, _) = try await folder.read("a.txt/b.txt", long)
    #expect(result.passed.isEmpty)
    #expect(
      result.quarantined.map(\.error) == [
        "'a.txt/b.txt' does not exist (any more); was it moved or removed during the run?",
        "'\(long)' does not exist (any more); was it moved or removed during the run?",
      ])
  }

  @Test(arguments: [
    ("a.pdf", "'a.pdf' is of a format that is not read; convert it to text first, for example with 'pdftotext'"),
    ("a.json", "'a.json' is of a format that is not read; put one object on each line and name the file .jsonl"),
    ("A.HTML", "'A.HTML' is of a format that is not read; save it as plain text or Markdown first"),
  ])
  func formatsThatAreNotReadSayWhatToDo(name: String, message: String) async throws {
    let folder = try Folder()
    try folder.write(name, "x")
    #expect(try await folder.read(name).result.onlyError == message)
  }

  @Test func anUnknownEndingIsPlainTextIfTheFileIsNamed() async throws {
    let folder = try Folder()
    #expect(try await folder.read(text: "Some text.", as: "NOTES")?.text == "Some text.")
  }
}

/// Removes a file when the first document passes.
private struct RemovingOutlet: Outlet {
  let path: String
  let collected = CollectingOutlet()

  func pass(_ document: Document) async throws {
    try? FileManager.default.removeItem(atPath: path)
    try await collected.pass(document)
  }
  func drop(_ document: Document, because reason: String) async throws {
    try await collected.drop(document, because: reason)
  }
  func quarantine(_ document: Document, because error: any Error) async throws {
    try await collected.quarantine(document, because: error)
  }
}
