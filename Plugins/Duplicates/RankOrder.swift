import Foundation

/// Puts documents into the order of ``Ranking``: with 12 bytes of each in memory, and names from disk for equal ones.
struct RankOrder {
  /// When each was published, in seconds since 1970; infinity for unknown.
  let published: [Double]
  /// How long each text is, in scalars.
  let lengths: [UInt32]
  let names: NameFile
  let flag: CancellationFlag

  /// Sorts documents, given by their places; equal ones stay in their order.
  func sort(_ places: inout [Int32]) throws {
    places.sort { a, b in
      let (a, b) = (Int(a), Int(b))
      if published[a] != published[b] { return published[a] < published[b] }
      return lengths[a] != lengths[b] ? lengths[a] > lengths[b] : a < b
    }
    var start = 0
    while start < places.count {
      let first = Int(places[start])
      var end = start + 1
      while end < places.count, published[Int(places[end])] == published[first],
        lengths[Int(places[end])] == lengths[first]
      {
        end += 1
      }
      try sortByName(&places[start..<end], from: 0)
      start = end
    }
  }

  /// Sorts documents whose records are equal up to `offset`, looking at so many bytes that it stays within memory.
  private func sortByName(_ places: inout ArraySlice<Int32>, from offset: Int) throws {
    guard places.count > 1 else { return }
    try flag.check()
    let width = places.count < 4096 ? 256 : 48
    let original = Array(places)
    var chunks = [UInt8](repeating: 0, count: original.count * width)
    let order = try chunks.withUnsafeMutableBytes { chunks in
      for (index, place) in original.enumerated() {
        let chunk = UnsafeMutableRawBufferPointer(rebasing: chunks[index * width..<(index + 1) * width])
        try names.copy(of: Int(place), from: offset, into: chunk)
      }
      let base = chunks.baseAddress
      func compare(_ a: Int, _ b: Int) -> Int32 {
        guard let base else { return 0 }
        return memcmp(base + a * width, base + b * width, width)
      }
      let order = original.indices.sorted {
        let difference = compare($0, $1)
        return difference != 0 ? difference < 0 : $0 < $1
      }
      // Where the next run of records begins that are equal so far.
      return (order, order.indices.map { $0 == 0 || compare(order[$0 - 1], order[$0]) != 0 })
    }
    for (index, source) in order.0.enumerated() { places[places.startIndex + index] = original[source] }
    chunks = []
    var start = 0
    while start < original.count {
      var end = start + 1
      while end < original.count, !order.1[end] { end += 1 }
      let isLonger = names.length(of: Int(places[places.startIndex + start])) > offset + width
      if isLonger { try sortByName(&places[places.startIndex + start..<places.startIndex + end], from: offset + width) }
      start = end
    }
  }
}
