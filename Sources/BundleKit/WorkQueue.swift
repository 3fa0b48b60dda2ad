import Dispatch
import StageKit

/// Runs long work on Dispatch threads, so that Swift's own few threads stay free for the stages.
enum WorkQueue {
  private static let queue = DispatchQueue(label: "toolkit.bundle", attributes: .concurrent)

  /// Runs `work` on a thread of its own and suspends until it is done. Callers bound how many run at once.
  static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    let account = CPUAccount.current
    return await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: CPUAccount.charge(account, work)) }
    }
  }

  /// The same for work that can fail.
  static func run<Value: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    try await result(work).get()
  }

  /// What work gave, or how it failed.
  static func result<Value: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Value
  ) async -> Result<Value, Failure> {
    await run { Result { () throws(Failure) in try work() } }
  }
}
