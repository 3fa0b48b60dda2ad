import Foundation
import StageKit
import Testing

@testable import DuplicatesPlugin

/// Texts made from one template are all a little alike: none may cost more for there being many.
@Suite struct TemplateTests {
  @Test func aLineWithOneNumber() throws {
    var texts = (0..<4000).map { "Report number \($0) of this long night." }
    // The same words in another order are no exact copy.
    texts += (0..<20).map { "Of this long night: report number \($0 * 190)." }
    let search = try find(texts)
    #expect(search.links[..<4000].allSatisfy { $0 == nil })
    #expect(search.links[4000...].map { $0?.leader } == (0..<20).map { $0 * 190 })
    #expect(search.comparisons < 64 * texts.count)
    #expect(search.incomplete > 0)
  }

  @Test func aReportWithAQuarterOfItsWordsVarying() throws {
    var random = SplitMix64(state: 4)
    let places = words("place", 30)
    // Ninety words that all reports have, and thirty out of a few hundred: none of them is rare.
    let fixed = words("fixed", 90)
    var texts = (0..<3000).map { _ in
      let varying = places.map { "\($0)\(random.next(below: 20))" }
      return (fixed + varying).joined(separator: " ")
    }
    for original in stride(from: 0, to: 3000, by: 100) { texts.append("update " + texts[original]) }
    let search = try find(texts, threshold: 0.7)
    #expect(search.links[..<3000].allSatisfy { $0 == nil })
    #expect(search.links[3000...].map { $0?.leader } == stride(from: 0, to: 3000, by: 100).map { $0 })
    #expect(search.comparisons < 64 * texts.count)
  }

  @Test func aWeatherReportWithTenNumbers() throws {
    var random = SplitMix64(state: 5)
    let fixed = words("fixed", 110)
    let texts = (0..<3000).map { _ in
      (fixed + (0..<10).map { "n\($0)x\(random.next(below: 40))" }).joined(separator: " ")
    }
    // By default they are near copies of each other.
    let loose = try find(texts)
    #expect(loose.links.count { $0 == nil } == 1)
    #expect(loose.comparisons < 2 * texts.count)
    let edited = texts + stride(from: 0, to: 3000, by: 100).map { texts[$0] + " corrected" }
    let strict = try find(edited, threshold: 0.95)
    #expect(strict.links[3000...].map { $0?.leader } == stride(from: 0, to: 3000, by: 100).map { $0 })
    #expect(strict.comparisons < 64 * edited.count)
  }

  @Test func aHeadAndAFootOfMostOfThePage() throws {
    var random = SplitMix64(state: 6)
    let frame = words("frame", 180)
    let vocabulary = words("word", 20_000)
    func body() -> [String] {
      // Some words are frequent, most are not.
      (0..<120).map { _ in
        vocabulary[min(random.next(below: 20_000), random.next(below: 20_000), random.next(below: 20_000))]
      }
    }
    let bodies = (0..<3000).map { _ in body() }
    var texts = bodies.map { (frame[..<90] + $0 + frame[90...]).joined(separator: " ") }
    for original in stride(from: 0, to: 3000, by: 100) {
      let edited = bodies[original].dropLast(6) + ["corrected", "later"]
      texts.append((frame[..<90] + edited + frame[90...]).joined(separator: " "))
    }
    let search = try find(texts)
    #expect(search.links[..<3000].allSatisfy { $0 == nil })
    #expect(search.links[3000...].map { $0?.leader } == stride(from: 0, to: 3000, by: 100).map { $0 })
    #expect(search.comparisons < 64 * texts.count)
    #expect(search.incomplete == 0)
  }

  private func words(_ stem: String, _ count: Int) -> [String] { (0..<count).map { "\(stem)\($0)z" } }

  private func find(_ texts: [String], threshold: Double = 0.65) throws -> (
    links: [NearDuplicates.Link?], comparisons: Int, incomplete: Int
  ) {
    try withScratch { directory in
      var sets = try WordSets(in: directory)
      try sets.append(texts.map { TextUnits.of($0.lowercased()) })
      var near = NearDuplicates(
        threshold: threshold, workers: 2, words: sets, directory: directory, watching: CancellationFlag())
      var links = [NearDuplicates.Link?](repeating: nil, count: texts.count)
      try near.find(in: texts.indices.map(Int32.init), where: { _ in true }) { links[$0] = $1 }
      return (links, near.comparisons, near.incomplete)
    }
  }
}

@Suite struct LeadersTests {
  private let sketch = ParitySketch(of: [])

  private func leader(_ rank: Int32) -> Leader { Leader(rank: rank, count: 1, sketch: sketch) }

  @Test func smallClassesComeFirstAndEachLeaderOnce() {
    var leaders = Leaders(classes: 3)
    leaders.add(leader(5), to: [0, 1])
    leaders.add(leader(6), to: [0])
    leaders.add(leader(7), to: [0, 2])
    var found: [Int32] = []
    let isWhole = leaders.collect(for: 8, in: [0, 2], into: &found)
    #expect(isWhole)
    #expect(found.map { leaders[$0].rank } == [7, 5, 6])
    let none = leaders.collect(for: 9, in: [], into: &found)
    #expect(none && found.isEmpty)
  }

  @Test func aClassHoldsItsLastLeaders() {
    var leaders = Leaders(classes: 1)
    let count = Int32(Leaders.longest)
    var found: [Int32] = []
    for rank in 0..<count { leaders.add(leader(rank), to: [0]) }
    let isWhole = leaders.collect(for: 1000, in: [0], into: &found)
    #expect(isWhole)
    #expect(found.map { leaders[$0].rank } == Array(0..<count))
    for rank in count..<count + 3 { leaders.add(leader(rank), to: [0]) }
    let isStillWhole = leaders.collect(for: 1001, in: [0], into: &found)
    #expect(!isStillWhole)
    #expect(found.map { leaders[$0].rank } == Array(3..<count + 3))
  }

  @Test func sketchesNeverSayTooMuch() {
    var random = SplitMix64(state: 12)
    for size in [1, 10, 100, 400] {
      let a = (0..<size).map { _ in UInt32(truncatingIfNeeded: random.next()) }
      for changed in [0, 1, 3, size / 4, size] where changed <= size {
        let b = a.dropFirst(changed) + (0..<changed).map { _ in UInt32(truncatingIfNeeded: random.next()) }
        let least = ParitySketch(of: a).leastDifference(from: ParitySketch(of: Array(b)))
        #expect(least <= 2 * changed)
        if changed == 3 { #expect(least >= 2) }
      }
    }
  }
}
