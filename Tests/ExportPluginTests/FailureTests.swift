import ExportPlugin
import Foundation
import StageKit
import StageTesting
import Testing

@Suite("When writing fails")
struct FailureTests {
  static let canMount: Bool = {
    #if os(Linux)
      guard getuid() == 0, let folder = try? Folder() else { return false }
      guard mount("tmpfs", folder.url.path, "tmpfs", 0, "size=64k") == 0 else { return false }
      return umount(folder.url.path) == 0
    #else
      return false
    #endif
  }()

  #if os(Linux)
    @Test(.enabled(if: canMount, "needs the right to mount a small disk"))
    func aFullDiskLeavesNothingBehind() async throws {
      let folder = try Folder()
      try #require(mount("tmpfs", folder.url.path, "tmpfs", 0, "size=64k") == 0)
      defer { umount2(folder.url.path, Int32(MNT_DETACH)) }
      let documents = (0..<200).map { Document(id: "\($0)", text: String(repeating: "x", count: 2000)) }
      let error = await #expect(throws: StageError.self) { _ = try await folder.export(documents, folder.options()) }
      #expect(error?.code == "disk-full")
      #expect(
        error?.message
          == "can't write '\(folder.path("out/documents.jsonl"))': the disk is full; free some space or choose another "
          + "'directory'")
      #expect(folder.names() == [], "hidden files and the folder made for them are gone")
    }

    @Test(.enabled(if: canMount, "needs the right to mount a small disk"))
    func aReadOnlyDiskIsReportedBeforeTheRunAndDuringIt() async throws {
      let folder = try Folder()
      try #require(mount("tmpfs", folder.url.path, "tmpfs", UInt(MS_RDONLY), "size=64k") == 0)
      defer { umount2(folder.url.path, Int32(MNT_DETACH)) }
      #expect(
        check(folder.options()) == [
          "p.yaml:3:1: error[not-writable]: 'directory' is 'out', but nothing may be written to '\(folder.url.path)': its "
            + "disk is read-only; choose another place"
        ])
      let error = await #expect(throws: StageError.self) { _ = try await folder.export([], folder.options()) }
      #expect(
        error?.message == "can't write '\(folder.path("out"))': the disk is read-only; choose another 'directory'")
    }
  #endif

  @Test func aFileWhereTheFolderShouldBe() async throws {
    let folder = try Folder()
    try Data().write(to: folder.url.appendingPathComponent("out"))
    #expect(
      check(folder.options("out/today")) == [
        "p.yaml:3:1: error[not-a-folder]: 'directory' is 'out/today', but '\(folder.path("out/today"))' is not a folder; "
          + "choose another place"
      ])
    let error = await #expect(throws: StageError.self) { _ = try await folder.export([], folder.options("out/today")) }
    #expect(error?.code == "not-a-folder")
  }

  @Test func aFolderWhereAFileShouldBeFailsBeforeAnythingGetsItsName() async throws {
    let folder = try Folder()
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("out/summary.md"), withIntermediateDirectories: true)
    let error = await #expect(throws: StageError.self) {
      _ = try await folder.export(Sample.documents, folder.options())
    }
    #expect(error?.message == "can't write '\(folder.path("out/summary.md"))': a folder has this name; move it away")
    #expect(folder.names("out") == ["summary.md"])
  }

  @Test func whenDocumentsStopComingNothingAppearsAndOldFilesStay() async throws {
    let folder = try Folder()
    _ = try await folder.export([], folder.options())
    let before = try folder.text("out/summary.md")
    let harness = StageHarness()
    let stage = try await Export(folder.options(), in: harness.context)
    let inlet = Inlet { throw CancellationError() }
    await #expect(throws: CancellationError.self) {
      try await stage.write(inlet, confirming: CollectingOutlet())
    }
    #expect(folder.names("out") == ["brief.json", "documents.jsonl", "duplicates.csv", "stories.jsonl", "summary.md"])
    #expect(try folder.text("out/summary.md") == before)
    #expect(harness.services.record.reportDirectories.isEmpty)
  }

  @Test func aSecondRunReplacesTheFiles() async throws {
    let folder = try Folder()
    _ = try await folder.export(Sample.documents, folder.options())
    _ = try await folder.export([], folder.options())
    #expect(try folder.text("out/documents.jsonl") == "")
    #expect(folder.names("out").count == 5)
  }

  @Test func aFolderThatCanBeMadeIsFine() throws {
    let folder = try Folder()
    #expect(check(folder.options("a/b/c-{run}/d")) == [])
    #expect(
      check(folder.options("out", [])) == [
        "p.yaml:3:1: error[no-formats]: 'formats' is empty: name some of jsonl, csv, markdown, json"
      ])
  }

  private func check(_ options: Export.Options) -> [String] {
    let place = SourceLocation(file: "p.yaml", line: 3, column: 1)
    return Export.check(options, in: PlanContext(encoder: .missing(reason: "no model"), location: place))
      .map(\.description)
  }
}
