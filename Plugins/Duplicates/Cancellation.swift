import StageKit
import Synchronization

/// Tells work on other threads that nobody wants its result any more.
final class CancellationFlag: Sendable {
  private let isSet = Atomic<Bool>(false)

  /// Whether the task that waits for the work was cancelled.
  var isCancelled: Bool { isSet.load(ordering: .relaxed) }

  /// Sets the flag for good.
  func cancel() { isSet.store(true, ordering: .relaxed) }

  /// - Throws: `CancellationError` once the flag is set. Cheap: call it every millisecond of work or so.
  func check() throws {
    if isCancelled { throw CancellationError() }
  }
}

/// Runs work on a thread of its own, like `offload`, and lets it know when the calling task is cancelled.
///
/// - Parameter work: what to do; it looks at the flag now and then.
func offloadWatching<Result: Sendable>(
  _ work: @escaping @Sendable (CancellationFlag) throws -> Result
) async throws -> Result {
  let flag = CancellationFlag()
  try Task.checkCancellation()
  return try await withTaskCancellationHandler {
    try await offload { try work(flag) }
  } onCancel: {
    flag.cancel()
  }
}

/// The same with a value that the work changes where it lies: whoever calls this gives it away.
///
/// - Returns: the value as the work left it, and what the work returned.
func offloadWatching<Value: Sendable, Result: Sendable>(
  changing value: consuming Value, _ work: @escaping @Sendable (inout Value, CancellationFlag) throws -> Result
) async throws -> (value: Value, result: Result) {
  let handover = Handover(value)
  return try await offloadWatching { flag in
    guard var value = handover.take() else { throw CancellationError() }
    let result = try work(&value, flag)
    return (value, result)
  }
}

/// Hands a value over to another thread, so that there nobody else holds it.
private final class Handover<Value: Sendable>: Sendable {
  private let value: Mutex<Value?>

  init(_ value: consuming Value) { self.value = Mutex(value) }

  func take() -> Value? {
    value.withLock { value in
      defer { value = nil }
      return value
    }
  }
}

/// Like `parallel`, for work that may fail: after the first failure, and once cancelled, what is left is not begun.
///
/// - Throws: one of the failures, or `CancellationError`.
func parallel(
  _ count: Int, workers: Int, watching flag: CancellationFlag, _ work: @Sendable (Int) throws -> Void
) throws {
  let failure = Mutex<(any Error)?>(nil)
  parallel(count, workers: workers) { index in
    guard !flag.isCancelled, failure.withLock({ $0 == nil }) else { return }
    do {
      try work(index)
    } catch {
      failure.withLock { $0 = $0 ?? error }
    }
  }
  try flag.check()
  if let error = failure.withLock({ $0 }) { throw error }
}
