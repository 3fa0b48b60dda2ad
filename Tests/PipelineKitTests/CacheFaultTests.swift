import Foundation
import StageKit
import Testing

@testable import PipelineKit

/// Whatever goes wrong: right answers or none, and never an error.
@Suite struct CacheFaultTests {
  /// A segment of 60 results, without a store that uses it.
  private func sample(_ folder: CacheFolder) throws -> (segment: URL, index: URL) {
    folder.keep(0..<60)
    return (try #require(try folder.files("segment").first), try #require(try folder.files("index").first))
  }

  @Test func damagedSegmentsGiveRightAnswersOrNone() throws {
    let folder = CacheFolder()
    let (segment, index) = try sample(folder)
    let (whole, wholeIndex) = (try segment.contents(), try index.contents())
    var generator = SteadyGenerator(state: 1)
    for round in 0..<200 {
      var bytes = whole
      if round.isMultiple(of: 4) {
        bytes.removeLast(Int.random(in: 1...whole.count, using: &generator))
      } else {
        for _ in 0..<Int.random(in: 1...20, using: &generator) {
          bytes[Int.random(in: bytes.indices, using: &generator)] ^= UInt8(
            1 << Int.random(in: 0..<8, using: &generator))
        }
      }
      try Data(bytes).write(to: segment)
      // Half of the rounds with the index, half by reading the segment.
      if round.isMultiple(of: 2) {
        try Data(wholeIndex).write(to: index)
      } else {
        try? FileManager.default.removeItem(at: index)
      }
      let store = folder.open()
      let found = store.found(0..<60)
      #expect(found >= 0 && found < 60 || bytes.count == whole.count && found == 60, "round \(round): \(found)")
      // What is missing can be kept again, and is there from then on.
      for number in 0..<60 { store.keep(result(number), for: key(number)) }
      #expect(store.found(0..<60) == 60, "round \(round)")
      store.close()
      let again = folder.open()
      #expect(again.found(0..<60) == 60, "round \(round)")
      again.close()
      for file in try folder.files("segment") + folder.files("index") where file != segment && file != index {
        try FileManager.default.removeItem(at: file)
      }
    }
    #expect(folder.warnings.allSatisfy { $0.contains("is damaged; what can't be read in it is computed again") })
  }

  @Test func damagedIndexesAreNotBelieved() throws {
    let folder = CacheFolder()
    let (_, index) = try sample(folder)
    let whole = try index.contents()
    var generator = SteadyGenerator(state: 2)
    for round in 0..<200 {
      var bytes = whole
      switch round % 4 {
      case 0: bytes.removeLast(Int.random(in: 1...whole.count, using: &generator))
      case 1: bytes += [UInt8](repeating: 0, count: Int.random(in: 1...100, using: &generator))
      default:
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
          bytes[Int.random(in: bytes.indices, using: &generator)] ^= UInt8(
            1 << Int.random(in: 0..<8, using: &generator))
        }
      }
      try Data(bytes).write(to: index)
      let store = folder.open()
      #expect(store.found(0..<60) == 60, "round \(round)")
      store.close()
      // And it is mended.
      #expect(try index.contents() == whole, "round \(round)")
    }
    #expect(folder.warnings == [])
  }

