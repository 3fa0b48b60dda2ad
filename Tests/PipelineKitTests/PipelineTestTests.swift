import Foundation
import StageKit
import Testing

@testable import PipelineKit

/// A stage that finds what a document's text says is to be found: `language group story`, `-` for nothing.
private struct Labels: CorpusStage {
  static let name = "labels"
  static let summary = "Reads labels."
  static let provides: [Facet] = [.duplicates, .stories]
  init(_ options: NoOptions, in context: StageContext) {}
  func process(_ documents: Inlet, into outlet: any Outlet) async throws {
    for try await var document in documents {
      let words = document.text.split(separator: " ").map(String.init)
      if words.count == 3 {
        if words[0] != "-" { document.language = .init(code: words[0], confidence: 1) }
        if words[1] != "-" {
          document.duplicate = .init(group: words[1], role: .copy, kind: .near, score: 1, coverage: [1, 1])
        }
        if words[2] != "-" { document.story = words[2] }
      }
      try await outlet.pass(document)
    }
    try await outlet.pass(Document(id: "summary-s", kind: .summary, text: "in short"))
  }
}

/// A stage that does less without an encoder.
private struct Thinker: CorpusStage {
  static let name = "thinker"
  static let summary = "Thinks."
  init(_ options: NoOptions, in context: StageContext) {}
  static func check(_ options: NoOptions, in plan: PlanContext) -> [Diagnostic] {
    if case .missing = plan.encoder { [.warning("no-encoder", "thinks less", at: plan.location)] } else { [] }
  }
  func process(_ documents: Inlet, into outlet: any Outlet) async throws {
    for try await document in documents { try await outlet.pass(document) }
  }
}

@Suite struct PipelineTestTests {
  private static let plugins = [
    samples, Plugin("labels", version: "1", [StageEntry(Labels.self), StageEntry(Thinker.self)]),
  ]
  private static let stages = """
    version: 1
    stages:
      - use: count-up
      - use: upcase
        with:
      - use: picky
        with: { drop: [d], refuse: [r], split: [s] }
      - use: labels
      - use: thinker
      - use: counter

    """

  private func make(_ tests: String) -> (plan: PipelinePlan?, findings: Diagnostics) {
    PipelinePlan.make(
      text: Self.stages + tests, file: "p.yaml", .init(plugins: Self.plugins, encoder: .missing(reason: "it is gone")))
  }

  // MARK: Mistakes

