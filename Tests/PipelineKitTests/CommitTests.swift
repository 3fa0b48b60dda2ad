import Foundation
import StageKit
import Synchronization
import Testing

@testable import PipelineKit

/// Outputs get their names together, after everything else, or not at all.
@Suite struct CommitTests {
  /// Documents go through three sinks; what happened to them comes back in order.
  private func run(_ last: String = "", failing: String = "") async throws -> (report: RunReport, events: [String]) {
    let diary = UUID().uuidString
    let sinks = ["a", "b", "c"].map { id in
      "  - use: diary\n    id: \(id)\n    with: { name: \(diary), fail: \(id == failing) }"
    }
    let report = try await runSamples("  - use: count-up\n\(sinks.joined(separator: "\n"))\n\(last)").report
    return (report, Diary.events(of: diary))
  }

  @Test func allAreWrittenBeforeOneIsNamed() async throws {
    let (report, events) = try await run()
    #expect(report.outcome == .finished)
    #expect(events.prefix(3).sorted() == ["a wrote", "b wrote", "c wrote"])
    #expect(Array(events.dropFirst(3)) == ["a committed", "b committed", "c committed"])
    #expect(report.outputs == ["/a", "/b", "/c"])
  }

  @Test func aFailureAfterAllSinksLeavesNothing() async throws {
    let (report, events) = try await run("  - use: greedy")
    #expect(report.outcome == .failed)
    #expect(report.failure?.contains("'greedy' took 10 and made 0, but passed 9") == true)
    #expect(Array(events.suffix(3)) == ["a abandoned", "b abandoned", "c abandoned"])
    #expect(!events.contains { $0.hasSuffix("committed") })
    #expect(report.outputs == [])
  }

  @Test func aFailureInBetweenSaysWhatStands() async throws {
    let (report, events) = try await run(failing: "b")
    #expect(report.outcome == .failed)
    #expect(
      report.failure == "can't name it; what 'a' wrote stands, what 'b', 'c' wrote was taken back")
    #expect(events.contains("c abandoned") && !events.contains("c committed"))
    #expect(report.outputs == ["/a"])
    let first = try await run(failing: "a").report
    #expect(first.failure == "can't name it; no output has got its name, what 'a', 'b', 'c' wrote was taken back")
  }

  @Test func stagesThatWriteOneOutputAreAMistakeInTheFile() throws {
    let (plan, findings) = PipelinePlan.make(
      text: """
        version: 1
        stages:
          - use: count-up
          - use: diary
            with: { path: "out/{date}" }
          - use: diary
            id: other
            with: { path: "out/x/../{date}" }
        """, file: "t.yaml", .init(plugins: [samples, diaries], encoder: .missing(reason: "")))
    #expect(plan == nil)
    #expect(
      findings.items.map(\.description) == [
        "t.yaml:6:10: error[same-output]: 'other' writes 'out/x/../{date}', and so does 'diary'; give one of them "
          + "another path"
      ])
  }
}

/// Apart from the other samples, whose names stand in messages that are tested.
let diaries = Plugin("diaries", version: "1.0.0", [StageEntry(Diary.self)])

/// A sink that writes down what it is asked to do.
struct Diary: Sink {
  struct Options: StageOptions {
    var name = ""
    var fail = false
    var path: OutputPath?
    static let settings: [Setting<Options>] = [
      Setting("name", \.name, "Whose diary."),
      Setting("fail", \.fail, "Whether to fail to commit."),
      Setting("path", \.path, "An output."),
    ]
  }
  static let name = "diary"
  static let summary = "Writes down what happens."
  private static let diaries = Mutex<[String: [String]]>([:])
  static func events(of name: String) -> [String] { diaries.withLock { $0[name] ?? [] } }
  static func outputs(_ options: Options) -> [OutputPath] { options.path.map { [$0] } ?? [] }

  let options: Options
  let context: StageContext
  init(_ options: Options, in context: StageContext) {
    self.options = options
    self.context = context
  }
  func write(_ documents: Inlet, confirming receipts: any Outlet) async throws {
    for try await document in documents { try await receipts.pass(document) }
    add("wrote")
  }
  func commit() async throws {
    if options.fail { throw StageError("io", "can't name it") }
    add("committed")
    context.wrote(URL(fileURLWithPath: "/\(context.id)"))
  }
  func abandon() async { add("abandoned") }
  private func add(_ event: String) {
    Self.diaries.withLock { $0[options.name, default: []].append("\(context.id) \(event)") }
  }
}
