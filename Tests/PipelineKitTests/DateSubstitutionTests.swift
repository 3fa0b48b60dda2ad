import Foundation
import StageKit
import Testing

@testable import PipelineKit

/// `${date}` in pipeline files: a value like others, but in output paths, where it is what `{date}` is.
@Suite struct DateSubstitutionTests {
  private func plan(
    _ stages: String, date: String? = "2026-03-12", environment: [String: String] = [:]
  ) -> (plan: PipelinePlan?, findings: [String]) {
    var request = PipelinePlan.Request(
      plugins: [samples, writers], environment: environment, encoder: .missing(reason: "there is none"))
    request.date = date
    let (plan, findings) = PipelinePlan.make(
      text: "version: 1\nstages:\n\(stages)", file: "p.yaml", request)
    return (plan, findings.items.map(\.description))
  }

  private func option(_ key: String, of stage: Int, in plan: PipelinePlan?) throws -> JSONValue? {
    guard case .object(let options) = try #require(plan).stages[stage].options else { return nil }
    return options[key]
  }

  @Test func itIsTheDayOfTheRunWhateverTheEnvironmentSays() throws {
    let made = plan(
      "  - use: count-up\n    with: { paths: ['in/${date}/${PLACE}', \"$${date}\"] }\n  - use: counter\n",
      environment: ["date": "never", "PLACE": "oslo"])
    #expect(made.findings == [])
    let paths = try #require(made.plan).stages[0].configured.options
    guard case .object(let options) = paths else { throw StageError("shape", "no options") }
    #expect(options["paths"] == .array(["in/2026-03-12/oslo", "${date}"]))
  }

  @Test func reportsShowIt() throws {
    let made = plan("  - use: count-up\n    with: { paths: ['in/${date}'] }\n  - use: counter\n")
    #expect(try option("paths", of: 0, in: made.plan) == .array(["in/2026-03-12"]))
  }

  @Test func itTakesNothingAfterIt() {
    for text in ["${date:-1d}", "${date:?}", "${date:}"] {
      let rest = text.dropFirst(6).dropLast()
      #expect(
        plan("  - use: count-up\n    with: { paths: ['\(text)'] }\n  - use: counter\n").findings == [
          "p.yaml:4:21: error[bad-variable]: '${date}' is the day of the run and takes nothing after it, found '\(rest)'"
        ])
    }
  }

  @Test func withoutADayItIsANameLikeOthers() {
    let stages = "  - use: count-up\n    with: { paths: ['${date:-none}'] }\n  - use: counter\n"
    #expect(plan(stages, date: nil).findings == [])
  }

  @Test func anotherDayIsNoOtherOptionOfAnOutput() throws {
    let stages = "  - use: count-up\n  - use: writer\n    with: { path: 'out/${date}-${PLACE:-x}.zip' }\n"
    let days = ["2026-03-12", "2026-03-13"].map { plan(stages, date: $0).plan }
    let keys = try days.map { StageKey(of: try #require($0).stages[1], build: "b", models: []).text }
    #expect(keys[0] == keys[1])
    #expect(try option("path", of: 1, in: days[0]) == "out/{date}-x.zip")
    let run = RunInfo(id: "r", name: "n", date: "2026-03-13", version: "0", pipeline: "")
    #expect(try #require(days[1]).stages[1].outputs(of: run).map(\.lastPathComponent) == ["2026-03-13-x.zip"])
  }

  @Test func anotherDayIsAnotherOptionOfAnythingElse() throws {
    let stages = "  - use: count-up\n    with: { paths: ['${date}'] }\n  - use: counter\n"
    let keys = try ["2026-03-12", "2026-03-13"].map {
      StageKey(of: try #require(plan(stages, date: $0).plan).stages[0], build: "b", models: []).text
    }
    #expect(keys[0] != keys[1])
  }

  @Test func bothSpellingsOfOneOutputMeet() {
    let stages = """
        - use: count-up
        - use: writer
          with: { path: 'out/${date}.zip' }
        - use: writer
          id: again
          with: { path: 'out/{date}.zip' }

      """
    #expect(
      plan(stages).findings.last
        == "p.yaml:6:10: error[same-output]: 'again' writes 'out/{date}.zip', and so does 'writer'; give one of them "
        + "another path")
  }
}

private let writers = Plugin("writers", version: "1.0.0", [StageEntry(Writer.self)])

/// A sink that has an output and writes nothing.
private struct Writer: Sink {
  struct Options: StageOptions {
    var path = OutputPath("out.zip", base: URL(fileURLWithPath: "/"))
    static let settings: [Setting<Options>] = [Setting("path", \.path, "Where to.")]
  }
  static let name = "writer"
  static let summary = "Would write."
  static func outputs(_ options: Options) -> [OutputPath] { [options.path] }
  init(_ options: Options, in context: StageContext) {}
  func write(_ documents: Inlet, confirming receipts: any Outlet) async throws {
    for try await document in documents { try await receipts.pass(document) }
  }
}
