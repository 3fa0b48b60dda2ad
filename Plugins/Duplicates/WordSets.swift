import Foundation
import StageKit

/// The word sets of all texts (see ``TextUnits``) on disk; in memory is where each lies (12 bytes a text).
struct WordSets: Sendable {
  private let file: ScratchFile
  /// Where each set begins, in words, and at last where all end.
  private var starts: [Int] = [0]

  /// No sets, in a file of `directory`.
  init(in directory: URL, name: String = "words") throws { file = try ScratchFile(in: directory, name: name) }

  /// Adds the sets of the next texts; used by one thread at a time.
  mutating func append(_ sets: [[UInt32]]) throws {
    try Array(sets.joined()).withUnsafeBytes { try file.write($0, at: starts[starts.count - 1] * 4) }
    for set in sets { starts.append(starts[starts.count - 1] + set.count) }
  }

  /// How many words a text has.
  func count(of place: Int) -> Int { starts[place + 1] - starts[place] }

  /// The words of one text, in ascending order.
  func words(of place: Int) throws -> [UInt32] {
    try file.read(UInt32.self, count: count(of: place), at: starts[place] * 4)
  }

  /// Cuts texts into blocks that ``forEach(_:_:)`` can read at once: few enough texts, close enough together.
  ///
  /// - Parameter places: ascending.
  func blocks(of places: [Int32]) -> [Range<Int>] {
    var blocks: [Range<Int>] = []
    var first = 0
    for index in places.indices {
      let isFull = index - first >= Self.blockTexts
      guard isFull || starts[Int(places[index]) + 1] - starts[Int(places[first])] > Self.blockWords, index > first
      else { continue }
      blocks.append(first..<index)
      first = index
    }
    if first < places.count { blocks.append(first..<places.count) }
    return blocks
  }

  /// As much as lies in memory of each worker: a megabyte of usual texts.
  private static let blockTexts = 1024
  private static let blockWords = 1 << 19

  /// Reads the sets of neighbouring texts at once and hands each to `body`, with its place.
  ///
  /// - Parameter places: ascending; those between them are read too.
  func forEach(_ places: ArraySlice<Int32>, _ body: (Int, UnsafeBufferPointer<UInt32>) throws -> Void) throws {
    guard let first = places.first.map(Int.init), let last = places.last.map(Int.init) else { return }
    let base = starts[first]
    let words = try file.read(UInt32.self, count: starts[last + 1] - base, at: base * 4)
    try words.withUnsafeBufferPointer { words in
      for place in places {
        let range = starts[Int(place)] - base..<starts[Int(place) + 1] - base
        try body(Int(place), UnsafeBufferPointer(rebasing: words[range]))
      }
    }
  }
}
