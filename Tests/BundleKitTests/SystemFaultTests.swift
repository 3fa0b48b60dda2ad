import Foundation
import Testing

@testable import BundleKit

/// The operating system says no.
@Suite struct SystemFaultTests {
  private static let isRoot = geteuid() == 0 && Tool("mount") != nil && Tool("umount") != nil

  /// Writes to the writer's own descriptor go to a device that is always full.
  private func fill(_ writer: BundleWriter) throws {
    let full = open("/dev/full", O_WRONLY)
    try #require(full >= 0 && dup2(full, writer.output.descriptor) >= 0)
    close(full)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
  func aFullDiskIsNamedAndNothingStays() async throws {
    let scratch = try Scratch()
    let url = try scratch.file("a.zip", Array("old".utf8))
    let writer = try BundleWriter(at: url, workers: 2)
    try await writer.add("a.txt", Array("some text".utf8))
    try fill(writer)
    let error = await #expect(throws: BundleError.self) { _ = try await writer.finish() }
    #expect(error?.code == .diskFull)
    let advice = "free some space or choose another place, then try again"
    #expect(error?.message == "cannot write: No space left on device; \(advice)")
    #expect(error?.path == url.path)
    #expect(try scratch.names == ["a.zip"])
    #expect(try bytes(of: url) == Array("old".utf8))
    let later = await #expect(throws: BundleError.self) { _ = try await writer.finish() }
    #expect(later?.code == .closed)
  }

  @Test func devicesPipesAndFoldersKeepTheirNames() throws {
    let scratch = try Scratch()
    let (pipe, folder, link) = (scratch.file("pipe"), scratch.file("folder"), scratch.file("link"))
    try #require(mkfifo(pipe.path, 0o600) == 0)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    try #require(symlink("/dev/null", link.path) == 0)
    for url in [pipe, folder, link] {
      let error = #expect(throws: BundleError.self) { _ = try BundleWriter(at: url, workers: 1) }
      #expect(error?.code == .exists)
      #expect(error?.message == "'\(url.path)' is a folder, a device or a pipe and no file; choose another name")
    }
    #expect(try scratch.names == ["folder", "link", "pipe"])
  }

  @Test(.enabled(if: isRoot, "needs root, to mount a small file system"))
  func aSmallFileSystemRunsFull() async throws {
    let scratch = try Scratch()
    let mounted = try #require(Tool("mount")).run(["-t", "tmpfs", "-o", "size=64k", "tmpfs", scratch.url.path])
    guard mounted.status == 0 else {
      // Root of a container may still not mount; the test above covers what it can.
      return print("skipped: \(mounted.output)")
    }
    defer { _ = try? Tool("umount")?.run([scratch.url.path]) }
    let inMemory = await #expect(throws: BundleError.self) {
      _ = try await writeSample(at: scratch.file("a.zip"), lines: 4000)
    }
    #expect(inMemory?.code == .diskFull)
    #expect(inMemory?.path == scratch.file("a.zip").path)
    #expect(try scratch.names == [])
    let spilling = await #expect(throws: BundleError.self) {
      _ = try await writeSample(at: scratch.file("a.zip"), lines: 4000, partBytes: 1 << 20, indexMemoryBytes: 500)
    }
    #expect(spilling?.code == .diskFull)
    #expect(spilling?.path == scratch.file("a.zip").path)
    #expect(try scratch.names == [])

