import Foundation
import StageKit
import Testing

@Suite final class DocumentSpoolTests {
  private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("spool-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: directory) }

  private var file: URL { directory.appendingPathComponent("documents.records") }

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
    let permissions = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(permissions == 0o600)
    spool = nil
    #expect(!FileManager.default.fileExists(atPath: file.path))
  }

  @Test func aFileThatWasCutShortIsAnError() async throws {
    let spool = try DocumentSpool(in: directory)
    for index in 0..<3 { try spool.append(Document(id: "d\(index)", text: String(repeating: "x", count: 1 << 20))) }
    truncate(file.path, 100)
    #expect(throws: StageError("io", "\(file.path) was cut short while the run used it")) {
      try spool.document(at: 0)
    }
    await #expect(throws: StageError.self) { try await spool.forEach { _, _ in } }
  }

  @Test func bytesThatWereAlteredAreAnError() throws {
    let spool = try DocumentSpool(in: directory)
    try spool.append(Document(id: "a", text: String(repeating: "x", count: 1 << 20)))
    let handle = try FileHandle(forWritingTo: file)
    try handle.write(contentsOf: Data([0, 0, 0, 0]))
    try handle.close()
    #expect {
      try spool.document(at: 0)
    } throws: {
      ($0 as? StageError)?.code == "damaged-record"
    }
  }

  @Test func aFolderThatIsNotThereIsAnError() {
    #expect(
      throws: StageError(
        "io",
        "can't write /nonexistent/folder/documents.records: No such file or directory; its folder does not exist, or "
          + "has vanished; run again")
    ) { try DocumentSpool(in: URL(fileURLWithPath: "/nonexistent/folder")) }
  }
}
