import Dispatch
import StageKit
import Synchronization

/// Waits for work, but no longer than `limit`.
///
/// When time is up the work is cancelled and no longer waited for. Work that ignores cancellation goes on in the
/// background until it ends by itself; its result is thrown away. For programs that embed the engine without giving it
/// a ``StageIsolation``, whose processes truly end.
func withDeadline<Result: Sendable>(
  _ limit: Duration, _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
  let race = Race<Result>()
  return try await withTaskCancellationHandler {
    try await withCheckedThrowingContinuation { continuation in
      race.begin(continuation)
      let worker = Task {
        do {
          race.settle(.success(try await work()))
        } catch {
          race.settle(.failure(error))
        }
      }
      // On a thread of its own: a task would wait for its turn behind the very work that takes too long.
      let timer = DispatchSource.makeTimerSource(queue: .global(qos: .userInitiated))
      timer.schedule(deadline: .now() + limit / .seconds(1))
      timer.setEventHandler {
        race.settle(
          .failure(StageError("timeout", "it took longer than the \(words(for: limit)) that 'timeout' allows")))
      }
      timer.activate()
      nonisolated(unsafe) let running = timer
      race.onSettled {
        worker.cancel()
        running.cancel()
      }
    }
  } onCancel: {
    race.settle(.failure(CancellationError()))
  }
}

/// Lets the first of several results win.
private final class Race<Success: Sendable>: Sendable {
  private struct State {
    var continuation: CheckedContinuation<Success, any Error>?
    var early: Result<Success, any Error>?
    var settled = false
    var cleanup: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  func begin(_ continuation: CheckedContinuation<Success, any Error>) {
    let early = state.withLock { state in
      if state.early == nil { state.continuation = continuation }
      return state.early
    }
    if let early { continuation.resume(with: early) }
  }

  func onSettled(_ cleanup: @escaping @Sendable () -> Void) {
    let now = state.withLock { state in
      if !state.settled { state.cleanup = cleanup }
      return state.settled
    }
    if now { cleanup() }
  }

  func settle(_ result: Result<Success, any Error>) {
    let (continuation, cleanup) = state.withLock { state in
      guard !state.settled else { return (CheckedContinuation<Success, any Error>?.none, (@Sendable () -> Void)?.none) }
      state.settled = true
      if state.continuation == nil { state.early = result }
      defer {
        state.continuation = nil
        state.cleanup = nil
      }
      return (state.continuation, state.cleanup)
    }
    continuation?.resume(with: result)
    cleanup?()
  }
}
