import StageKit

/// Neighbouring document stages as one lane: several documents at once, each through all of the lane's stages, and
/// out in the order they came in.
struct DocumentLane: Sendable {
  /// One stage of the lane.
  struct Step: Sendable {
    let stage: any DocumentStage
    let identity: StageIdentity
    let meter: StageMeter
    /// How long the stage may take in this process; nil where it has processes of its own.
    let timeout: Duration?
    let retries: Int
    let condition: Condition?
    /// What earlier runs made of documents; nil if that is not kept.
    let memory: StepMemory?
  }

  /// What became of a document.
  private enum Fate: Sendable {
    case passed(Document)
    /// As it came to the stage that ended it.
    case dropped(Document, step: Int, reason: String)
    /// As it came to the stage that failed.
    case quarantined(Document, step: Int, error: any Error)
  }

  /// What a task made of a batch: fates in order, and what to count at each step.
  private struct Batch: Sendable {
    var fates: [Fate] = []
    var counts: [RunReport.Counts]
    var reasons: [[String: Int]]
    /// How many documents an earlier run had looked at, at each step.
    var cached: [Int]
    /// What came in, for the table of the run's documents.
    var entered: [(id: String, content: ContentKey)] = []
  }

  /// Documents that one task takes at once: enough to make tasks cheap, few enough to keep all workers busy.
  private static let batchSize = 32

  let steps: [Step]
  let workers: Int
  let quarantine: QuarantineStore
  let ledger: DocumentLedger
  /// Where documents are noted as they come in; nil if this is not the first lane after the sources.
  let table: DocumentTable?

  /// Moves all documents from `inlet` to `exit`.
  func run(from inlet: DocumentChannel, to exit: StageExit) async throws {
    try await withThrowingTaskGroup(of: (Int, Batch).self) { group in
      var started = 0
      var emitted = 0
      var running = 0
      var waiting: [Int: Batch] = [:]
      var more = true
      while more || running > 0 {
        while more, running < workers, waiting.count < 2 * workers {
          let documents = try await inlet.receive(upTo: Self.batchSize, sharedBy: workers)
          guard !documents.isEmpty else {
            more = false
            break
          }
          for step in steps { step.meter.start() }
          let number = started
          started += 1
          running += 1
          group.addTask { (number, try await process(documents)) }
        }
        guard let (number, batch) = try await group.next() else { continue }
        running -= 1
        waiting[number] = batch
        while let next = waiting.removeValue(forKey: emitted) {
          emitted += 1
          try await emit(next, to: exit)
        }
      }
    }
    for step in steps { step.meter.end() }
  }

  private func process(_ documents: [Document]) async throws -> Batch {
    var batch = Batch(
      counts: Array(repeating: .init(), count: steps.count), reasons: Array(repeating: [:], count: steps.count),
      cached: Array(repeating: 0, count: steps.count))
    var clock = LaneClock(stages: steps.count)
    for document in documents {
      clock.nextDocument()
      try await process(document, from: 0, into: &batch, &clock)
    }
    for (step, nanoseconds) in zip(steps, clock.nanoseconds() ?? []) { step.meter.cpu.add(nanoseconds: nanoseconds) }
    return batch
  }

  private func process(
    _ document: Document, from first: Int, into batch: inout Batch, _ clock: inout LaneClock
  ) async throws {
    var document = document
    var lineage = Lineage()
    if first == 0, table != nil { batch.entered.append((document.id, lineage.key(of: document))) }
    for index in first..<steps.count {
      try Task.checkCancellation()
      let step = steps[index]
      batch.counts[index].taken += 1
      if let condition = step.condition, !condition.holds(for: document) {
        batch.counts[index].passed += 1
        continue
      }
      let before = document
      ledger.took(before, at: step.identity)
      defer { clock.left(index) }
      do {
        switch try await verdict(of: step, on: &document, &lineage, &batch.cached[index]) {
        case .pass:
          batch.counts[index].passed += 1
          document.stamp(step.identity.step)
          ledger.passed(document, by: step.identity)
        case .drop(let reason):
          batch.counts[index].dropped += 1
          batch.reasons[index][reason, default: 0] += 1
          batch.fates.append(.dropped(before, step: index, reason: reason))
          return
        case .replace(let others):
          batch.counts[index].dropped += 1
          batch.reasons[index]["replaced by others", default: 0] += 1
          batch.fates.append(.dropped(before, step: index, reason: "replaced by others"))
          batch.counts[index].made += others.count
          batch.counts[index].passed += others.count
          for var other in others {
            other.stamp(step.identity.step)
            ledger.passed(other, by: step.identity)
            clock.left(index)
            try await process(other, from: index + 1, into: &batch, &clock)
          }
          return
        }
      } catch is CancellationError where Task.isCancelled {
        throw CancellationError()
      } catch {
        batch.counts[index].quarantined += 1
        batch.fates.append(.quarantined(before, step: index, error: error))
        return
      }
    }
    batch.fates.append(.passed(document))
  }

  /// What becomes of a document: what became of it in an earlier run, or what the stage says.
  private func verdict(
    of step: Step, on document: inout Document, _ lineage: inout Lineage, _ cached: inout Int
  ) async throws -> Verdict {
    guard let memory = step.memory else {
      lineage.forget()
      return try await verdict(of: step, on: &document)
    }
    let key = lineage.key(of: document).with(memory.stage)
    defer { lineage.passed(memory.stage) }
    if let verdict = memory.recall(key, &document) {
      cached += 1
      return verdict
    }
    let before = document
    let verdict = try await verdict(of: step, on: &document)
    memory.keep(verdict, from: before, to: document, for: key)
    return verdict
  }

  private func verdict(of step: Step, on document: inout Document) async throws -> Verdict {
    step.isGuarded ? try await step.processGuarded(&document) : try await step.stage.process(&document)
  }

  private func emit(_ batch: Batch, to exit: StageExit) async throws {
    for (index, step) in steps.enumerated() {
      step.meter.add(batch.counts[index], reasons: batch.reasons[index], cached: batch.cached[index])
    }
    table?.add(batch.entered)
    for fate in batch.fates {
      switch fate {
      case .passed(let document): try await exit.send(document)
      case .dropped(let document, let index, let reason):
        try ledger.dropped(document, by: steps[index].identity, because: reason)
      case .quarantined(let document, let index, let error):
        ledger.quarantined(document, by: steps[index].identity, because: error)
        try quarantine.add(document, stage: steps[index].identity, error: error)
        try steps[index].identity.failIfAsked(document, error)
      }
    }
  }
}
