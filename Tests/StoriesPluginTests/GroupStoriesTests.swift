import StageKit
import StageTesting
import Testing

@testable import StoriesPlugin

@Suite struct GroupStoriesTests {
  private func group(
    _ documents: [Document], workers: Int = 2, threshold: Double = 0.35, window: Int = 14,
    encoder: EncoderLoader? = WordBagEncoder.loader
  ) async throws -> (documents: [Document], record: RecordingServices.Record) {
    let harness = StageHarness(workers: workers, encoder: encoder)
    var options = GroupStories.Options()
    (options.threshold, options.window) = (threshold, window)
    let result = try await harness.process(
      documents, with: GroupStories(options, in: harness.context, languageMean: noMean))
    #expect(result.dropped.isEmpty && result.quarantined.isEmpty)
    return (result.passed, harness.services.record)
  }

  @Test func twoEventsAreTwoStoriesAcrossLanguagesAndInTheOrderOfInput() async throws {
    let (documents, record) = try await group([Reports.bridge, Reports.otherFire, Reports.feuer, Reports.fire])
    #expect(documents.map(\.id) == ["bridge", "otherFire", "feuer", "fire"])
    #expect(documents.map(\.story) == ["s-bridge", "s-fire", "s-fire", "s-fire"])
    #expect(record.notes["stories"] == 2)
    #expect(record.warnings.isEmpty)
  }

  @Test func aStoryIsNamedForItsEarliestMemberInAnyOrderOfInput() async throws {
    let one = try await group([Reports.otherFire, Reports.fire]).documents
    let two = try await group([Reports.fire, Reports.otherFire]).documents
    #expect(one.map(\.story) == two.map(\.story))
    #expect(one[0].story == "s-fire")
  }

  @Test func duplicatesAreOneStoryWhateverTheySay() async throws {
    let (a, b) = Reports.duplicates(Reports.fire, Reports.bridge, .near)
    let documents = try await group([a, b], threshold: 0.9).documents
    #expect(documents.map(\.story) == ["s-fire", "s-fire"])
  }

  @Test func withoutAnEncoderOnlyDuplicatesAreGroupedAndTheReportSaysSo() async throws {
    let (a, b) = Reports.duplicates(Reports.fire, Reports.feuer, .translation)
    let (documents, record) = try await group([a, Reports.otherFire, b], encoder: nil)
    #expect(documents.map(\.story) == ["s-fire", "s-otherFire", "s-fire"])
    #expect(
      record.warnings == [
        "without the sentence encoder only duplicates are grouped; every other document is a story of its own"
      ])
    #expect(record.notes["grouped-by"] == "duplicates only")
  }

  @Test func thePlanWarnsThatThereIsNoEncoder() {
    let place = SourceLocation(file: "a.yaml", line: 4, column: 5)
    let plan = PlanContext(encoder: .missing(reason: "the model is not there; run make models"), location: place)
    #expect(
      GroupStories.check(.init(), in: plan).map(\.description) == [
        "a.yaml:4:5: warning[no-encoder]: stories will be duplicates and single documents only, "
          + "as the model is not there; run make models"
      ])
  }

  @Test func reportsOfDifferentMonthsAreDifferentStories() async throws {
    var late = Reports.otherFire
    late.published = "2026-05-03"
    #expect(try await group([Reports.fire, late]).documents.map(\.story) == ["s-fire", "s-otherFire"])
    #expect(try await group([Reports.fire, late], window: 0).documents.map(\.story) == ["s-fire", "s-fire"])
    #expect(try await group([Reports.fire, late], window: 62).documents.map(\.story) == ["s-fire", "s-fire"])
  }

  @Test func rareNumbersBringReportsTogether() throws {
    var numbers = LeadNumbers()
    numbers.add(["The list won by 312 votes with 18,406 ballots."])
    numbers.add(["312 oy farkla kazandı: 18.406 oy."])
    numbers.add(["In 2026 there were 77 of them."])
    let rows = numbers.rows(of: [[0], [1], [2]])
    let similarity = VectorMath.dot(rows[0][...], rows[1][...])
    #expect(similarity > 0.1)
    #expect(VectorMath.dot(rows[0][...], rows[2][...]) == 0)
  }

  @Test func emptyTextsAreStoriesOfTheirOwn() async throws {
    let documents = try await group([Reports.report("x", ""), Reports.report("y", ""), Reports.fire]).documents
    #expect(documents.map(\.story) == ["s-x", "s-y", "s-fire"])
    #expect(documents.map { $0.sentences?.count } == [0, 0, 3])
  }

  @Test func summariesOfAnEarlierRunPassUntouched() async throws {
    var old = Document(id: "summary-s-fire", kind: .summary, text: "A ship burned.")
    old.story = "s-old"
    let documents = try await group([Reports.fire, old, Reports.otherFire]).documents
    #expect(documents.map(\.story) == ["s-fire", "s-old", "s-fire"])
    #expect(documents[1] == old)
  }

  @Test func sentencesThatDoNotFitTheTextAreCutAnew() async throws {
    var document = Reports.fire
    document.sentences = [.init(start: 0, end: 9_999)]
    #expect(try await group([document]).documents[0].sentences?.count == 3)
  }

  @Test func anyNumberOfWorkersGivesTheSameStories() async throws {
    let documents = (0..<90).map { index in
      Reports.report("d\(index)", [Reports.fire, Reports.bridge, Reports.otherFire][index % 3].text + " Word\(index).")
    }
    let one = try await group(documents, workers: 1).documents
    let four = try await group(documents, workers: 4).documents
    #expect(one == four)
    #expect(Set(one.map(\.story)).count == 2)
  }
}

