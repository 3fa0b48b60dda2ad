import StageKit
import Testing

@testable import PipelineKit

/// `max-quarantine`: how many documents may fail before the run has.
@Suite struct QuarantineLimitTests {
  @Test func itIsANumberOrAShare() {
    #expect(QuarantineLimit("12") == .count(12))
    #expect(QuarantineLimit("0") == .count(0))
    #expect(QuarantineLimit("5%") == .percent(5))
    #expect(QuarantineLimit("0.5%")?.description == "0.5%")
    for text in ["", "%", "-1", "5 %", "1.5", "101%", "5%%", "many", "1e3"] { #expect(QuarantineLimit(text) == nil) }
  }

  @Test func exactlyTheLimitIsFine() {
    for share in 1...99 {
      #expect(!QuarantineLimit.percent(Double(share)).isExceeded(by: share, of: 100))
      #expect(QuarantineLimit.percent(Double(share)).isExceeded(by: share + 1, of: 100))
    }
    #expect(!QuarantineLimit.percent(5).isExceeded(by: 99, of: nil), "more may still come")
    #expect(QuarantineLimit.count(2).isExceeded(by: 3, of: nil))
  }

  private static let bad = (0..<30).map { "d\($0)" }.joined(separator: ", ")

  private func run(_ limit: String, documents: Int) async throws -> RunReport {
    try await runSamples(
      """
        - use: count-up
          with: { count: \(documents) }
        - use: picky
          with: { refuse: [\(Self.bad)] }
        - use: counter
      max-quarantine: \(limit)
      """
    ).report
  }

  @Test func aRunBelowTheLimitGoesThrough() async throws {
    #expect(try await run("30", documents: 1000).outcome == .quarantined)
    #expect(try await run("3%", documents: 1000).outcome == .quarantined)
  }

  @Test func aRunAboveTheLimitFails() async throws {
    let report = try await run("2.9%", documents: 1000)
    #expect(report.outcome == .failed)
    #expect(
      report.failure?.hasPrefix(
        "30 of 1000 documents that were read so far are in quarantine, and 'max-quarantine' allows 2.9%; most by the "
          + "stage 'picky' (30); they lie in ") == true, "\(report.failure ?? "")")
    #expect(report.failure?.hasSuffix("quarantine.jsonl; nothing was written. Look at them, or allow more") == true)
  }

  @Test func aNumberIsJudgedAtOnce() async throws {
    let report = try await run("3", documents: 1_000_000)
    #expect(report.outcome == .failed)
    #expect(report.failure?.hasPrefix("4 of ") == true, "\(report.failure ?? "")")
    #expect(report.stages[0].counts.made < 1_000_000)
  }

  @Test func mistakesArePointedAt() throws {
    let (_, findings) = PipelinePlan.make(
      text: "version: 1\nmax-quarantine: lots\nstages:\n  - use: count-up\n    retries: 3\n", file: "t.yaml",
      .init(plugins: [samples], encoder: .missing(reason: "")))
    let words = findings.items.map(\.description)
    #expect(
      words.contains(
        "t.yaml:2:17: error[wrong-type]: 'max-quarantine' must be a number of documents or a share such as 5%, found "
          + "'lots'"), "\(words)")
    #expect(words.contains { $0.contains("'retries' is for stages that take one document at a time") }, "\(words)")
  }
}