  @Test(arguments: [
    ("tests: 5", "11:8: error[wrong-type]: 'tests' must be a list of tests, found '5'"),
    ("tests: [x]", "11:9: error[wrong-type]: 'tests[0]' must be a mapping with name, documents and expect, found 'x'"),
    (
      "tests: [{ name: n, documents: [{ id: a, text: t }], expekt: [{ count: 1 }] }]",
      "11:9: error[missing-key]: the test lacks 'expect': What must have come of them at the end; all of it must hold."
    ),
    (
      "tests: [{ name: n, documents: [{ id: a, txt: t }], expect: [{ count: 1 }] }]",
      "11:32: error[missing-key]: the document lacks 'text' or 'text-file'"
    ),
    (
      "tests: [{ name: n, documents: [{ id: a, text: t, text-file: u }], expect: [{ count: 1 }] }]",
      "11:32: error[two-texts]: the document has both 'text' and 'text-file'"
    ),
    (
      "tests: [{ name: n, documents: [{ id: a, text: t }, { id: a, text: t }], expect: [{ count: 1 }] }]",
      "11:58: error[duplicate-id]: two documents of the test have the id 'a'"
    ),
    (
      "tests: [{ name: n, documents: [{ id: a, text: t }], from: uppcase, expect: [{ count: 1 }] }]",
      "11:59: error[unknown-id]: 'from': the pipeline has no stage 'uppcase'; did you mean 'upcase'?"
    ),
    (
      "tests: [{ name: n, documents: [{ id: a, text: t }], until: counter, expect: [{ count: 1 }] }]",
      "11:60: error[not-in-tests]: 'until': counter is a sink, and tests leave sources and sinks out; "
        + "there are upcase, picky, labels, thinker"
    ),
    (
      "tests: [{ name: n, documents: [{ id: a, text: t }], from: labels, until: picky, expect: [{ count: 1 }] }]",
      "11:74: error[impossible-order]: 'until': picky comes before labels"
    ),
    (
      "tests: [{ name: n, documents: [{ id: arabic, text: t }], expect: [{ passed: [arabik] }] }]",
      "11:69: error[unknown-document]: 'passed': the test has no document 'arabik'; did you mean 'arabic'?"
    ),
    (
      "tests: [{ name: n, documents: [{ id: a, text: t }], expect: [{ same-gruop: [a, a] }] }]",
      "11:64: error[unknown-key]: 'same-gruop' is not a key of an expectation; did you mean 'same-group'?"
    ),
    (
      "tests: [{ name: n, documents: [{ id: a, text: t }], expect: [{ same-group: [a] }] }]",
      "11:76: error[no-values]: 'same-group' must name at least two documents"
    ),
    (
      "tests: [{ name: n, documents: [{ id: a, text: t }], expect: [] }]",
      "11:61: error[no-values]: 'expect' is empty: the test could not fail"
    ),
    (
      "tests: [{ name: n, documents: [{ id: a, text: t }], expect: [{ count: many }] }]",
      "11:71: error[wrong-type]: 'count' must be a whole number, found 'many'"
    ),
    (
      "tests: [{ name: n, documents: [{ id: a, text: t }], expect: [{ language: ar }] }]",
      "11:74: error[wrong-type]: 'language' must be a mapping such as { a: tr }, found 'ar'"
    ),
    (
      "tests: [{ name: n, documents: [{ id: a, text: t }], expect: [{ field: { id: a, path: story } }] }]",
      "11:71: error[missing-key]: 'field' lacks 'equals': Its value; null (~) if the field must be absent."
    ),
  ]) func mistakesAreNamedWithTheirPlace(tests: String, expected: String) {
    let errors = make(tests).findings.items.filter { $0.severity == .error }.map(\.description)
    #expect(errors.contains("p.yaml:\(expected)"), "\(errors)")
  }

  // MARK: Running

  private func run(
    _ tests: String, stages: String = Self.stages,
    encoder: EncoderLoader.Status = .available(identity: "x", dimension: 1)
  ) async throws -> [PipelineTestResult] {
    let cache = FileManager.default.temporaryDirectory.appendingPathComponent("toolkit-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: cache) }
    let (plan, findings) = PipelinePlan.make(
      text: stages + tests, file: "p.yaml", .init(plugins: Self.plugins, encoder: encoder))
    let made = try #require(plan, "\(findings)")
    let info = RunInfo(id: "r", name: made.name, date: "2026-03-12", version: "1", pipeline: made.text)
    let loader = EncoderLoader(status: encoder) { _ in throw StageError("none", "there is none") }
    let run = PipelineTestRun(made, info: info, workers: 2, encoder: loader, cacheDirectory: cache)
    var results: [PipelineTestResult] = []
    for test in made.tests { results.append(try await run.run(test)) }
    // Whatever stages wrote on the way is gone.
    #expect(
      (try? FileManager.default.contentsOfDirectory(atPath: cache.appendingPathComponent("tests").path)) ?? [] == [])
    return results
  }

  private static let documents = """
    tests:
      - name: all ends
        documents:
          - { id: a, text: ar G1 S1, title: "Top", published: 2026-03-12 }
          - { id: b, text: zh-Hant G1 S1 }
          - { id: c, text: "- - S2" }
          - { id: d, text: dropped }
          - { id: r, text: refused }
          - { id: s, text: split }
        expect:

    """

  @Test func whatHoldsIsOk() async throws {
    let results = try await run(
      Self.documents + """
              - same-group: [a, b]
              - not-same-group: [a, c]
              - same-story: [a, b]
              - not-same-story: [a, c]
              - language: { a: AR, b: zh }
              - passed: [a, b, c]
              - dropped: [d, s]
              - quarantined: [r]
              - count: 5
              - summaries: 1
              - field: { id: a, path: duplicate.kind, equals: near }
              - field: { id: a, path: duplicate.coverage.0, equals: 1.0 }
              - field: { id: a, path: title, equals: Top }
              - field: { id: c, path: duplicate, equals: ~ }
              - field: { id: a, path: history.1.stage, equals: upcase }
        """)
    #expect(results.map(\.outcome) == [.ok], "\(results)")
  }

