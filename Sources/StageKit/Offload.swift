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
  try await withCheckedThrowingContinuation { continuation in
    queue.async { continuation.resume(with: Swift.Result { try work() }) }
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
  DispatchQueue.concurrentPerform(iterations: min(workers, count)) { _ in
    while true {
      let index = next.next()
      guard index < count else { return }
      work(index)
    }
  }
}
