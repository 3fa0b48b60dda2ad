import Foundation
import StageKit
import Synchronization

/// The worker processes of one stage: one for each document that is being worked on, kept for the next.
final class WorkerPool: Sendable {
  /// What became of a document in a worker.
  enum Outcome: Sendable {
    case verdict(Verdict, Document)
    /// What the stage threw.
    case failed(StageError)
    /// The stage was at it for longer than it may; the process was ended.
    case late
    /// How the process died, in words that continue "its process".
    case died(String)
  }

  private struct State {
    var idle: [WorkerProcess] = []
    var busy: [ObjectIdentifier: WorkerProcess] = [:]
    /// Those that have processed a document.
    var warm: Set<ObjectIdentifier> = []
    var isClosed = false
    var said: Set<String> = []
    var started = 0
  }

  private let isolation: StageIsolation
  private let opening: WorkerOpening
  private let context: StageContext
  private let accounts: [CPUAccount]
  private let state = Mutex(State())

  /// How long a stage may take to come up: one with a model loads it.
  private static let startLimit = Duration.seconds(120)
  /// How much longer the first document of a process may take: a stage may load what it needs only then. Without that,
  /// where this takes longer than the limit, each document would meet a fresh process and be stopped.
  private static let warmUp = Duration.seconds(2)
  /// How long handing over a document may take; the stage's own time is another matter.
  private static let transferLimit = Duration.seconds(120)
  /// How long a worker may take to end when it is no longer needed.
  private static let endLimit = Duration.seconds(2)

  /// A pool without processes; what they will take of the processors is charged to each of `accounts`.
  init(_ isolation: StageIsolation, opening: WorkerOpening, context: StageContext, accounts: [CPUAccount]) {
    self.isolation = isolation
    self.opening = opening
    self.context = context
    self.accounts = accounts
  }

  /// Makes sure that a worker stands, so that a stage that can't start says so before the first document.
  func prepare() async throws {
    let worker = try await free()
    giveBack(worker)
  }

  /// Lets a worker process a document, for no longer than `limit`.
  func process(_ document: Document, within limit: Duration) async throws -> Outcome {
    let worker = try await free()
    let isWarm = state.withLock { $0.warm.contains(ObjectIdentifier(worker)) }
    let limit = isWarm ? limit : limit + Self.warmUp
    let outcome: Outcome
    do {
      outcome = try await on(worker) { try self.exchange(document, with: worker, within: limit) }
    } catch {
      forget(worker)
      throw error
    }
    switch outcome {
    case .verdict, .failed:
      state.withLock { _ = $0.warm.insert(ObjectIdentifier(worker)) }
      giveBack(worker)
    case .late, .died: forget(worker)
    }
    try Task.checkCancellation()
    return outcome
  }

  /// Ends all workers and waits until none is left.
  func close() async {
    let workers = state.withLock { state in
      state.isClosed = true
      defer {
        state.idle = []
        state.busy = [:]
      }
      return state.idle + state.busy.values
    }
    for worker in workers { worker.socket.hangUp() }
    for worker in workers { _ = try? await offload(on: worker.queue) { worker.wait(upTo: Self.endLimit) } }
  }

  // MARK: Workers

  /// An idle worker, or a new one; it counts as busy from now on.
  private func free() async throws -> WorkerProcess {
    try Task.checkCancellation()
    let (idle, number) = state.withLock { state in
      let worker = state.idle.popLast()
      if let worker { state.busy[ObjectIdentifier(worker)] = worker } else { state.started += 1 }
      return (worker, state.started)
    }
    if let idle { return idle }
    let worker = try WorkerProcess(isolation, stage: opening.use, accounts: accounts)
    state.withLock { $0.busy[ObjectIdentifier(worker)] = worker }
    do {
      try await on(worker) { try self.open(worker, number: number) }
    } catch {
      forget(worker)
      throw error
    }
    return worker
  }

  private func giveBack(_ worker: WorkerProcess) {
    let isClosed = state.withLock { state in
      state.busy[ObjectIdentifier(worker)] = nil
      if !state.isClosed { state.idle.append(worker) }
      return state.isClosed
    }
    if isClosed { worker.stop() }
  }

  private func forget(_ worker: WorkerProcess) {
    worker.stop()
    state.withLock { state in
      state.busy[ObjectIdentifier(worker)] = nil
      state.warm.remove(ObjectIdentifier(worker))
    }
  }

  /// Blocking work with a worker, which is ended when the task is cancelled.
  private func on<Result: Sendable>(
    _ worker: WorkerProcess, _ work: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    try await withTaskCancellationHandler {
      try await offload(on: worker.queue, work)
    } onCancel: {
      worker.stop()
    }
  }