@Suite struct AverageLinkageTests {
  /// Unit vectors in the plane, by angle in degrees.
  private func plane(_ angles: [Float]) -> Matrix {
    Matrix(rows: angles.map { [Float.cosine(of: $0), Float.cosine(of: $0 - 90)] }, columns: 2)
  }

  @Test func joinsByTheMeanAndNotByTheNearestPair() {
    // 0 to 40 is a chain of near pairs, but 0 and 80 are far apart on average.
    let labels = AverageLinkage.clusters(of: plane([0, 20, 50, 70, 180]), threshold: 0.8, workers: 1)
    #expect(labels == [0, 0, 2, 2, 4])
  }

  @Test func aSearchThatLeavesNeighboursOutGivesTheSameClusters() {
    let angles = (0..<60).map { Float($0 % 3) * 120 + Float($0 % 7) }
    let full = AverageLinkage.clusters(of: plane(angles), threshold: 0.7, limit: 100, workers: 2)
    let narrow = AverageLinkage.clusters(of: plane(angles), threshold: 0.7, limit: 2, workers: 2)
    #expect(full == narrow)
    #expect(Set(full) == [0, 1, 2])
  }

  @Test func vectorsOfNothingAreJoinedToNothing() {
    #expect(AverageLinkage.clusters(of: Matrix(rows: 3, columns: 2), threshold: 0.05, workers: 1) == [0, 1, 2])
    #expect(AverageLinkage.clusters(of: Matrix(rows: 0, columns: 2), threshold: 0.05, workers: 1) == [])
  }
}

extension Float {
  /// The cosine of an angle in degrees, by its series: no import of a mathematics library for one test.
  fileprivate static func cosine(of degrees: Float) -> Float {
    let wrapped = (degrees + 180).truncatingRemainder(dividingBy: 360)
    let x = Double(wrapped < 0 ? wrapped + 180 : wrapped - 180) * .pi / 180
    var (term, sum) = (1.0, 1.0)
    for n in 1..<14 {
      term *= -x * x / Double((2 * n - 1) * (2 * n))
      sum += term
    }
    return Float(sum)
  }
}
