import Dispatch
import Foundation
import Synchronization

/// Adds up the CPU time that one stage takes, on whichever threads it works.
///
/// As a task executor it runs every job of a stage's tasks on Dispatch's threads and reads the thread's CPU clock before
/// and after; ``offload(on:_:)``, ``parallel(_:workers:_:)`` and the sentence encoder charge the threads that they use
/// to the account of the task that called them. So what a stage takes is counted exactly, and so is nothing else; only
/// unstructured tasks that a stage starts by itself go uncounted.
package final class CPUAccount: TaskExecutor {
  /// The account of the stage that the current task, or the work that it handed to other threads, belongs to.
  @TaskLocal package static var current: CPUAccount?

  private let total = Atomic<UInt64>(0)
  private let queue = DispatchQueue.global(qos: .userInitiated)

  /// An account with nothing on it.
  package init() {}

  /// What is on the account, in seconds.
  package var seconds: Double { Double(total.load(ordering: .relaxed)) / 1e9 }

  /// Adds CPU time that was measured elsewhere.
  package func add(nanoseconds: UInt64) { total.wrappingAdd(nanoseconds, ordering: .relaxed) }

  /// Runs a task's next stretch, and charges it.
  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { self.measure { job.runSynchronously(on: self.asUnownedTaskExecutor()) } }
  }

  /// Runs `body`, with all that it starts, at this account's expense.
  package func run<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
    try await Self.$current.withValue(self) { try await withTaskExecutorPreference(self) { try await body() } }
  }

  /// Charges `work`, which the calling thread does now, to `account`; no one is charged if that is nil.
  package static func charge<Result>(_ account: CPUAccount?, _ work: () throws -> Result) rethrows -> Result {
    guard let account else { return try work() }
    return try account.measure { try $current.withValue(account) { try work() } }
  }

  /// As `DispatchQueue.concurrentPerform`: the calling thread is on somebody's account already, its helpers are charged
  /// to the same.
  package static func concurrentPerform(iterations: Int, execute work: @Sendable (Int) -> Void) {
    let account = current
    let caller = pthread_self()
    DispatchQueue.concurrentPerform(iterations: iterations) { index in
      let isCaller = pthread_equal(pthread_self(), caller) != 0
      charge(isCaller ? nil : account) { work(index) }
    }
  }

  private func measure<Result>(_ work: () throws -> Result) rethrows -> Result {
    let start = ResourceUse.threadNanoseconds()
    defer { add(nanoseconds: ResourceUse.threadNanoseconds() &- start) }
    return try work()
  }
}
