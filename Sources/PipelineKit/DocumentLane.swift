import StageKit

/// Neighbouring document stages as one lane: several documents at once, each through all of the lane's stages, and
/// out in the order they came in.
struct DocumentLane: Sendable {
  /// One stage of the lane.
  final class Step: Sendable {
    let stage: any DocumentStage
    let identity: StageIdentity
    let meter: StageMeter
    /// How long the stage may take in this process; nil where it has processes of its own.
    let timeout: Duration?
    let retries: Int
    let condition: Condition?
    /// What earlier runs made of documents; nil if that is not kept.
    let memory: StepMemory?

    /// A stage with the rules of its entry.
    init(
      stage: any DocumentStage, identity: StageIdentity, meter: StageMeter, timeout: Duration?, retries: Int,
      condition: Condition?, memory: StepMemory?
    ) {
      self.stage = stage
      self.identity = identity
      self.meter = meter
      self.timeout = timeout
      self.retries = retries
      self.condition = condition
      self.memory = memory
    }
  }

  /// A document whose way ended in the lane, as it came to the stage that ended it.
  private struct Ended: Sendable {
    enum Fate: Sendable {
      case dropped(because: String)
      case quarantined(because: any Error)
    }

    let document: Document
    let step: Int
    let fate: Fate
  }

  /// What a task made of a batch, and what to count at each step.
  private struct Batch: Sendable {
    /// In order.
    var passed: [Document] = []
    /// In order.
    var ended: [Ended] = []
    var counts: [RunReport.Counts]
    var reasons: [[String: Int]]
    /// How many documents an earlier run had looked at, at each step.
    var cached: [Int]
    /// What came in, for the table of the run's documents.
    var entered: [DocumentTable.Entry] = []
    var stamps: [HistoryStamp]
    /// How long a document took, in nanoseconds.
    var perDocument = 0.0

    init(_ steps: [Step], documents: Int) {
      passed.reserveCapacity(documents)
      counts = Array(repeating: .init(), count: steps.count)
      reasons = Array(repeating: [:], count: steps.count)
      cached = Array(repeating: 0, count: steps.count)
      stamps = steps.map { HistoryStamp($0.identity.step) }
    }
  }

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
      var size = BatchSize()
      while more || running > 0 {
        while more, running < workers, waiting.count < 2 * workers {
          let documents = try await inlet.receive(upTo: size.most, atLeast: size.least, sharedBy: workers)
          guard !documents.isEmpty else {
            more = false
            break
          }
          if started == 0 { for step in steps { step.meter.start() } }
          let number = started
          started += 1
          running += 1
          group.addTask { (number, try await process(documents)) }
        }
        guard let (number, batch) = try await group.next() else { continue }
        running -= 1
        size.learn(batch.perDocument)
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
    var batch = Batch(steps, documents: documents.count)
    var clock = LaneClock(stages: steps.count)
    for document in documents {
      clock.nextDocument()
      try await process(document, from: 0, into: &batch, &clock)
    }
    for (step, nanoseconds) in zip(steps, clock.nanoseconds() ?? []) { step.meter.cpu.add(nanoseconds: nanoseconds) }
    batch.perDocument = clock.perDocument
    return batch
  }

  private func process(
    _ document: Document, from first: Int, into batch: inout Batch, _ clock: inout LaneClock
  ) async throws {
    var document = document
    var lineage = Lineage()
    if first == 0, table != nil { batch.entered.append(.init(document.id, lineage.key(of: document))) }
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
        // What became of it in an earlier run, or what the stage says.
        let verdict: Verdict
        let key = step.memory.map { lineage.key(of: document).with($0.stage) }
        if let key, let known = step.memory?.recall(key, &document) {
          batch.cached[index] += 1
          verdict = known
        } else {
          verdict = try await step.isGuarded ? step.processGuarded(&document) : step.stage.process(&document)
          if let key { step.memory?.keep(verdict, from: before, to: document, for: key) }
        }
        lineage.passed(step.memory?.stage)
        switch verdict {
        case .pass:
          batch.counts[index].passed += 1
          batch.stamps[index].stamp(&document)
          ledger.passed(document, by: step.identity)
        case .drop(let reason):
          drop(before, at: index, because: reason, &batch)
          return
        case .replace(let others):
          drop(before, at: index, because: "replaced by others", &batch)
          batch.counts[index].made += others.count
          batch.counts[index].passed += others.count
          for var other in others {
            batch.stamps[index].stamp(&other)
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
        batch.ended.append(Ended(document: before, step: index, fate: .quarantined(because: error)))
        return
      }
    }
    batch.passed.append(document)
  }

  private func drop(_ document: Document, at index: Int, because reason: String, _ batch: inout Batch) {
    batch.counts[index].dropped += 1
    batch.reasons[index][reason, default: 0] += 1
    batch.ended.append(Ended(document: document, step: index, fate: .dropped(because: reason)))
  }

  private func emit(_ batch: Batch, to exit: StageExit) async throws {
    for (index, step) in steps.enumerated() {
      step.meter.add(batch.counts[index], reasons: batch.reasons[index], cached: batch.cached[index])
    }
    table?.add(batch.entered)
    for ended in batch.ended {
      let step = steps[ended.step]
      switch ended.fate {
      case .dropped(let reason): try ledger.dropped(ended.document, by: step.identity, because: reason)
      case .quarantined(let error):
        ledger.quarantined(ended.document, by: step.identity, because: error)
        try quarantine.add(ended.document, stage: step.identity, error: error)
        try step.identity.failIfAsked(ended.document, error)
      }
    }
    try await exit.send(contentsOf: batch.passed)
  }
}

/// How many documents a task takes at once: enough to make tasks cheap, few enough to keep all workers busy.
private struct BatchSize {
  /// No task takes more.
  private(set) var most = smallest
  /// A task takes so many if they are there, even if that leaves none for other workers.
  private(set) var least = 1
  private static let smallest = 32
  private static let largest = 256
  /// How long a batch should take, in nanoseconds: starting a task takes about 20 µs.
  private static let aim = 2_000_000.0

  /// Adapts the size to how long a document took.
  ///
  /// - Parameter time: in nanoseconds.
  mutating func learn(_ time: Double) {
    most = Int(min(Double(Self.largest), max(Double(Self.smallest), Self.aim / max(1, time))))
    // With documents that take longer than tasks do, sharing pays.
    least = most > Self.smallest ? most / 4 : 1
  }
}