  @Test func anyBytesCanLieWhereSegmentsAndIndexesAre() throws {
    let folder = CacheFolder()
    let (segment, index) = try sample(folder)
    let magics = (try segment.contents().prefix(8), try index.contents().prefix(8))
    var generator = SteadyGenerator(state: 3)
    for round in 0..<300 {
      let bytes = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
        round.isMultiple(of: 3)
          ? UInt8.random(in: 0...1, using: &generator) : UInt8.random(in: 0...255, using: &generator)
      }
      try Data(magics.0 + bytes).write(to: segment)
      try Data(magics.1 + bytes.shuffled(using: &generator)).write(to: index)
      let store = folder.open()
      #expect(store.found(0..<60) == 0)
      store.close()
    }
  }

  @Test func zerosAreNoRecord() {
    let zeros = [UInt8](repeating: 0, count: 32)
    #expect(zeros.withUnsafeBytes { SegmentRecord.verified($0) == nil })
  }

  @Test func theCopyOfAnyMomentOpens() throws {
    let folder = CacheFolder()
    let store = folder.open(segmentBytes: 128 << 10)
    var least = 0
    for number in 0..<3000 {
      store.keep(result(number), for: key(number))
      guard number % 500 == 499 else { continue }
      let copy = CacheFolder()
      try FileManager.default.createDirectory(at: copy.url, withIntermediateDirectories: true)
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path) {
        do {
          try FileManager.default.copyItem(
            at: folder.url.appendingPathComponent(name), to: copy.url.appendingPathComponent(name))
        } catch CocoaError.fileNoSuchFile where name.hasSuffix(".partial") {
          // It got its name while the folder was copied, which no copy can hinder.
        } catch CocoaError.fileReadNoSuchFile where name.hasSuffix(".partial") {
        }
      }
      let killed = copy.open()
      let found = killed.found(0..<3000)
      #expect(found >= least && found <= number + 1)
      least = found
      for number in 0..<3000 { killed.keep(result(number), for: key(number)) }
      #expect(killed.found(0..<3000) == 3000)
      killed.close()
      let again = copy.open()
      #expect(again.found(0..<3000) == 3000)
      again.close()
      #expect(copy.warnings == [])
    }
    #expect(least > 1000)
    store.close()
  }

  @Test func aProcessThatIsKilledLosesLittle() async throws {
    let folder = CacheFolder()
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.url.path as String] in
      let store = SegmentStore(directory: URL(fileURLWithPath: path), limit: 1 << 30, segmentBytes: 1 << 20) { _ in }
      for number in 0..<20_000 { store.keep(result(number), for: key(number)) }
      kill(getpid(), SIGKILL)
    }
    let store = folder.open()
    let found = store.found(0..<20_000)
    // At most a MiB of the six was in memory.
    #expect(found > 15_000 && found < 20_000, "\(found)")
    #expect(store.found(0..<found) == found)
    store.close()
    #expect(try folder.files("index").count == folder.files("segment").count)
    #expect(folder.warnings == [])
  }

  @Test func twoProcessesKeepAtTheSameTime() async throws {
    let folder = CacheFolder()
    let store = folder.open(segmentBytes: 256 << 10)
    async let other = #expect(processExitsWith: .success) { [path = folder.url.path as String] in
      let store = SegmentStore(directory: URL(fileURLWithPath: path), limit: 1 << 30, segmentBytes: 256 << 10) { _ in
        exit(1)
      }
      for number in 3000..<9000 { store.keep(result(number), for: key(number)) }
      if store.found(3000..<9000) != 6000 { exit(2) }
      store.close()
    }
    for number in 0..<6000 {
      store.keep(result(number), for: key(number))
      if number.isMultiple(of: 50) { try await Task.sleep(for: .milliseconds(1)) }
    }
    _ = await other
    #expect(store.found(0..<6000) == 6000)
    store.close()
    let all = folder.open()
    #expect(all.found(0..<9000) == 9000)
    all.close()
    #expect(folder.warnings == [])
  }

  @Test func aFileInPlaceOfTheFolderIsOneWarning() throws {
    let folder = CacheFolder()
    try FileManager.default.createDirectory(
      at: folder.url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data().write(to: folder.url)
    let store = folder.open()
    for number in 0..<10 { store.keep(result(number), for: key(number)) }
    #expect(store.found(0..<10) == 0)
    store.close()
    #expect(folder.warnings.count == 2)
    #expect(folder.warnings[0].hasSuffix("Not a directory; this run computes everything again"), "\(folder.warnings)")
    #expect(
      folder.warnings[1].contains("can't write to the cache \(folder.url.path): Not a directory; the run goes on"))
    #expect(throws: StageError.self) { try SegmentStore.info(directory: folder.url) }
  }

  @Test func aFolderThatVanishesIsMadeAgain() throws {
    let folder = CacheFolder()
    let store = folder.open(segmentBytes: 64 << 10)
    for number in 0..<100 { store.keep(result(number), for: key(number)) }
    try FileManager.default.removeItem(at: folder.url)
    for number in 100..<1000 { store.keep(result(number), for: key(number)) }
    #expect(store.found(0..<1000) == 1000)
    store.close()
    let again = folder.open()
    #expect(again.found(0..<1000) > 500)
    again.close()
    #expect(folder.warnings == [])
  }

  @Test(.enabled(if: getuid() != 0, "root writes where nobody may"))
  func aFolderThatMustNotBeWrittenIsRead() throws {
    let folder = CacheFolder()
    _ = try sample(folder)
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.url.path)
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path) }
    let store = folder.open()
    for number in 50..<70 { store.keep(result(number), for: key(number)) }
    #expect(store.found(0..<70) == 60)
    store.close()
    #expect(folder.warnings.count == 1)
  }

  @Test(.enabled(if: getuid() == 0, "only root can mount a small disk"))
  func aFullDiskEndsKeepingWithOneWarning() throws {
    let folder = CacheFolder()
    try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
    guard try run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder.url.path) else { return }
    defer { _ = try? run("umount", folder.url.path) }
    // The disk fills up by itself: the store leaves some room.
    let store = folder.open(segmentBytes: 256 << 10)
    for number in 0..<20_000 { store.keep(result(number), for: key(number)) }
    let kept = store.counts.kept
    #expect(kept > 3000 && kept < 10_000)
    #expect(store.found(0..<20_000) == kept)
    #expect(folder.warnings.count == 1)
    #expect(folder.warnings[0].contains(": the disk is nearly full; the run goes on"), "\(folder.warnings)")
    store.close()

    // Somebody else fills it while a segment grows.
    let next = folder.open(segmentBytes: 64 << 10)
    next.keep(result(30_001), for: key(30_001))
    let filler = open(folder.url.appendingPathComponent("filler").path, O_WRONLY | O_CREAT, 0o644)
    let block = [UInt8](repeating: 1, count: 4096)
    while write(filler, block, block.count) > 0 {}
    close(filler)
    for number in 31_000..<32_000 { next.keep(result(number), for: key(number)) }
    // What is in memory stays readable.
    #expect(next.found([30_001]) == 1)
    #expect(next.found(31_000..<32_000) > 0)
    next.close()
    #expect(folder.warnings.count == 2)
    #expect(folder.warnings[1].contains("No space left on device; the run goes on"), "\(folder.warnings)")
    let again = folder.open()
    #expect(again.found(0..<20_000) == kept)
    again.close()
  }

  private func run(_ tool: String, _ arguments: String...) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
