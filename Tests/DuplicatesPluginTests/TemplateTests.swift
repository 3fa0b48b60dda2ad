import Foundation
import StageKit
import Testing

@testable import DuplicatesPlugin

/// Texts made from one template are all a little alike: none may cost more for there being many.
@Suite struct TemplateTests {
  @Test func aLineWithOneNumber() throws {
    var texts = (0..<1500).map { "Report number \($0) of this long night." }
    // The same words in another order are no exact copy.
    texts += (0..<20).map { "Of this long night: report number \($0 * 70)." }
    let search = try find(texts)
    #expect(search.leaders[..<1500].allSatisfy { $0 == -1 })
    #expect(search.leaders[1500...].elementsEqual((0..<20).map { $0 * 70 }))
    // They share most classes, and sketches tell them apart.
    #expect(search.incomplete > 1000)
    #expect(search.comparisons < 8 * texts.count)
  }

  @Test func aReportOfWhichAThirdVaries() throws {
    var random = SplitMix64(state: 4)
    let fixed = words("fixed", 80)
    // Forty words, each one of ten: none of them is rare.
    let originals = (0..<1200).map { _ in
      (fixed + (0..<40).map { "place\($0)x\(random.next(below: 10))" }).joined(separator: " ")
    }
    let texts = originals + stride(from: 0, to: 1200, by: 60).map { "update " + originals[$0] }
    let search = try find(texts, threshold: 0.7)
    #expect(search.leaders[..<1200].allSatisfy { $0 == -1 })
    #expect(search.leaders[1200...].elementsEqual(stride(from: 0, to: 1200, by: 60)))
    #expect(search.comparisons < 64 * texts.count)
  }

  @Test(arguments: [0.65, 0.97]) func aWeatherReportWithTenNumbers(threshold: Double) throws {
    var random = SplitMix64(state: 5)
    let fixed = words("fixed", 110)
    let originals = (0..<1200).map { _ in
      (fixed + (0..<10).map { "n\($0)x\(random.next(below: 8))" }).joined(separator: " ")
    }
    let edited = stride(from: 0, to: 1200, by: 60).map { $0 }
    let search = try find(originals + edited.map { originals[$0] + " corrected" }, threshold: threshold)
    if threshold > 0.9 {
      #expect(search.leaders[1200...].elementsEqual(edited))
    } else {
      // All are near copies of the first one, or of one like it.
      #expect(search.leaders.count { $0 == -1 } < 5)
    }
    #expect(search.comparisons < 64 * 1200)
  }

  @Test func aHeadAndAFootOfMostOfThePage() throws {
    var random = SplitMix64(state: 6)
    let frame = words("frame", 180)
    let vocabulary = words("word", 5000)
    let bodies = (0..<1000).map { _ in
      // Some words are frequent, most are not.
      (0..<120).map { _ in vocabulary[min(random.next(below: 5000), random.next(below: 5000))] }
    }
    let edited = stride(from: 0, to: 1000, by: 50).map { $0 }
    let pages = bodies + edited.map { bodies[$0].dropLast(6) + ["corrected", "later"] }
    let texts = pages.map { (frame[..<90] + $0 + frame[90...]).joined(separator: " ") }
    let search = try find(texts)
    #expect(search.leaders[..<1000].allSatisfy { $0 == -1 })
    #expect(search.leaders[1000...].elementsEqual(edited))
    #expect(search.incomplete == 0)
    #expect(search.comparisons < 8 * texts.count)
  }

  private func words(_ stem: String, _ count: Int) -> [String] { (0..<count).map { "\(stem)\($0)z" } }

  /// For each text the one that it is a copy of, or -1.
  private func find(_ texts: [String], threshold: Double = 0.65) throws -> (
    leaders: [Int], comparisons: Int, incomplete: Int
  ) {
    try withScratch { directory in
      var sets = try WordSets(in: directory)
      try sets.append(texts.map { TextUnits.of($0.lowercased()) })
      var near = NearDuplicates(
        threshold: threshold, workers: 2, words: sets, directory: directory, watching: CancellationFlag())
      var leaders = [Int](repeating: -1, count: texts.count)
      try near.find(in: texts.indices.map(Int32.init), where: { _ in true }) { leaders[$0] = $1.leader }
      return (leaders, near.comparisons, near.incomplete)
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
