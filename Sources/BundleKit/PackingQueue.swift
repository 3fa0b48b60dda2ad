import Synchronization

/// Members that are being compressed, in their order in the file.
///
/// No more than `workers` are compressed at once. A few that are done may wait for one before them, so that a worker
/// that was quick does not wait for one that is slow.
struct PackingQueue {
  /// One member on its way.
  private final class Job: Sendable {
    let task: Task<Result<PackedPart, BundleError>, Never>
    private let done: DoneFlag

    init(_ slots: WorkerSlots, _ work: @escaping @Sendable () throws(BundleError) -> PackedPart) {
      let done = DoneFlag()
      self.done = done
      task = Task {
        let result = await WorkQueue.result(work)
        done.value.store(true, ordering: .releasing)
        slots.give()
        return result
      }
    }

    var isDone: Bool { done.value.load(ordering: .acquiring) }
  }

  private final class DoneFlag: Sendable {
    let value = Atomic(false)
  }

  private let slots: WorkerSlots
  private let most: Int
  private var jobs: [Job] = []

  init(workers: Int) {
    slots = WorkerSlots(workers)
    most = workers + 3
  }

  var isEmpty: Bool { jobs.isEmpty }

  /// Whether the first has to leave before another can come, or can leave without waiting.
  var isFirstDue: Bool { jobs.count >= most || jobs.first?.isDone == true }

  /// Starts a member as soon as a worker is free.
  mutating func add(_ work: @escaping @Sendable () throws(BundleError) -> PackedPart) async {
    await slots.take()
    jobs.append(Job(slots, work))
  }

  /// Waits for the first member and takes it out; `nil` if there is none.
  mutating func next() async -> Result<PackedPart, BundleError>? {
    jobs.isEmpty ? nil : await jobs.removeFirst().task.value
  }

  /// Forgets all; what has begun goes on to its end without effect.
  mutating func clear() { jobs = [] }
}

/// So many workers, of which one task takes and many give back.
private final class WorkerSlots: Sendable {
  private struct State {
    var free: Int
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state: Mutex<State>

  init(_ count: Int) { state = Mutex(State(free: count)) }

  /// Suspends until a worker is free. For one caller at a time.
  func take() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        state.free -= 1
        if state.free < 0 { state.waiter = continuation }
        return state.free >= 0
      }
      if isFree { continuation.resume() }
    }
  }

  func give() {
    let waiter = state.withLock { state in
      state.free += 1
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }
}
