import Foundation
import StageKit
import Testing

@testable import PipelineKit

/// The folder stays small, and nobody loses by it what is in use.
@Suite struct CacheUpkeepTests {
  /// Sets when a segment was of use last: so many hours ago.
  private func age(_ segment: URL, hours: Double) throws {
    let date = Date().addingTimeInterval(-hours * 3600)
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: segment.path)
  }

  @Test func whatWasOfUseLongestAgoGoesFirst() throws {
    let folder = CacheFolder()
    for start in [0, 1000, 2000] { folder.keep(start..<start + 300) }
    let segments = try folder.files("segment")
    for (index, segment) in segments.enumerated() { try age(segment, hours: Double(10 - index)) }
    // A hit makes the oldest the newest.
    let reader = folder.open()
    #expect(reader.found([5]) == 1)
    reader.close()
    #expect(try folder.files("segment").count == 3)

    folder.keep(3000..<3001, limit: try folder.bytes - 1000)
    let store = folder.open()
    #expect(store.found(0..<300) == 300)
    #expect(store.found(1000..<1300) == 0)
    #expect(store.found(2000..<2300) == 300)
    #expect(store.found(3000..<3001) == 1)
    store.close()
    #expect(try folder.files("index").count == 3)
    #expect(folder.warnings == [])
  }

  @Test func aSmallerLimitIsKeptEvenByARunThatFindsEverything() throws {
    let folder = CacheFolder()
    for start in [0, 1000, 2000] { folder.keep(start..<start + 300) }
    let limit = try folder.bytes / 2
    let store = folder.open(limit: limit)
    #expect(store.found(0..<3000) == 900)
    store.close()
    #expect(try folder.bytes <= limit)
    #expect(try folder.files("segment").count == 1)
  }

  @Test func segmentsOfOthersThatAreStillBeingWrittenStay() throws {
    let folder = CacheFolder()
    let living = folder.open()
    for number in 0..<5000 { living.keep(result(number), for: key(number)) }
    folder.keep(6000..<6300, limit: 1000)
    #expect(try folder.files("segment").count == 1)
    #expect(living.found(0..<5000) == 5000)
    living.close()
    let again = folder.open()
    #expect(again.found(0..<6300) == 5000)
    again.close()
  }

  @Test func aReaderOfRemovedSegmentsMissesThemAtWorst() throws {
    let folder = CacheFolder()
    folder.keep(0..<300)
    folder.keep(1000..<1300)
    let reader = folder.open()
    #expect(reader.found([3]) == 1)
    folder.keep(2000..<2001, limit: 0)
    folder.keep(2000..<2001, limit: 1)
    #expect(reader.found(0..<300) == 300)
    #expect(reader.found(1000..<1300) == 0)
    #expect(reader.contains(key(5)) && !reader.contains(key(1005)))
    // It can be kept anew.
    reader.keep(result(1005), for: key(1005))
    #expect(reader.found([1005]) == 1)
    reader.close()
    #expect(folder.warnings == [])
  }

  @Test func aRunThatMakesMoreThanTheLimitKeepsWhatFits() throws {
    let folder = CacheFolder()
    folder.keep(100_000..<100_300)
    try age(try #require(try folder.files("segment").first), hours: 1)
    let limit = 1 << 20
    let store = folder.open(limit: limit, segmentBytes: 64 << 10)
    for number in 0..<20_000 { store.keep(result(number), for: key(number)) }
    let kept = store.counts.kept
    #expect(kept > 1000 && kept < 20_000)
    store.close()
    #expect(try folder.bytes <= limit)
    #expect(folder.warnings.count == 1)
    #expect(folder.warnings[0].contains("is full with what this run needs (limit 1.0 MiB)"), "\(folder.warnings)")
    // The next run like this one finds something, and the old results had to go.
    let again = folder.open(limit: limit, segmentBytes: 64 << 10)
    #expect(again.found(0..<20_000) > 1000)
    #expect(again.found(100_000..<100_300) == 0)
  }

  @Test func manySmallSegmentsBecomeOne() throws {
    let folder = CacheFolder()
    for run in 0..<SegmentUpkeep.smallSegments { folder.keep(run * 10..<run * 10 + 15) }
    #expect(try folder.files("segment").count == SegmentUpkeep.smallSegments)
    let living = folder.open()
    living.keep(result(9000), for: key(9000))
    folder.keep(5000..<5010)
    // One of all that were closed, and the one that is being written.
    #expect(try folder.files("segment").count == 2)
    living.close()
    let store = folder.open()
    let last = (SegmentUpkeep.smallSegments - 1) * 10 + 15
    #expect(store.found(0..<last) == last)
    #expect(store.found(5000..<5010) == 10)
    #expect(store.found([9000]) == 1)
    // Results that two runs had kept are there once.
    #expect(try SegmentStore.info(directory: folder.url).entries == last + 11)
    store.close()
    #expect(folder.warnings == [])
  }

  @Test func aMergeThatWasKilledCostsNothing() throws {
    let folder = CacheFolder()
    for run in 0..<20 { folder.keep(run * 10..<run * 10 + 10) }
    let whole = try folder.names
    // What a kill leaves: the first part of the merged segment, no index, and all of the old ones.
    let copy = try folder.files("segment").flatMap { Array(try $0.contents().dropFirst(8)) }
    let magic = try #require(try folder.files("segment").first).contents().prefix(8)
    let merged = folder.url.appendingPathComponent(SegmentFolder.newName() + ".segment")
    try Data(magic + copy.prefix(copy.count * 2 / 3)).write(to: merged)
    try Data([1, 2, 3]).write(to: folder.url.appendingPathComponent(SegmentFolder.newName() + ".index.partial"))
    let store = folder.open()
    #expect(store.found(0..<200) == 200)
    #expect(store.count == 200)
    store.close()
    #expect(try folder.names.filter { $0.hasSuffix(".partial") } == [])
    #expect(try folder.files("segment").count == whole.count / 2 + 1)
    #expect(folder.warnings == [])
  }

  @Test func leftoverIndexesAndEmptySegmentsAreSweptAndForeignFilesStay() throws {
    let folder = CacheFolder()
    folder.keep(0..<10)
    let mine = try folder.names
    let foreign = ["notes.txt", "a-b-c.segment", "0123456789ab-1-zzzzzzzz.index", "0123456789AB.segment.bak"]
    for name in foreign { try Data("mine".utf8).write(to: folder.url.appendingPathComponent(name)) }
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("0123456789ab-1-00000001.segment"), withIntermediateDirectories: false)
    try Data("x".utf8).write(to: folder.url.appendingPathComponent("0123456789ab-1-00000002.index"))
    let empty = folder.url.appendingPathComponent("0123456789ab-1-00000003.segment")
    try Data().write(to: empty)
    try age(empty, hours: 1)
    let store = folder.open()
    #expect(store.found(0..<10) == 10)
    store.close()
    #expect(try folder.names == (mine + foreign + ["0123456789ab-1-00000001.segment"]).sorted())
    _ = try SegmentStore.clear(directory: folder.url)
    #expect(try folder.names == (foreign + ["0123456789ab-1-00000001.segment"]).sorted())
    #expect(folder.warnings == [])
  }

  @Test func foldersOfDeadRunsAreFoundAndRemoved() throws {
    let folder = CacheFolder()
    let cache = folder.url.deletingLastPathComponent()
    func run(_ name: String, pid: String?, hours: Double) throws {
      let url = cache.appendingPathComponent("runs/\(name)", isDirectory: true)
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      try Data(repeating: 7, count: 1000).write(to: url.appendingPathComponent("documents.jsonl"))
      if let pid { try Data(pid.utf8).write(to: url.appendingPathComponent("pid")) }
      try age(url, hours: hours)
    }
    let holder = String(decoding: try JSONLine.encode(LockFile.me(run: "r")), as: UTF8.self)
    try run("dead", pid: holder, hours: 0)
    try run("living", pid: nil, hours: 100)
    let pid = cache.appendingPathComponent("runs/living/pid").path
    guard case .taken(let lock, _) = try LockFile.take(pid, as: LockFile.me(run: "living")) else {
      throw StageError("locked", "nobody else can have it")
    }
    defer { lock.release() }
    try run("old", pid: nil, hours: 25)
    try run("young", pid: nil, hours: 23)
    try run("odd", pid: "-1 rm", hours: 1)
    try FileManager.default.createDirectory(
      at: cache.appendingPathComponent("models"), withIntermediateDirectories: true)
    let found = RunLeftovers.find(in: cache)
    #expect(found.folders == 2 && found.bytes >= 2000)
    #expect(try RunLeftovers.remove(in: cache) == found)
    let left = try FileManager.default.contentsOfDirectory(atPath: cache.appendingPathComponent("runs").path).sorted()
    #expect(left == ["living", "odd", "young"])
    #expect(FileManager.default.fileExists(atPath: cache.appendingPathComponent("models").path))
    #expect(RunLeftovers.find(in: cache) == RunLeftovers())
  }
}
