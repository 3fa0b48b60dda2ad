import StageKit
import Testing

@testable import DuplicatesPlugin

@Suite struct CopiesTests {
  private let report = """
    The port of Selmora reopened on Thursday after nine days of storms that had kept eighty ships at anchor.
    Harbour master Ilja Brandt said that the first vessels, two carriers with grain, had left shortly after dawn.
    Farmers in the valley had feared that wheat would rot in the silos if the closure lasted any longer.
    """

  @Test func whiteSpaceCaseAndQuotesMakeNoDifference() async throws {
    let other = "“THE  mill\u{00A0}will stay,” she said – and it did.\n\n"
    let outcome = try await findDuplicates(
      [english("a", "\"The mill will stay,\" she said - and it did."), english("b", other)], kinds: [.exact])
    #expect(outcome.groups == [["a", "b"]])
    // The longer text represents; which was made from which shows in neither.
    let unknown = Document.Direction(source: .unknown, signs: [])
    #expect(outcome["b"]?.role == .original)
    #expect(
      outcome["a"]
        == .init(group: "d-b", role: .copy, of: "b", kind: .exact, score: 1, coverage: [1, 1], direction: unknown))
    #expect(
      outcome["b"]
        == .init(group: "d-b", role: .original, kind: .exact, score: 1, coverage: [1, 1], direction: unknown))
  }

  @Test func editedCopiesAreNear() async throws {
    let edited = report.replacing("Thursday", with: "Friday").replacing("nine", with: "ten")
    let outcome = try await findDuplicates([english("a", report), english("b", edited)], kinds: [.exact, .near])
    let copy = try #require(outcome["b"])
    #expect(outcome["a"]?.role == .original)
    #expect(copy.kind == .near)
    #expect(copy.of == "a")
    #expect(copy.score > 0.85 && copy.score < 1)
    #expect(copy.evidence == nil)
    #expect(outcome.notes["near"] == 1)
    #expect(outcome.notes["near-pairs-measured"] == 1)
  }

  @Test func anotherReportIsNotNear() async throws {
    let other = """
      Ships are leaving Selmora again: the harbour opened on Thursday, nine days after the storm closed it.
      Eighty vessels had waited outside, said Ilja Brandt, who runs the port, and two with wheat went first.
      """
    let outcome = try await findDuplicates([english("a", report), english("b", other)], kinds: [.exact, .near])
    #expect(outcome.groups.isEmpty)
  }

  @Test(arguments: [
    ("zh", "港口在九天风暴之后于星期四重新开放,八十艘船只曾在港外停泊等候。港务长说,两艘运粮船天亮后不久首先离港。", "星期四", "星期五"),
    ("ja", "嵐で九日間閉じていた港が木曜日に再び開き、沖で待っていた八十隻の船が動き始めた。港長によれば最初に穀物船が二隻出た。", "木曜日", "金曜日"),
    (
      "th", "ท่าเรือเปิดอีกครั้งในวันพฤหัสบดีหลังพายุนานเก้าวันที่ทำให้เรือแปดสิบลำต้องจอดรอ นายท่ากล่าวว่าเรือบรรทุกข้าวสองลำออกไปก่อน", "เก้าวัน",
      "สิบวัน"
    ),
  ])
  func copiesAreNearInScriptsWithoutSpaces(_ code: String, _ text: String, _ from: String, _ to: String) async throws {
    var first = Document(id: "a", text: text)
    var second = Document(id: "b", text: text.replacing(from, with: to))
    first.language = .init(code: code, confidence: 1)
    second.language = first.language
    let outcome = try await findDuplicates([first, second], kinds: [.near])
    #expect(outcome.groups == [["a", "b"]])
    #expect(outcome["b"]?.kind == .near)
  }

  @Test func theThresholdIsAnOption() async throws {
    let edited = report.replacing("Thursday", with: "Friday").replacing("nine", with: "ten")
    let documents = [english("a", report), english("b", edited)]
    #expect(try await findDuplicates(documents, kinds: [.near], nearThreshold: 0.99).groups.isEmpty)
  }

  @Test func shortTextsMustBeMoreAlike() async throws {
    let outcome = try await findDuplicates(
      [english("a", "Selmora beat Harn 3 to 2 on Sunday."), english("b", "Selmora beat Velk 3 to 1 on Sunday.")],
      kinds: [.near])
    #expect(outcome.groups.isEmpty)
    #expect(NearDuplicates.threshold(0.65, units: 20) == 0.65)
    #expect(abs(NearDuplicates.threshold(0.65, units: 10) - 0.75) < 1e-9)
    #expect(NearDuplicates.threshold(0.95, units: 1) == 1)
  }

  @Test func exactCopiesOfANearCopyJoinItsGroup() async throws {
    let edited = report.replacing("Thursday", with: "Friday")
    let outcome = try await findDuplicates(
      [english("c", edited + " "), english("b", edited), english("a", report + "\n\n")], kinds: [.exact, .near])
    #expect(outcome.groups == [["a", "b", "c"]])
    #expect(Set(outcome.documents.compactMap { $0.duplicate?.group }) == ["d-a"])
    #expect(outcome["c"]?.kind == .near)
    #expect(outcome["b"]?.kind == .exact)
    #expect(outcome["b"]?.of == "c")
  }

  @Test func tenThousandCopiesAreComparedOnceEach() async throws {
    let documents = (0..<10_000).map { english("d\(100_000 + $0)", "\(report)") }
    let outcome = try await findDuplicates(documents)
    #expect(outcome.notes["exact"] == 9999)
    #expect(outcome.notes["near-pairs-measured"] == 0)
    #expect(outcome["d100000"]?.role == .original)
    #expect(outcome.documents.map(\.id) == documents.map(\.id))
  }

  @Test func manyEditedCopiesAreMeasuredOnceEach() async throws {
    let documents = (0..<2000).map { english("d\(10_000 + $0)", "\(report) Copy \($0 + 1000).") }
    let outcome = try await findDuplicates(documents, kinds: [.exact, .near])
    #expect(outcome.notes["near"] == 1999)
    #expect(outcome.notes["near-pairs-measured"] == 1999)
  }

  private func english(_ id: String, _ text: String) -> Document {
    var document = Document(id: id, text: text)
    document.language = .init(code: "en", confidence: 1)
    return document
  }
}
