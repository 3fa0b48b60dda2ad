import Foundation
import Logging
import StageKit
import Synchronization

import Testing

@testable import PipelineKit

/// Stages for tests of the engine: each does one thing, right or wrong.
let samples = Plugin(
  "samples", version: "1.2.3",
  [
    StageEntry(CountingSource.self), StageEntry(Upcase.self), StageEntry(Picky.self), StageEntry(Sleepy.self),
    StageEntry(Reverse.self), StageEntry(Greedy.self), StageEntry(Twice.self), StageEntry(Impatient.self),
    StageEntry(Adder.self), StageEntry(Counter.self),
  ])

/// Passes documents `d0`, `d1`, …
struct CountingSource: Source {
  struct Options: StageOptions {
    var count = 10
    var paths: [InputPath] = []
    var twins = false
    static let settings: [Setting<Options>] = [
      Setting("count", \.count, "How many.", in: 0...1_000_000),
      Setting("paths", \.paths, "What to read."),
      Setting("twins", \.twins, "Whether all documents have one id."),
    ]
  }
  static let name = "count-up"
  static let summary = "Counts."
  let options: Options
  init(_ options: Options, in context: StageContext) { self.options = options }
  func read(into outlet: any Outlet) async throws {
    for index in 0..<options.count {
      try await outlet.pass(Document(id: options.twins ? "same" : "d\(index)", text: "text \(index)"))
    }
    for path in options.paths { try await outlet.pass(Document(id: path.text, text: path.base.path)) }
  }
}

struct Upcase: DocumentStage {
  static let name = "upcase"
  static let summary = "Shouts."
  static let provides: [Facet] = [.language]
  init(_ options: NoOptions, in context: StageContext) {}
  func process(_ document: inout Document) async throws -> Verdict {
    if document.id.hashValue % 3 == 0 { try await Task.sleep(for: .microseconds(200)) }
    document.text = document.text.uppercased()
    return .pass
  }
}

/// Throws on the ids it is told to, drops some, and splits some.
struct Picky: DocumentStage {
  struct Options: StageOptions {
    var refuse: [String] = []
    var drop: [String] = []
    var split: [String] = []
    var threshold = 0.5
    static let settings: [Setting<Options>] = [
      Setting("refuse", \.refuse, "Ids to throw on."),
      Setting("drop", \.drop, "Ids to drop."),
      Setting("split", \.split, "Ids to replace by two."),
      Setting("threshold", \.threshold, "A number.", in: 0...1),
    ]
  }
  static let name = "picky"
  static let summary = "Picks."
  static let needs: [Facet] = [.language]
  let options: Options
  init(_ options: Options, in context: StageContext) { self.options = options }
  func process(_ document: inout Document) async throws -> Verdict {
    if options.refuse.contains(document.id) {
      document.text = "half edited"
      throw StageError("refused", "this one is refused")
    }
    if options.drop.contains(document.id) { return .drop(because: "not wanted") }
    if options.split.contains(document.id) {
      let parent = document
      return .replace(
        with: ["a", "b"].map { part in
          var half = Document(id: parent.id + part, text: parent.text)
          half.parents = [parent.id]
          return half
        })
    }
    return .pass
  }
}

/// Takes for ever.
struct Sleepy: DocumentStage {
  static let name = "sleepy"
  static let summary = "Sleeps."
  init(_ options: NoOptions, in context: StageContext) {}
  func process(_ document: inout Document) async throws -> Verdict {
    try await Task.sleep(for: .seconds(3600))
    return .pass
  }
}

/// Sees all, then passes them in reverse.
struct Reverse: CorpusStage {
  static let name = "reverse"
  static let summary = "Reverses."
  init(_ options: NoOptions, in context: StageContext) {}
  func process(_ documents: Inlet, into outlet: any Outlet) async throws {
    var all: [Document] = []
    for try await document in documents { all.append(document) }
    for document in all.reversed() { try await outlet.pass(document) }
  }
}

/// Loses the third document.
struct Greedy: CorpusStage {
  static let name = "greedy"
  static let summary = "Keeps one."
  init(_ options: NoOptions, in context: StageContext) {}
  func process(_ documents: Inlet, into outlet: any Outlet) async throws {
    for try await document in documents where document.id != "d2" { try await outlet.pass(document) }
  }
}

/// Passes each document twice.
struct Twice: CorpusStage {
  static let name = "twice"
  static let summary = "Repeats."
  init(_ options: NoOptions, in context: StageContext) {}
  func process(_ documents: Inlet, into outlet: any Outlet) async throws {
    for try await document in documents {
      try await outlet.pass(document)
      try await outlet.pass(document)
    }
  }
}

/// Leaves after the first document.
struct Impatient: CorpusStage {
  static let name = "impatient"
  static let summary = "Leaves."
  init(_ options: NoOptions, in context: StageContext) {}
  func process(_ documents: Inlet, into outlet: any Outlet) async throws {
    for try await document in documents {
      try await outlet.pass(document)
      return
    }
  }
}

/// Adds a summary at the end, and says things.
struct Adder: CorpusStage {
  static let name = "adder"
  static let summary = "Adds."
  let context: StageContext
  init(_ options: NoOptions, in context: StageContext) { self.context = context }
  func process(_ documents: Inlet, into outlet: any Outlet) async throws {
    for try await document in documents { try await outlet.pass(document) }
    try await outlet.pass(Document(id: "sum", kind: .summary, text: "all"))
    context.warn("odd")
    context.note("fact", 7)
  }
}

/// A sink that writes nowhere.
struct Counter: Sink {
  static let name = "counter"
  static let summary = "Counts."
  init(_ options: NoOptions, in context: StageContext) {}
  func write(_ documents: Inlet, confirming receipts: any Outlet) async throws {
    for try await document in documents { try await receipts.pass(document) }
  }
}

/// Runs a pipeline of sample stages, given as the lines under `stages:`.
func runSamples(_ stages: String, workers: Int = 2) async throws -> (report: RunReport, documents: [Document]) {
  let yaml = "version: 1\nname: test\nstages:\n" + stages
  let missing = EncoderLoader(status: .missing(reason: "there is none")) { _ in throw StageError("none", "none") }
  let (plan, findings) = PipelinePlan.make(
    text: yaml, file: "test.yaml", .init(plugins: [samples, diaries], encoder: missing.status))
  let checked = try #require(plan, "\(findings)")
  let cache = FileManager.default.temporaryDirectory.appendingPathComponent("toolkit-tests-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: cache) }
  let seen = Mutex<[Document]>([])
  let run = try PipelineRun(
    checked,
    info: RunInfo(id: UUID().uuidString, name: "test", date: "2026-03-12", version: "0", pipeline: yaml),
    settings: .init(workers: workers, encoder: missing, cacheDirectory: cache, logger: quietLogger()) { document in
      seen.withLock { $0.append(document) }
    })
  let report = await run.execute()
  return (report, seen.withLock { $0 })
}

func quietLogger() -> Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

/// Keeps documents that reached the end of a pipeline.
final class Seen: Sendable {
  private let state = Mutex<[Document]>([])
  var documents: [Document] { state.withLock { $0 } }
  func add(_ document: Document) { state.withLock { $0.append(document) } }
}