  // MARK: Messages

  private func open(_ worker: WorkerProcess, number: Int) throws {
    var opening = opening
    opening.scratch += "-\(number)"
    let deadline = ContinuousClock.now + Self.startLimit
    do {
      try worker.socket.send(.open, try JSONLine.encode(opening), by: deadline)
      while true {
        let (kind, content) = try worker.socket.receive(by: deadline)
        switch kind {
        case .ready: return worker.charge(try time(content))
        case .failed: throw try JSONDecoder().decode(WorkerMessage.Failure.self, from: content).error
        default: guard hear(kind, content) else { throw WorkerFault.nonsense }
        }
      }
    } catch let fault as WorkerFault {
      let why = death(of: worker, after: fault)
      throw StageError("no-worker", "the stage '\(opening.id)' did not start: its process \(why)")
    }
  }

  private func exchange(_ document: Document, with worker: WorkerProcess, within limit: Duration) throws -> Outcome {
    let line = try document.jsonLine()
    var deadline = ContinuousClock.now + Self.transferLimit
    var isWorking = false
    do {
      try worker.socket.send(.document, line, by: deadline)
      while true {
        let (kind, content) = try worker.socket.receive(by: deadline)
        switch kind {
        case .begun:
          isWorking = true
          deadline = .now + limit
        case .ended:
          isWorking = false
          worker.charge(try time(content))
          deadline = .now + Self.transferLimit
        case .pass: return .verdict(.pass, try decode(Document.self, content))
        case .drop: return .verdict(.drop(because: String(decoding: content, as: UTF8.self)), document)
        case .replace: return .verdict(.replace(with: try decode([Document].self, content)), document)
        case .error: return .failed(try decode(WorkerMessage.Failure.self, content).error)
        default: guard hear(kind, content) else { throw WorkerFault.nonsense }
        }
      }
    } catch WorkerFault.tooLarge {
      let limit = WorkerSocket.maximumContent >> 20
      return .failed(
        StageError("too-large", "it is too large for a stage with a 'timeout', which takes up to \(limit) MiB"))
    } catch let fault as WorkerFault {
      if fault == .late, isWorking {
        worker.stop()
        _ = worker.wait(upTo: .zero)
        return .late
      }
      return .died(death(of: worker, after: fault))
    }
  }

  private func time(_ content: Data) throws(WorkerFault) -> UInt64 {
    guard let time = WorkerMessage.CPUTime(content) else { throw .nonsense }
    return time.nanoseconds
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ content: Data) throws(WorkerFault) -> Value {
    guard let value = try? JSONDecoder().decode(type, from: content) else { throw .nonsense }
    return value
  }

  /// Makes sure that a worker is dead, and says how it died.
  private func death(of worker: WorkerProcess, after fault: WorkerFault) -> String {
    switch fault {
    case .closed: return WorkerProcess.words(forStatus: worker.wait(upTo: Self.endLimit))
    case .late: worker.stop()
    case .nonsense, .tooLarge, .system: worker.stop()
    }
    _ = worker.wait(upTo: .zero)
    switch fault {
    case .late: return "did not answer for \(words(for: Self.transferLimit)), and was ended"
    case .system(let number): return "could not be reached (\(String(cString: strerror(number)))), and was ended"
    default: return "answered with something that is no answer, and was ended"
    }
  }

  /// Hands on what the stage said to its context; what several workers say in the same words is said once.
  private func hear(_ kind: WorkerMessage, _ content: Data) -> Bool {
    let decoder = JSONDecoder()
    let text = String(decoding: content, as: UTF8.self)
    func isNew() -> Bool { state.withLock { $0.said.insert("\(kind) \(text)").inserted } }
    switch kind {
    case .warning: if isNew() { context.warn(text) }
    case .note:
      guard let note = try? decoder.decode(WorkerMessage.Note.self, from: content) else { return false }
      context.note(note.key, note.value)
    case .progress:
      guard let step = try? decoder.decode(WorkerMessage.Progress.self, from: content) else { return false }
      context.progress(step.done, of: step.total, step.unit)
    case .wrote: if isNew() { context.wrote(URL(fileURLWithPath: text)) }
    case .report: if isNew() { context.publishReport(in: URL(fileURLWithPath: text)) }
    case .log:
      guard let line = try? decoder.decode(WorkerMessage.LogLine.self, from: content) else { return false }
      if isNew() { context.logger.log(level: .init(rawValue: line.level) ?? .info, "\(line.message)") }
    default: return false
    }
    return true
  }
}