  @Test func whatDoesNotHoldIsNamedWithoutText() async throws {
    let results = try await run(
      Self.documents + """
              - same-group: [a, b, c]
              - not-same-group: [a, b]
              - same-story: [a, d]
              - not-same-story: [a, b]
              - language: { a: fa, c: en, r: en }
              - passed: [a, d]
              - dropped: [a]
              - quarantined: [s]
              - count: 7
              - summaries: 0
              - field: { id: a, path: duplicate.kind, equals: exact }
              - field: { id: a, path: title, equals: Bottom }
              - field: { id: a, path: story, equals: ~ }
              - field: { id: c, path: duplicate.of.x, equals: 3 }
        """)
    #expect(results.map(\.outcome) == [.failed])
    #expect(
      results[0].failures.map { "\($0.location.line ?? 0): \($0.expected) | \($0.found)" } == [
        "21: a, b and c in one group of duplicates | a is in the group G1 (copy, near); "
          + "b is in the group G1 (copy, near); c is in no group",
        "22: no two of a and b duplicates | a is in the group G1 (copy, near); b is in the group G1 (copy, near)",
        "23: a and d in one story | a is in the story S1; d was dropped",
        "24: no two of a and b in one story | a is in the story S1; b is in the story S1",
        "25: a in fa; c in en; r in en | a is in AR; c has no language; r is in quarantine (picky: this one is refused)",
        "26: a and d came out | d was dropped",
        "27: a was dropped | a came out",
        "28: s is in quarantine | s was dropped",
        "29: 7 came out | 5 (a, b, c, sa, sb)",
        "30: 0 summaries | 1 (summary-s)",
        "31: a: duplicate.kind is \"exact\" | a has \"near\"",
        "32: a: title as the test has it | a has another text, of 3 characters",
        "33: a: no story | a has \"S1\"",
        "34: c: duplicate.of.x is 3 | c has none",
      ])
  }

  @Test func stagesCanBeLeftOut() async throws {
    let results = try await run(
      """
      tests:
        - name: only the middle
          documents: [{ id: d, text: small }, { id: a, text: small, language: fr, story: x }]
          from: picky
          until: picky
          expect:
            - dropped: [d]
            - language: { a: fr }
            - field: { id: a, path: text, equals: small }
            - field: { id: a, path: history.1.stage, equals: picky }
            - field: { id: a, path: history.2, equals: ~ }
            - summaries: 0
      """)
    #expect(results.map(\.outcome) == [.ok], "\(results)")
  }

  @Test func aStageThatNeedsWhatIsMissingIsNotRun() async throws {
    let tests = """
      tests:
        - { name: all, documents: [{ id: a, text: t }], expect: [{ count: 1 }] }
        - { name: some, documents: [{ id: a, text: t }], until: labels, expect: [{ count: 1 }] }
      """
    let results = try await run(tests, encoder: .missing(reason: "it is gone"))
    #expect(results.map(\.outcome) == [.notRun, .ok])
    #expect(results[0].reason == "'thinker' would do less than it should: it is gone")
    #expect(try await run(tests).map(\.outcome) == [.ok, .ok])
  }

  @Test func aRunThatFailsIsAFailure() async throws {
    let results = try await run(
      """
      tests:
        - name: lost
          documents: [{ id: d2, text: t }]
          expect: [{ count: 1 }]
        - name: unread
          documents: [{ id: a, text-file: is/not/there.txt }]
          expect: [{ count: 1 }]
      """, stages: "version: 1\nstages:\n  - use: count-up\n  - use: greedy\n")
    #expect(results.map(\.outcome) == [.failed, .failed])
    #expect(results[0].failures.map(\.expectation) == ["run"])
    #expect(results[0].failures[0].location.description == "p.yaml:6:5")
    #expect(results[0].failures[0].found.contains("'greedy' took 1 and made 0"))
    #expect(results[1].failures[0].found.contains("is/not/there.txt, can't be read: there is no such file"))
  }

  @Test func sourcesAndSinksAreNotAskedForFiles() throws {
    var request = PipelinePlan.Request(plugins: Self.plugins, encoder: .missing(reason: ""))
    request.checksEnds = false
    let (_, findings) = PipelinePlan.make(text: Self.stages, file: "p.yaml", request)
    // Stages between are.
    #expect(findings.items.map(\.code) == ["no-encoder"])
  }
}
