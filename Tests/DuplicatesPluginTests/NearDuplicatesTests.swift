import Foundation
import StageKit
import Testing

@testable import DuplicatesPlugin

@Suite struct NearDuplicatesTests {
  @Test func equalsTheSearchInMemory() throws {
    var random = SplitMix64(state: 21)
    let texts = versions(of: 60, each: 12, &random) + [[], [7], [7], []]
    for workers in [1, 3] {
      let (links, comparisons) = try find(texts, workers: workers)
      let expected = searchInMemory(texts)
      #expect(links == expected.links)
      // Sizes and sketches spare some, and the best one found spares others.
      #expect(comparisons > 300 && comparisons < expected.comparisons)
      #expect(links.count { $0 != nil } > 300)
    }
  }

  @Test func whoTakesNoPartIsNoLeader() throws {
    let set = (0..<50).map { UInt32($0 * 1000) }
    let (links, _) = try find([set, set, set], takesPart: { $0 != 0 })
    #expect(links[0] == nil && links[1] == nil)
    #expect(links[2] == .init(leader: 1, shared: 50, mine: 50, theirs: 50))
  }

  @Test func classesAreOfKeysThatComeTwice() {
    var random = SplitMix64(state: 2)
    var keys = (0..<5000).map { _ in random.next() }
    (keys[4999], keys[70], keys[9]) = (keys[3], keys[9], keys[9])
    // Alike in the half that hashes are made of.
    keys[100] = keys[101] ^ 0xFFFF_0000_0000_0000
    let (classes, count) = BandClasses.classes(of: keys)
    #expect(count == 2)
    #expect(classes.indices.filter { classes[$0] != 0 } == [3, 9, 70, 4999])
    #expect(classes[9] == classes[70] && classes[3] == classes[4999] && classes[3] != classes[9])
    #expect(BandClasses.classes(of: []).count == 0)
  }

  @Test func similarSetsShareABand() {
    let set = (0..<200).map { UInt32(truncatingIfNeeded: SplitMix64.mixed(UInt64($0))) }
    let edited = Array(set.dropLast(20)) + (500..<520).map { UInt32(truncatingIfNeeded: SplitMix64.mixed($0)) }
    let other = (1000..<1200).map { UInt32(truncatingIfNeeded: SplitMix64.mixed($0)) }
    func shared(_ a: [UInt32], _ b: [UInt32]) -> Int {
      zip(MinHash.keys(of: a), MinHash.keys(of: b)).count { $0 == $1 }
    }
    #expect(shared(set, edited) > 8)
    #expect(shared(set, other) == 0)
    #expect(MinHash.keys(of: []).isEmpty)
  }

  @Test func cancellingEndsTheSearch() throws {
    let flag = CancellationFlag()
    flag.cancel()
    #expect(throws: CancellationError.self) { try find([[1, 2, 3], [1, 2, 3]], flag: flag) }
  }

  @Test func workOnOtherThreadsLearnsOfCancelling() async throws {
    let work = Task {
      try await offloadWatching { flag in
        while true { try flag.check() }
      }
    }
    work.cancel()
    await #expect(throws: CancellationError.self) { try await work.value }
  }

  @Test func aFailureEndsParallelWork() {
    let error = StageError("io", "the disk is full")
    #expect(throws: error) {
      try parallel(100, workers: 4, watching: CancellationFlag()) { if $0 == 5 { throw error } }
    }
  }

  /// Sets of hashes: some bases, and versions of each with ever more elements of its own.
  private func versions(of bases: Int, each: Int, _ random: inout SplitMix64) -> [[UInt32]] {
    var sets: [[UInt32]] = []
    for _ in 0..<bases {
      let base = (0..<(5 + random.next(below: 200))).map { _ in UInt32(truncatingIfNeeded: random.next()) }
      for version in 0..<each {
        let own = base.map { random.next(below: 20) < version ? UInt32(truncatingIfNeeded: random.next()) : $0 }
        // What nearly all texts have.
        sets.append(RadixSort.sortedSet(own + (0..<30).filter { _ in random.next(below: 10) > 0 }))
      }
    }
    return sets
  }

  private func find(
    _ texts: [[UInt32]], workers: Int = 2, flag: CancellationFlag = CancellationFlag(),
    takesPart: (Int) -> Bool = { _ in true }
  ) throws -> (links: [NearDuplicates.Link?], comparisons: Int) {
    try withScratch { directory in
      // In the file they stand in another order than by rank.
      let order = texts.indices.map { Int32(($0 * 7) % texts.count) }
      #expect(Set(order).count == texts.count)
      var words = try WordSets(in: directory)
      var byPlace = texts
      for (rank, place) in order.enumerated() { byPlace[Int(place)] = texts[rank] }
      try words.append(byPlace)
      var near = NearDuplicates(
        threshold: 0.65, workers: workers, words: words, directory: directory, watching: flag)
      var links = [NearDuplicates.Link?](repeating: nil, count: texts.count)
      try near.find(in: order, where: takesPart) { links[$0] = $1 }
      return (links, near.comparisons)
    }
  }

  /// The same search without files, as plainly as it can be written.
  private func searchInMemory(_ texts: [[UInt32]]) -> (links: [NearDuplicates.Link?], comparisons: Int) {
    var frequencies: [UInt32: Int] = [:]
    for unit in texts.joined() { frequencies[unit & 0xFFFFF, default: 0] += 1 }
    let limit = max(100, texts.count / 50)
    let keys = texts.map { text in
      let rare = text.filter { frequencies[$0 & 0xFFFFF, default: 0] <= limit }
      return MinHash.keys(of: rare.count < 8 ? text : rare)
    }
    var links: [NearDuplicates.Link?] = []
    var comparisons = 0
    for (text, own) in keys.enumerated() {
      var best: NearDuplicates.Link?
      for leader in 0..<text where links[leader] == nil && zip(own, keys[leader]).contains(where: { $0 == $1 }) {
        let (mine, theirs) = (own.isEmpty ? 0 : texts[text].count, texts[leader].count)
        let needed = NearDuplicates.threshold(0.65, units: min(mine, theirs))
        guard Double(min(mine, theirs)) >= needed * Double(max(mine, theirs)) else { continue }
        comparisons += 1
        let shared = Set(texts[text]).intersection(texts[leader]).count
        let link = NearDuplicates.Link(leader: leader, shared: shared, mine: mine, theirs: theirs)
        if link.similarity >= needed, link.similarity > (best?.similarity ?? 0) { best = link }
      }
      links.append(best)
    }
    return (links, comparisons)
  }
}
