import Foundation
import StageKit
import StageTesting
import Testing

@Suite final class DocumentSpoolTests {
  private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("spool-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: directory) }

  /// The spool's file, which has no name.
  private func file() throws -> String { try #require(OpenFiles.withoutName(from: directory).first) }

  @Test func givesBackWhatItTookInAnyOrder() async throws {
    let spool = try DocumentSpool(in: directory)
    let documents = (0..<300).map { Document(id: "d\($0)", text: String(repeating: "x\($0) ", count: 2000)) }
    for (index, document) in documents.enumerated() {
      #expect(try spool.append(document) == index)
      if index % 50 == 0 {
        #expect(try spool.document(at: index / 2) == documents[index / 2])
        #expect(try spool.document(at: index) == document)
      }
    }
    #expect(try spool.document(at: 299) == documents[299])
    var all: [Document] = []
    try await spool.forEach { index, document in
      #expect(index == all.count)
      all.append(document)
    }
    #expect(all == documents)
  }

  @Test func keepsEveryFieldAndTheHistory() async throws {
    let spool = try DocumentSpool(in: directory)
    var random = RandomDocuments(seed: 11)
    let documents = (0..<200).map { _ in random.document() }
    for document in documents { try spool.append(document) }
    try await spool.forEach { index, document in #expect(document == documents[index]) }
  }

  @Test func whatIsAddedWhileReadingIsReadToo() async throws {
    let spool = try DocumentSpool(in: directory)
    for index in 0..<3 { try spool.append(Document(id: "d\(index)", text: "")) }
    var seen: [String] = []
    try await spool.forEach { index, document in
      seen.append(document.id)
      if index < 3 { try spool.append(Document(id: "again-\(document.id)", text: "")) }
    }
    #expect(seen == ["d0", "d1", "d2", "again-d0", "again-d1", "again-d2"])
  }

  @Test func theFileIsOursAloneAndGoesWithTheSpool() throws {
    var spool: DocumentSpool? = try DocumentSpool(in: directory)
    try spool?.append(Document(id: "a", text: "private"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    var status = stat()
    #expect(try stat(file(), &status) == 0 && status.st_mode & 0o777 == 0o600)
    spool = nil
    #expect(OpenFiles.withoutName(from: directory) == [])
  }

  @Test func aFileThatWasCutShortIsAnError() async throws {
    let spool = try DocumentSpool(in: directory)
    for index in 0..<3 { try spool.append(Document(id: "d\(index)", text: String(repeating: "x", count: 1 << 20))) }
    #expect(try truncate(file(), 100) == 0)
    #expect {
      try spool.document(at: 0)
    } throws: { error in
      let message = (error as? StageError)?.message ?? ""
      return message.hasPrefix("can't read \(directory.path)/documents-")
        && message.hasSuffix(": it ends too early; check the disk")
    }
    await #expect(throws: StageError.self) { try await spool.forEach { _, _ in } }
  }

  @Test func bytesThatWereAlteredAreAnError() throws {
    let spool = try DocumentSpool(in: directory)
    try spool.append(Document(id: "a", text: String(repeating: "x", count: 1 << 20)))
    let handle = try #require(FileHandle(forWritingAtPath: file()))
    try handle.write(contentsOf: Data([0, 0, 0, 0]))
    try handle.close()
    #expect {
      try spool.document(at: 0)
    } throws: {
      ($0 as? StageError)?.code == "damaged-record"
    }
  }

  @Test func aFolderThatIsNotThereIsAnError() {
    #expect {
      try DocumentSpool(in: URL(fileURLWithPath: "/nonexistent/folder"))
    } throws: { error in
      let message = (error as? StageError)?.message ?? ""
      return message.hasPrefix("can't write /nonexistent/folder/documents-")
        && message.hasSuffix(": No such file or directory; its folder does not exist, or has vanished; run again")
    }
  }
}
