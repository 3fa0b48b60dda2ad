import Dispatch

/// Runs long work on Dispatch threads, so that Swift's own few threads stay free for the stages.
enum WorkQueue {
  private static let queue = DispatchQueue(label: "toolkit.bundle", attributes: .concurrent)

  /// Runs `work` on a thread of its own and suspends until it is done. Callers bound how many run at once.
  static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: work()) }
    }
  }
}
