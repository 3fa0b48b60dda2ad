import Foundation
import StageKit
import Synchronization

@testable import PipelineKit

/// A folder for one test, gone with the object, and what stores in it warned of.
final class CacheFolder: Sendable {
  let url: URL
  private let heard = Mutex<[String]>([])

  /// Nothing is made; the folder of the store is one below.
  init() {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("cache-tests-\(UUID().uuidString)/results")
  }

  deinit { try? FileManager.default.removeItem(at: url.deletingLastPathComponent()) }

  var warnings: [String] { heard.withLock { $0 } }

  /// A store in the folder; small segments show in little time what large ones would do.
  func open(limit: Int = 1 << 30, segmentBytes: Int = 64 << 20) -> SegmentStore {
    SegmentStore(directory: url, limit: limit, segmentBytes: segmentBytes) { [weak self] message in
      self?.heard.withLock { $0.append(message) }
    }
  }

  /// Opens a store, keeps the results of some numbers and closes it.
  func keep(_ numbers: some Sequence<Int>, limit: Int = 1 << 30, segmentBytes: Int = 64 << 20) {
    let store = open(limit: limit, segmentBytes: segmentBytes)
    for number in numbers { store.keep(result(number), for: key(number)) }
    store.close()
  }

  /// Files of a kind: "segment" or "index", the oldest first.
  func files(_ kind: String) throws -> [URL] {
    try names.filter { $0.hasSuffix(".\(kind)") }.map { url.appendingPathComponent($0) }
  }

  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }

  /// The size of all files.
  var bytes: Int { get throws { try names.reduce(0) { try $0 + url.appendingPathComponent($1).contents().count } } }
}

extension URL {
  func contents() throws -> [UInt8] { Array(try Data(contentsOf: self)) }
}

/// The key of the result number so-and-so.
func key(_ number: Int) -> ContentKey { ContentKey(of: "key \(number)") }

/// A result that can be told from all others: 0 to 600 bytes.
func result(_ number: Int) -> [UInt8] { (0..<number * 7 % 601).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0) } }

extension SegmentStore {
  /// The bytes kept for a key.
  func bytes(for key: ContentKey) -> [UInt8]? { withResult(for: key) { Array($0) } }

  /// How many of the numbers have a result; each must be the right one, or this is -1.
  func found(_ numbers: some Sequence<Int>) -> Int {
    var found = 0
    for number in numbers {
      guard let bytes = bytes(for: key(number)) else { continue }
      guard bytes == result(number) else { return -1 }
      found += 1
    }
    return found
  }
}

/// The same numbers on each run: the tests try the same damage every time.
struct SteadyGenerator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }
}
