import Foundation
import StageKit
import Synchronization
import Testing

@testable import PipelineKit

/// Locks of outputs, run folders, and what runs that were killed leave behind.
@Suite struct OutputLockTests {
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("locks-\(UUID().uuidString)")
    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }
    func names(_ path: String = ".") -> [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: url.appendingPathComponent(path).path)) ?? []).sorted()
    }
    func write(_ name: String, _ text: String) throws {
      let file = url.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    func holder(_ name: String) throws -> LockFile.Holder {
      try JSONDecoder().decode(LockFile.Holder.self, from: Data(contentsOf: url.appendingPathComponent(name)))
    }
  }

  private func error(_ body: () throws -> Void) -> StageError? {
    do {
      try body()
      return nil
    } catch { return error as? StageError }
  }

  @Test func aLockSaysWhoHasItAndVanishes() throws {
    let folder = try Folder()
    let locks = OutputLocks(run: "r1")
    try locks.take(folder.url.appendingPathComponent("x.zip"), stage: "a") { _ in Issue.record("no warning") }
    #expect(folder.names() == [".x.zip.lock"])
    let holder = try folder.holder(".x.zip.lock")
    #expect(holder.pid == getpid() && holder.run == "r1" && !holder.host.isEmpty)

    let output = folder.url.appendingPathComponent("./y/../x.zip")
    let refused = error { try OutputLocks(run: "r2").take(output, stage: "b") { _ in } }
    #expect(refused?.code == "locked")
    #expect(
      refused?.message
        == "'\(folder.url.path)/x.zip' is locked by another run: process \(getpid()) on this host (\(holder.host)), since "
        + "\(holder.started); wait for its end, stop it, or choose another output")
    locks.release()
    #expect(folder.names() == [])
  }

  @Test func aLockThatADeadRunLeftIsTakenOver() throws {
    let folder = try Folder()
    let output = folder.url.appendingPathComponent("out")
    var dead = LockFile.me(run: "old")
    dead.started = "2026-03-11T22:00:00Z"
    // Nobody holds the file, whatever it says of a process that may live by that number again.
    try folder.write(".out.lock", String(decoding: try JSONLine.encode(dead), as: UTF8.self))
    let warnings = Mutex<[String]>([])
    let locks = OutputLocks(run: "new")
    try locks.take(output, stage: "a") { message in warnings.withLock { $0.append(message) } }
    #expect(
      warnings.withLock { $0 } == [
        "'\(output.path)' was locked by a run that is dead (process \(dead.pid), started 2026-03-11T22:00:00Z); its lock "
          + "was taken over"
      ])
    #expect(try folder.holder(".out.lock").run == "new")
    locks.release()
    #expect(folder.names() == [])
  }

  @Test func aLockOfAnotherHostHoldsForADay() throws {
    let folder = try Folder()
    let output = folder.url.appendingPathComponent("out")
    var other = LockFile.me(run: "old")
    other.host = "elsewhere"
    other.started = (Date() - 3 * 3600).ISO8601Format()
    try folder.write(".out.lock", String(decoding: try JSONLine.encode(other), as: UTF8.self))
    let refused = error { try OutputLocks(run: "new").take(output, stage: "a") { _ in } }
    #expect(refused?.code == "locked")
    #expect(
      refused?.message
        == "'\(output.path)' is locked by a run on another host: process \(other.pid) on elsewhere, since "
        + "\(other.started), 3 h ago; wait for its end, or, if that process is dead, remove '\(folder.url.path)/.out.lock'"
    )
    other.started = (Date() - 25 * 3600).ISO8601Format()
    try folder.write(".out.lock", String(decoding: try JSONLine.encode(other), as: UTF8.self))
    try OutputLocks(run: "new").take(output, stage: "a") { _ in }
  }

  @Test func twoStagesOfOneRunCanNotWriteOneOutput() throws {
    let folder = try Folder()
    let locks = OutputLocks(run: "r")
    try locks.take(folder.url.appendingPathComponent("out"), stage: "a") { _ in }
    let refused = error { try locks.take(folder.url.appendingPathComponent("b/../out"), stage: "b") { _ in } }
    #expect(refused?.code == "same-output")
    #expect(
      refused?.message
        == "the stages 'a' and 'b' both write '\(folder.url.path)/out'; give one of them another path")
  }

  @Test func foldersMadeForALockGoWithIt() throws {
    let folder = try Folder()
    let locks = OutputLocks(run: "r")
    try locks.take(folder.url.appendingPathComponent("a/b/out"), stage: "a") { _ in }
    try folder.write("a/kept", "")
    #expect(folder.names("a/b") == [".out.lock"])
    locks.release()
    #expect(folder.names("a") == ["kept"])
  }

  @Test func whatAKilledRunLeftIsSweptByTheNext() throws {
    let folder = try Folder()
    let runs = "cache/runs"
    let dead = String(decoding: try JSONLine.encode(LockFile.me(run: "dead.1")), as: UTF8.self)
    let out = folder.url.appendingPathComponent("out")
    try folder.write("\(runs)/dead.1/pid", dead)
    try folder.write("\(runs)/dead.1/scratch-x/documents.jsonl", "{}")
    let outputs = [out, folder.url.appendingPathComponent("x.zip"), folder.url.appendingPathComponent("fresh")]
    let list = try outputs.map { String(decoding: try JSONLine.encode($0.path), as: UTF8.self) + "\n" }
    try folder.write("\(runs)/dead.1/outputs", list.joined())
    try folder.write("out/documents.jsonl", "old")
    try folder.write("out/.documents.jsonl.dead-1.partial", "half")
    try folder.write("out/.y.zip.abc.partial", "another run's")
    try folder.write(".x.zip.k3j2.partial", "half")
    try folder.write(".x.zip.lock", dead)
    try folder.write("fresh/.documents.jsonl.dead-1.partial", "half")
    // Kept on purpose: no pid.
    try folder.write("\(runs)/kept/quarantine.jsonl", "{}")
    // A run that lives: somebody holds its pid.
    try folder.write("\(runs)/living/scratch", "")
    guard
      case .taken(let living, _) = try LockFile.take(
        folder.url.appendingPathComponent("\(runs)/living/pid").path, as: LockFile.me(run: "living"))
    else {
      Issue.record("the lock of a new folder is free")
      return
    }
    let mine = try RunFolder(in: folder.url.appendingPathComponent("cache"), run: "mine")
    #expect(folder.names(runs) == ["kept", "living", "mine"])
    #expect(folder.names("out") == [".y.zip.abc.partial", "documents.jsonl"])
    #expect(folder.names() == ["cache", "out"])
    mine.remove()
    living.release()
    #expect(folder.names(runs) == ["kept", "living"])
  }
}
