import Foundation
import StageKit
import Synchronization

/// Which texts share a band with another one: for each text the classes it belongs to, where a class is all texts with
/// one key in one band.
///
/// Most keys are those of one text only and say nothing. So keys go to disk, each band is read back by itself, and
/// only keys that come twice get a class; in memory stay four bytes a text.
struct BandClasses: Sendable {
  /// How many classes there are, over all bands.
  let count: Int
  /// For each text the number of its row in the file, or -1 if it shares no band.
  private let rows: [Int32]
  private let file: ScratchFile

  /// The classes of a text, from 0; empty for most texts.
  func classes(of text: Int) throws -> [Int] {
    guard rows[text] >= 0 else { return [] }
    let row = try file.read(UInt32.self, count: MinHash.bands, at: Int(rows[text]) * MinHash.bands * 4)
    return row.compactMap { $0 == 0 ? nil : Int($0) - 1 }
  }

  /// Finds the classes of all keys. Blocks the calling thread.
  ///
  /// - Parameter directory: for a file of up to 128 bytes a text.
  init(of keys: BandKeys, in directory: URL, workers: Int, watching flag: CancellationFlag) throws {
    let texts = keys.texts
    let counts = Mutex([Int](repeating: 0, count: MinHash.bands))
    // A band takes some 20 bytes a text while it is worked on.
    try parallel(MinHash.bands, workers: min(workers, 4), watching: flag) { band in
      let (classes, count) = Self.classes(of: try keys.keys(in: band))
      try keys.replace(band, by: classes)
      counts.withLock { $0[band] = count }
    }
    let sizes = counts.withLock { $0 }
    let file = try ScratchFile(in: directory, name: "classes")
    var rows = [Int32](repeating: -1, count: texts)
    var written = 0
    for start in stride(from: 0, to: texts, by: Self.block) {
      try flag.check()
      let block = start..<min(start + Self.block, texts)
      let table = try Self.rows(of: block, keys, sizes)
      var kept: [UInt32] = []
      for text in block {
        let row = table[(text - start) * MinHash.bands..<(text - start + 1) * MinHash.bands]
        guard row.contains(where: { $0 != 0 }) else { continue }
        rows[text] = Int32(written + kept.count / MinHash.bands)
        kept.append(contentsOf: row)
      }
      try kept.withUnsafeBytes { try file.write($0, at: written * MinHash.bands * 4) }
      written += kept.count / MinHash.bands
    }
    count = sizes.reduce(0, +)
    self.rows = rows
    self.file = file
  }

  private static let block = 4096

  /// A row a text: its class in each band, from 1 and through all bands, or 0.
  private static func rows(of block: Range<Int>, _ keys: BandKeys, _ sizes: [Int]) throws -> [UInt32] {
    var table = [UInt32](repeating: 0, count: block.count * MinHash.bands)
    var base = 0
    for band in 0..<MinHash.bands {
      for (index, number) in try keys.classes(of: block, in: band).enumerated() where number != 0 {
        table[index * MinHash.bands + band] = UInt32(base) + number
      }
      base += sizes[band]
    }
    return table
  }

  /// For each key the number of its class, from 1 in the order of first keys; 0 for keys that come once.
  static func classes(of keys: [UInt64]) -> (classes: [UInt32], count: Int) {
    // A bit for each hash that came, and one for those that came again, tell most single keys apart.
    var slots = 64
    while slots < 8 * keys.count { slots *= 2 }
    var (once, twice) = ([UInt64](repeating: 0, count: slots / 64), [UInt64](repeating: 0, count: slots / 64))
    for key in keys {
      let slot = Int(truncatingIfNeeded: key) & (slots - 1)
      let bit: UInt64 = 1 << UInt64(slot & 63)
      twice[slot >> 6] |= once[slot >> 6] & bit
      once[slot >> 6] |= bit
    }
    once = []
    let repeated = keys.indices.filter { index in
      let slot = Int(truncatingIfNeeded: keys[index]) & (slots - 1)
      return twice[slot >> 6] >> UInt64(slot & 63) & 1 != 0
    }
    twice = []
    // Linear probing over the first text of each key; the class is given when the second comes.
    var places = 64
    while places < 2 * repeated.count { places *= 2 }
    var table = [Int32](repeating: -1, count: places)
    var classes = [UInt32](repeating: 0, count: keys.count)
    var count = 0
    for index in repeated {
      var place = Int(truncatingIfNeeded: keys[index] >> 32) & (places - 1)
      while table[place] >= 0, keys[Int(table[place])] != keys[index] { place = (place + 1) & (places - 1) }
      guard table[place] >= 0 else {
        table[place] = Int32(index)
        continue
      }
      let first = Int(table[place])
      if classes[first] == 0 {
        count += 1
        classes[first] = UInt32(count)
      }
      classes[index] = classes[first]
    }
    return (classes, count)
  }
}

/// The MinHash keys of all texts on disk, band after band: 256 bytes a text.
struct BandKeys: Sendable {
  /// How many texts there are.
  let texts: Int
  private let file: ScratchFile

  /// Room for the keys of so many texts.
  init(of texts: Int, in directory: URL) throws {
    self.texts = texts
    file = try ScratchFile(in: directory, name: "bands")
  }

  /// Keeps the keys of neighbouring texts.
  ///
  /// - Parameters:
  ///   - keys: band after band.
  ///   - first: the number of the first of them.
  func write(_ keys: [UInt64], from first: Int) throws {
    let count = keys.count / MinHash.bands
    try keys.withUnsafeBytes { bytes in
      for band in 0..<MinHash.bands {
        let part = UnsafeRawBufferPointer(rebasing: bytes[band * count * 8..<(band + 1) * count * 8])
        try file.write(part, at: (band * texts + first) * 8)
      }
    }
  }

  /// All keys of a band, by text.
  func keys(in band: Int) throws -> [UInt64] { try file.read(UInt64.self, count: texts, at: band * texts * 8) }

  /// Puts numbers in the place of a band's keys.
  func replace(_ band: Int, by classes: [UInt32]) throws {
    try classes.withUnsafeBytes { try file.write($0, at: band * texts * 8) }
  }

  /// The numbers that stand in the place of some texts' keys.
  func classes(of texts: Range<Int>, in band: Int) throws -> [UInt32] {
    try file.read(UInt32.self, count: texts.count, at: band * self.texts * 8 + texts.lowerBound * 4)
  }
}
