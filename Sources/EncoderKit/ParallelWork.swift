import StageKit
import Synchronization

/// Numbered pieces of work, done by a bounded number of threads outside Swift's cooperative pool.
///
/// Kernels compute for a tenth of a second without a pause; in the pool, that would starve every other task.
final class ParallelWork: Sendable {
  private let next = Atomic(0)
  private let stopped = Atomic(false)

  /// No piece begins after this.
  func stop() { stopped.store(true, ordering: .relaxed) }

  /// Does pieces `0 ..< count` and returns their results in that order; returns once nothing runs any more.
  ///
  /// - Parameters:
  ///   - threads: how many run at once; the calling one is among them.
  ///   - makeScratch: makes what a thread keeps from piece to piece.
  /// - Throws: the first error, after which no other piece begins; `CancellationError` after `stop`.
  func map<Scratch, Result: Sendable>(
    count: Int, threads: Int, scratch makeScratch: @Sendable () throws -> Scratch,
    _ body: @Sendable (Int, Scratch) throws -> Result
  ) throws -> [Result] {
    next.store(0, ordering: .relaxed)
    let outcome = Mutex<(results: [Result?], error: (any Error)?)>((Array(repeating: nil, count: count), nil))
    CPUAccount.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
      do {
        let scratch = try makeScratch()
        while !stopped.load(ordering: .relaxed) {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < count else { return }
          let result = try body(index, scratch)
          outcome.withLock { $0.results[index] = result }
        }
      } catch {
        outcome.withLock { if $0.error == nil { $0.error = error } }
        stop()
      }
    }
    let (results, error) = outcome.withLock { $0 }
    if let error { throw error }
    let complete = results.compactMap { $0 }
    guard complete.count == count else { throw CancellationError() }
    return complete
  }
}
