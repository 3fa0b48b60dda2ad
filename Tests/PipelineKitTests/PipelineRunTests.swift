import Foundation
import StageKit
import Testing

@testable import PipelineKit

@Suite struct PipelineRunTests {
  @Test(arguments: [1, 2, 8]) func orderIsKeptWithAnyNumberOfWorkers(workers: Int) async throws {
    let (report, documents) = try await runSamples(
      """
        - use: count-up
          with: { count: 500 }
        - use: upcase
        - use: picky
        - use: counter
      """, workers: workers)
    #expect(report.outcome == .finished)
    #expect(documents.map(\.id) == (0..<500).map { "d\($0)" })
    #expect(documents[7].text == "TEXT 7")
    #expect(documents[7].history.map(\.stage) == ["count-up", "upcase", "picky", "counter"])
    #expect(documents[7].history.allSatisfy { $0.version == "1.2.3" })
  }

  @Test func everyStageBalances() async throws {
    let (report, documents) = try await runSamples(
      """
        - use: count-up
          with: { count: 100 }
        - use: upcase
        - use: picky
          with: { refuse: [d3, d50], drop: [d4], split: [d5] }
        - use: reverse
        - use: adder
        - use: counter
      """)
    #expect(report.outcome == .quarantined)
    #expect(report.stages.allSatisfy { $0.counts.balances })
    let picky = report.stages[2].counts
    #expect(picky.taken == 100 && picky.made == 2 && picky.passed == 98 && picky.quarantined == 2)
    #expect(report.stages[2].reasons == ["not wanted": 1, "replaced by others": 1])
    #expect(report.stages[4].counts.made == 1)
    #expect(documents.count == 99)
    #expect(documents.first?.id == "d99" && documents.last?.id == "sum")
    #expect(documents.contains { $0.id == "d5b" && $0.parents == ["d5"] })
  }

  @Test func aThrowQuarantinesTheDocumentAsItCame() async throws {
    let (plan, _) = PipelinePlan.make(
      text: """
        version: 1
        stages:
          - use: count-up
          - use: upcase
          - use: picky
            with: { refuse: [d3] }
        """, file: "t.yaml", .init(plugins: [samples], encoder: .missing(reason: "")))
    let missing = EncoderLoader(status: .missing(reason: "")) { _ in throw StageError("none", "none") }
    let cache = FileManager.default.temporaryDirectory.appendingPathComponent("toolkit-tests-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: cache) }
    let run = try PipelineRun(
      try #require(plan), info: RunInfo(id: "r", name: "t", date: "2026-03-12", version: "0", pipeline: ""),
      settings: .init(workers: 2, encoder: missing, cacheDirectory: cache, logger: quietLogger()))
    let report = await run.execute()
    #expect(report.outcome == .quarantined)
    #expect(run.quarantined.map(\.message) == ["this one is refused"])
    // Nobody asked for the report, so the run's folder keeps what would be lost.
    let file = cache.appendingPathComponent("runs/r/quarantine.jsonl")
    let record = try JSONDecoder().decode(QuarantineStore.Record.self, from: Data(contentsOf: file))
    #expect(record.document.text == "TEXT 3")
    #expect(record.stage == "picky" && record.version == "1.2.3" && record.error.code == "refused")
    #expect(report.warnings.last?.message.contains(file.path) == true)
  }

  @Test func aLostDocumentFailsTheRun() async throws {
    let (report, _) = try await runSamples(
      """
        - use: count-up
        - use: greedy
      """)
    #expect(report.outcome == .failed)
    #expect(report.failure?.contains("'greedy' took 10 and made 0, but passed 9, dropped 0 and quarantined 0") == true)
  }

  @Test func aDocumentThatLeavesTwiceFailsTheRun() async throws {
    let (report, _) = try await runSamples(
      """
        - use: count-up
        - use: twice
      """)
    #expect(report.outcome == .failed)
    #expect(report.failure == "the stage 'twice' let the document d0 out twice")
  }

  @Test func aStageThatLeavesEarlyFailsTheRun() async throws {
    let (report, _) = try await runSamples(
      """
        - use: count-up
          with: { count: 5000 }
        - use: impatient
      """)
    #expect(report.outcome == .failed)
    #expect(report.failure == "the stage 'impatient' ended before it had taken all documents")
  }

  @Test func aSecondDocumentWithTheSameIdIsSetAside() async throws {
    let (report, documents) = try await runSamples(
      """
        - use: count-up
          with: { count: 3, twins: true }
      """)
    #expect(report.outcome == .quarantined)
    #expect(documents.count == 1)
    #expect(report.stages[0].counts.quarantined == 2)
    #expect(report.stages[0].counts.balances)
  }

  @Test func onErrorFailEndsTheRun() async throws {
    let (report, _) = try await runSamples(
      """
        - use: count-up
        - use: picky
          on-error: fail
          with: { refuse: [d3] }
      """)
    #expect(report.outcome == .failed)
    #expect(report.failure == "the stage 'picky' is set to fail, and did at d3: this one is refused")
  }

  @Test func timeoutQuarantines() async throws {
    let (report, documents) = try await runSamples(
      """
        - use: count-up
          with: { count: 2 }
        - use: sleepy
          timeout: 20ms
      """)
    #expect(report.outcome == .quarantined)
    #expect(documents.isEmpty)
    #expect(report.stages[1].counts.quarantined == 2)
  }

  @Test func whenLetsOtherDocumentsByUntouched() async throws {
    let (report, documents) = try await runSamples(
      """
        - use: count-up
          with: { count: 2 }
        - use: upcase
          when: { language: ar }
      """)
    #expect(report.outcome == .finished)
    #expect(documents.map(\.text) == ["text 0", "text 1"])
    #expect(documents[0].history.map(\.stage) == ["count-up"])
  }

  @Test func cancellingEndsTheRun() async throws {
    let task = Task {
      try await runSamples(
        """
          - use: count-up
            with: { count: 100000 }
          - use: sleepy
        """)
    }
    try await Task.sleep(for: .milliseconds(100))
    task.cancel()
    let outcome = try await task.value.report.outcome
    #expect(outcome == .cancelled)
  }

  @Test func theReportSaysWhatStagesSaid() async throws {
    let (report, _) = try await runSamples(
      """
        - use: count-up
        - use: adder
      """)
    #expect(report.stages[1].notes == ["fact": 7])
    #expect(report.warnings.contains { $0.stage == "adder" && $0.message == "odd" })
    let plain = report.withoutTimes()
    #expect(plain.run == nil && plain.started == nil && plain.seconds == nil)
    #expect(plain.stages.allSatisfy { $0.seconds == nil })
  }
}