    _ = try await writeSample(at: scratch.file("b.zip"), lines: 200, partBytes: 1 << 20)
    let reader = try BundleReader(at: scratch.file("b.zip"))
    let unpacking = #expect(throws: BundleError.self) {
      try reader.extract(to: scratch.url.appendingPathComponent("out"))
    }
    #expect(unpacking?.code == .diskFull)
    let names = reader.members.map(\.name)
    let unpacked = names.filter { FileManager.default.fileExists(atPath: scratch.file("out/\($0)").path) }
    #expect((1..<names.count).contains(unpacked.count))
    for name in unpacked {
      #expect(try Data(contentsOf: scratch.file("out/\(name)")) == reader.read(name), "only whole files stay")
    }
  }

  @Test func placesWhereNothingCanBeWritten() async throws {
    let scratch = try Scratch()
    let missing = scratch.url.appendingPathComponent("none/a.zip")
    let error = #expect(throws: BundleError.self) { try BundleWriter(at: missing, workers: 1) }
    #expect(error?.code == .io)
    #expect(
      error?.message
        == "cannot open the folder: No such file or directory; check the path; its folder must exist")
    #expect(error?.path == missing.deletingLastPathComponent().path)

    // A folder that is there before is refused at once; one that is made meanwhile has the name.
    let writer = try BundleWriter(at: scratch.file("taken.zip"), workers: 1)
    try FileManager.default.createDirectory(at: scratch.file("taken.zip"), withIntermediateDirectories: true)
    let taken = await #expect(throws: BundleError.self) { _ = try await writer.finish() }
    #expect(taken?.message.hasPrefix("cannot move the finished file to its name: Is a directory") == true)
    #expect(try scratch.names == ["taken.zip"])

    let long = scratch.file(String(repeating: "x", count: 300))
    let tooLong = await #expect(throws: BundleError.self) { _ = try await BundleWriter(at: long, workers: 1).finish() }
    #expect(tooLong?.message.hasSuffix("File name too long; choose a shorter name") == true)
    #expect(try scratch.names == ["taken.zip"])
  }

  @Test(.enabled(if: geteuid() != 0, "root may write anywhere"))
  func aFolderWithoutPermission() throws {
    let scratch = try Scratch()
    chmod(scratch.url.path, 0o500)
    defer { chmod(scratch.url.path, 0o700) }
    let error = #expect(throws: BundleError.self) { try BundleWriter(at: scratch.file("a.zip"), workers: 1) }
    #expect(
      error?.message
        == "cannot create the file: Permission denied; check the permissions, or choose another place")
  }

  @Test func whatCannotBeOpened() throws {
    let scratch = try Scratch()
    let missing = #expect(throws: BundleError.self) { try BundleReader(at: scratch.file("none.zip")) }
    #expect(
      missing?.description == "\(scratch.file("none.zip").path): error[io]: cannot open: No such file or directory; "
        + "check the path; its folder must exist")
    let folder = #expect(throws: BundleError.self) { try BundleReader(at: scratch.url) }
    #expect(folder?.message == "this is a folder, pipe or device; give the path of a file")
    #expect(mkfifo(scratch.file("pipe").path, 0o600) == 0)
    #expect(throws: BundleError.self) { try BundleReader(at: scratch.file("pipe")) }
  }

  @Test func aFileThatShrinksWhileItIsRead() async throws {
    let scratch = try Scratch()
    _ = try await writeSample(at: scratch.file("a.zip"))
    let reader = try BundleReader(at: scratch.file("a.zip"))
    #expect(truncate(scratch.file("a.zip").path, 100) == 0)
    let error = #expect(throws: BundleError.self) { try reader.read("vectors/noise.bin") }
    #expect(error?.message == "the file became shorter while it was being read; try again")
    let found = Set(await reader.verify(workers: 2).findings.map(\.member))
    #expect(found == Set(reader.members.map(\.name)).subtracting(["README.txt", "empty.csv"]))
  }

  @Test func aCancelledTaskLeavesNothing() async throws {
    let scratch = try Scratch()
    let url = scratch.file("a.zip")
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      _ = try await writeSample(at: url)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try scratch.names == [])
  }

  @Test func whatCannotGoIntoABundle() async throws {
    let scratch = try Scratch()
    let writer = try BundleWriter(at: scratch.file("a.zip"), workers: 1)
    let line = await #expect(throws: BundleError.self) { try await writer.append(Array("a\nb".utf8), to: "t") }
    #expect(line?.message == "a line for the table 't' contains a line break; write JSON on one line")
    let id = String(repeating: "x", count: 20_000)
    let long = await #expect(throws: BundleError.self) { try await writer.append([1], to: "t", id: id) }
    #expect(long?.message == "an id is longer than 16384 bytes; shorten it")
    let other = await #expect(throws: BundleError.self) { try await writer.append([1], to: "t", id: "a") }
    #expect(other?.message == "only lines of 'documents' have ids, those of 't' do not")
    let table = await #expect(throws: BundleError.self) { try await writer.append([1], to: "../t") }
    #expect(table?.code == .unsafeName)
    let key = await #expect(throws: BundleError.self) { _ = try await writer.finish(adding: ["resources": "mine"]) }
    #expect(
      key?.message == "'resources' in datapackage.json is set by the bundle itself; use another key")
    _ = try await writer.finish(adding: ["toolkit": "fine"])
    #expect(throws: BundleError.self) {
      try BundleWriter(at: URL(fileURLWithPath: "/", isDirectory: true), workers: 1)
    }
  }
}
