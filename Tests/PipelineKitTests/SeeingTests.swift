import Foundation
import StageKit
import Testing

@testable import PipelineKit

/// The parts that count and note what happens in a run.
@Suite struct SeeingTests {
  private func folder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("seeing-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }

  // MARK: Samples

  @Test func aSampleDoesNotDependOnTheOrder() {
    let ids = (0..<500).map { "document-\($0)" }
    func sample(_ ids: [String], _ size: Int) -> [String] {
      let sample = TraceSample(size: size)
      for id in ids {
        sample.add(id)
        sample.add(id)
      }
      return Set(ids.filter(sample.contains)).sorted()
    }
    for size in [1, 7, 100] {
      let expected = Array(ids.sorted { TraceSample.hash($0) < TraceSample.hash($1) }.prefix(size)).sorted()
      #expect(sample(ids, size) == expected)
      #expect(sample(ids.reversed(), size) == expected)
      #expect(sample(ids.filter { $0.hasSuffix("7") } + ids, size) == expected)
    }
    #expect(sample(["a", "b"], 10) == ["a", "b"], "all, if they are few")
  }

  @Test func aTraceHoldsTheSampleAndWhatWasMadeOfIt() throws {
    try folder { folder in
      let ids = ["a", "b", "c", "d"].sorted { TraceSample.hash($0) < TraceSample.hash($1) }
      let trace = TraceStore(in: folder, stages: ["in", "work"], size: 1)
      // The one that stays comes last: those before it were followed as long as they had to be.
      for id in ids.reversed() {
        trace.add(id)
        trace.keep(Document(id: id, text: "x"), at: "in", .after)
        trace.keep(Document(id: id, text: "x"), at: "work", .before)
        var half = Document(id: "\(id)-half", text: "x")
        half.parents = [id]
        trace.keep(half, at: "work", .after)
        trace.keep(Document(id: id, text: "x"), at: "work", .dropped, because: "replaced by others")
      }
      let file = folder.appendingPathComponent("trace.jsonl")
      try trace.write(to: file)
      let lines = try Data(contentsOf: file).split(separator: 0x0A).map {
        try JSONDecoder().decode([String: JSONValue].self, from: $0)
      }
      #expect(lines.map { $0["stage"] } == ["in", "work", "work", "work"])
      #expect(["before", "dropped", "after"].allSatisfy { when in lines.contains { $0["when"] == when } })
      let seen = lines.map { line -> JSONValue? in
        if case .object(let document) = line["document"] { document["id"] } else { nil }
      }
      #expect(seen.allSatisfy { $0 == .string(ids[0]) || $0 == .string("\(ids[0])-half") })
      #expect(seen.contains(.string("\(ids[0])-half")))
      #expect(lines.first { $0["when"] == "dropped" }?["reason"] == "replaced by others")
    }
  }

  // MARK: Drops

  @Test func dropsAreInTheOrderOfThePipelineWithoutTexts() throws {
    try folder { folder in
      let store = DropStore(in: folder, stages: ["first", "second", "third"])
      #expect(try store.collect() == nil)
      var document = Document(id: "x", text: "secret words")
      document.origin = .init(path: "a.jsonl", sha256: nil, bytes: 5, offset: 7)
      try store.add(.init(document, stage: "third", reason: "late"))
      try store.add(.init(Document(id: "y", text: "secret words"), stage: "first", reason: "twice"))
      let all = try String(contentsOf: #require(try store.collect()), encoding: .utf8)
      #expect(
        all == """
          {"id":"y","reason":"twice","stage":"first"}
          {"id":"x","offset":7,"path":"a.jsonl","reason":"late","stage":"third"}

          """)
      let some = try #require(try store.collect(upTo: "second"))
      #expect(try String(contentsOf: some, encoding: .utf8) == all.prefix { $0 != "\n" } + "\n")
      // What comes after a look is in the next one.
      try store.add(.init(Document(id: "z", text: ""), stage: "second", reason: "odd"))
      let more = try String(contentsOf: #require(try store.collect()), encoding: .utf8).split(separator: "\n")
      #expect(more.count == 3 && more[1].contains("\"z\""))
    }
  }

  // MARK: Time and memory

  @Test func aLaneSplitsItsTimeAmongItsStages() throws {
    func burn(_ nanoseconds: UInt64) {
      let end = ResourceUse.threadNanoseconds() + nanoseconds
      while ResourceUse.threadNanoseconds() < end {}
    }
    var clock = LaneClock(stages: 2)
    for _ in 0..<8 {
      clock.nextDocument()
      burn(1_000_000)
      clock.left(0)
      burn(3_000_000)
      clock.left(1)
    }
    let spent = try #require(clock.nanoseconds())
    #expect(spent[0] + spent[1] >= 31_000_000, "\(spent)")
    #expect(spent.allSatisfy { $0 > 0 })
  }

  @Test func memoryIsReadFromTheSystemsWords() throws {
    let status = "Name:\ttoolkit\nVmHWM:\t   2048 kB\nVmRSS:\t    1024 kB\nThreads:\t3\n"
    let memory = try #require(ResourceUse.memory(inStatus: status))
    #expect(memory.resident == 1 << 20 && memory.peak == 2 << 20)
    #expect(ResourceUse.memory(inStatus: "VmRSS:\t 10 kB\n") == nil)
    #expect(ResourceUse.memory(inStatus: "VmRSS:\t ten kB\nVmHWM:\t 10 kB\n") == nil)
    #expect(ResourceUse.memory(inStatus: "VmRSS:\t -1 kB\nVmHWM:\t 10 kB\n") == nil)
    #expect(ResourceUse.memory(inStatus: "VmRSS:\t 9223372036854775807 kB\nVmHWM:\t 10 kB\n") == nil)
  }

  @Test func workOnOtherThreadsIsChargedToTheStage() async throws {
    let account = CPUAccount()
    @Sendable func burn() {
      let end = ResourceUse.threadNanoseconds() + 20_000_000
      while ResourceUse.threadNanoseconds() < end {}
    }
    try await account.run {
      burn()
      try await offload { burn() }
      CPUAccount.concurrentPerform(iterations: 2) { _ in burn() }
    }
    #expect(account.seconds >= 0.08, "\(account.seconds)")
  }
}
