import Foundation
import StageKit
import Testing

@testable import PipelineKit

/// Results are there again, whoever asks.
@Suite struct CacheStoreTests {
  @Test func nothingIsMadeBeforeTheFirstResult() throws {
    let folder = CacheFolder()
    let store = folder.open()
    #expect(store.bytes(for: key(1)) == nil)
    #expect(!store.contains(key(1)))
    store.close()
    #expect(!FileManager.default.fileExists(atPath: folder.url.path))
    #expect(store.counts == (hits: 0, misses: 1, kept: 0))
    #expect(folder.warnings == [])
  }

  @Test func resultsAreReadFromTheBufferAndFromTheFile() throws {
    let folder = CacheFolder()
    let store = folder.open()
    // More than the buffer holds.
    for number in 0..<8000 { store.keep(result(number), for: key(number)) }
    #expect(store.found(0..<8100) == 8000)
    #expect(store.counts == (hits: 8000, misses: 100, kept: 8000))
    #expect(store.contains(key(7999)) && !store.contains(key(8000)))
    store.close()
    #expect(store.bytes(for: key(1)) == nil)
    store.keep([1], for: key(9000))

    let again = folder.open()
    #expect(again.count == 8000)
    #expect(again.found(0..<9100) == 8000)
    again.close()
    #expect(try folder.files("segment").count == 1)
    #expect(try folder.files("index").count == 1)
    #expect(folder.warnings == [])
  }

  @Test func whatIsKeptFirstStays() throws {
    let folder = CacheFolder()
    let store = folder.open()
    store.keep([1, 2], for: key(1))
    store.keep([3], for: key(1))
    #expect(store.bytes(for: key(1)) == [1, 2])
    #expect(store.counts.kept == 1)
    store.close()
    let again = folder.open()
    again.keep([3], for: key(1))
    #expect(again.bytes(for: key(1)) == [1, 2])
    again.close()
    #expect(try folder.files("segment").count == 1)
  }

  @Test func largeResultsAreKeptAndTooLargeOnesAreNot() throws {
    let folder = CacheFolder()
    let store = folder.open()
    let large = (0..<5_000_001).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
    store.keep(large, for: key(1))
    store.keep([UInt8](repeating: 0, count: SegmentRecord.largestPayload), for: key(2))
    store.keep([UInt8](repeating: 0, count: SegmentRecord.largestPayload + 1), for: key(3))
    #expect(store.bytes(for: key(1)) == large)
    store.close()
    let again = folder.open()
    #expect(again.bytes(for: key(1)) == large)
    #expect(again.bytes(for: key(2))?.count == SegmentRecord.largestPayload)
    #expect(!again.contains(key(3)))
    again.close()
  }

  @Test func aKeyWithTheSameFirstHalfIsNotTheSameKey() throws {
    let folder = CacheFolder()
    let store = folder.open()
    store.keep([1], for: ContentKey(high: 7, low: 1))
    #expect(store.bytes(for: ContentKey(high: 7, low: 2)) == nil)
    #expect(store.bytes(for: ContentKey(high: 7, low: 1)) == [1])
    store.close()
    #expect(folder.warnings == [])
  }

  @Test func manyThreadsKeepAndFindAtOnce() throws {
    let folder = CacheFolder()
    let store = folder.open(segmentBytes: 256 << 10)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for number in stride(from: thread % 4, to: 6000, by: 4) {
        store.keep(result(number), for: key(number))
        #expect(store.bytes(for: key(number)) == result(number))
        #expect(store.found([number / 2]) >= 0)
      }
    }
    #expect(store.counts.kept == 6000)
    store.close()
    #expect(try folder.files("segment").count > 4)
    let again = folder.open()
    #expect(again.found(0..<6000) == 6000)
    again.close()
    #expect(folder.warnings == [])
  }

  @Test func twoStoresInOneFolderDoNotDisturbEachOther() throws {
    let folder = CacheFolder()
    let (first, second) = (folder.open(), folder.open())
    for number in 0..<1000 {
      first.keep(result(number), for: key(number))
      second.keep(result(number + 500), for: key(number + 500))
    }
    #expect(first.found(0..<1500) == 1000)
    first.close()
    // What the second writes is not touched by the first, which tidies up.
    let third = folder.open()
    third.close()
    #expect(second.found(0..<1500) == 1000)
    second.close()
    let all = folder.open()
    #expect(all.found(0..<1500) == 1500)
    all.close()
    #expect(folder.warnings == [])
  }

  @Test func theBufferIsWrittenWithinAboutASecond() async throws {
    let folder = CacheFolder()
    let store = folder.open()
    store.keep(result(5), for: key(5))
    let file = try #require(try folder.files("segment").first)
    var waited = 0
    while try file.contents().isEmpty, waited < 300 {
      try await Task.sleep(for: .milliseconds(100))
      waited += 1
    }
    // Still open: another one sees what is on disk.
    let other = folder.open()
    #expect(other.found([5]) == 1)
    other.close()
    store.close()
  }

  @Test func partsOfAStoreDoNotMeet() throws {
    let folder = CacheFolder()
    let store = folder.open()
    let one = StageResults(store, stage: "a", version: "1", purpose: "words")
    let two = StageResults(store, stage: "a", version: "2", purpose: "words")
    one.keep([1], for: key(1))
    #expect(one.value(for: key(1)) { Array($0) } == [1])
    #expect(two.value(for: key(1)) { Array($0) } == nil)
    store.close()
  }

  @Test func whatAFolderHoldsCanBeAskedAndCleared() throws {
    let folder = CacheFolder()
    #expect(try SegmentStore.info(directory: folder.url) == SegmentStore.Info())
    #expect(try SegmentStore.clear(directory: folder.url) == SegmentStore.Info())
    let before = Date()
    folder.keep(0..<100)
    folder.keep(100..<150)
    try Data("mine".utf8).write(to: folder.url.appendingPathComponent("notes.txt"))
    let info = try SegmentStore.info(directory: folder.url)
    #expect(info.entries == 150 && info.segments == 2)
    #expect(info.bytes == (try folder.bytes) - 4)
    #expect(abs(try #require(info.oldest).timeIntervalSince(before)) < 60)
    #expect(try #require(info.newest) >= #require(info.oldest).addingTimeInterval(-1))

    let reader = folder.open()
    #expect(reader.found([120]) == 1)
    #expect(try SegmentStore.clear(directory: folder.url) == info)
    #expect(try folder.names == ["notes.txt"])
    // What is open can still be read; what is not is a miss.
    #expect(reader.found(100..<150) == 50)
    #expect(reader.found(0..<100) == 0)
    reader.close()
    #expect(folder.warnings == [])
  }

  @Test(arguments: [
    ("500", 500), ("500 MB", 500_000_000), ("8GiB", 8 << 30), ("1.5k", 1536), ("2G", 2 << 30), ("3kb", 3000), ("0", 0),
    ("7B", 7), ("", nil), ("MB", nil), ("-1", nil), ("1e3", nil), ("inf", nil), ("1..5", nil), ("9999999T", nil),
    ("٣", nil),
  ])
  func sizesAreReadAsPeopleWriteThem(text: String, bytes: Int?) {
    #expect(CacheSize.bytes(text) == bytes)
  }

  @Test func sizesAreShownInUnits() {
    let shown = [0, 1, 1023, 1024, 1536, 8 << 30].map(CacheSize.text)
    #expect(shown == ["0 bytes", "1 byte", "1023 bytes", "1.0 KiB", "1.5 KiB", "8.0 GiB"])
  }
}
