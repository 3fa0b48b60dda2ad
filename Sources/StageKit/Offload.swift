import Dispatch

/// Runs work that blocks or computes for long on threads of its own, so that Swift's few cooperative threads stay free.
///
/// - Parameters:
///   - queue: where it runs; by default a concurrent queue shared by all.
///   - work: what to do; it does not see the calling task's cancellation.
/// - Returns: what `work` returns; rethrows what it throws.
public func offload<Result: Sendable>(
  on queue: DispatchQueue = .global(qos: .userInitiated), _ work: @escaping @Sendable () throws -> Result
) async throws -> Result {
  let account = CPUAccount.current
  return try await withCheckedThrowingContinuation { continuation in
    queue.async { continuation.resume(with: Swift.Result { try CPUAccount.charge(account, work) }) }
  }
}

/// Splits `count` pieces of work over at most `workers` threads and waits until all are done.
///
/// Each index is worked on once, by one thread. Blocks the calling thread: call it from ``offload(on:_:)``.
public func parallel(_ count: Int, workers: Int, _ work: @Sendable (Int) -> Void) {
  guard workers > 1, count > 1 else {
    for index in 0..<count { work(index) }
    return
  }
  let next = AtomicCounter()
  CPUAccount.concurrentPerform(iterations: min(workers, count)) { _ in
    while true {
      let index = next.next()
      guard index < count else { return }
      work(index)
    }
  }
}

/// The results of `transform` for 0, 1, 2 … `count - 1`, in that order, computed by at most `workers` threads.
///
/// Blocks the calling thread, like ``parallel(_:workers:_:)``.
public func parallelMap<Element: Sendable>(
  _ count: Int, workers: Int, _ transform: @Sendable (Int) -> Element
) -> [Element] {
  [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
    guard let base = buffer.baseAddress else { return }
    // Each index is written once, by one thread, and read after all threads are done.
    nonisolated(unsafe) let results = base
    parallel(count, workers: workers) { (results + $0).initialize(to: transform($0)) }
    initialized = count
  }
}
