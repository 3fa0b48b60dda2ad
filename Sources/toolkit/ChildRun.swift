import Foundation
import StageKit
import Synchronization

/// This program as a process of its own, one at a time: whatever a run does to itself, who started it goes on.
final class ChildRun: Sendable {
  /// How the process ended.
  enum End: Equatable, Sendable {
    case exit(Int32)
    case signal(Int32)
    /// It never began, for a reason in words.
    case notStarted(String)

    /// Whether the same run may succeed in a while, with nothing changed.
    var isWorthAnotherTry: Bool {
      switch self {
      case .exit(let code): code == ExitCodes.locked.rawValue
      case .notStarted: true
      case .signal: false
      }
    }
  }

  private struct State {
    var process: Int32?
    var isInterrupted = false
  }

  private let state = Mutex(State())

  /// Runs the program with arguments, with this one's output and folder, and waits for its end.
  func run(_ arguments: [String]) async -> End {
    await withCheckedContinuation { done in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0])
      process.arguments = arguments
      process.standardInput = FileHandle.nullDevice
      process.terminationHandler = { [self] process in
        state.withLock { $0.process = nil }
        let status = process.terminationStatus
        done.resume(returning: process.terminationReason == .exit ? .exit(status) : .signal(status))
      }
      do {
        // Under the lock, so that it is either started before an interruption or not at all.
        try state.withLock { state in
          if state.isInterrupted { throw StageError("interrupted", "the watch was ended") }
          try process.run()
          state.process = process.processIdentifier
        }
      } catch {
        done.resume(returning: .notStarted((error as? StageError)?.message ?? error.localizedDescription))
      }
    }
  }

  /// Asks a process that runs to stop, and lets none begin any more.
  func interrupt() {
    state.withLock { state in
      state.isInterrupted = true
      if let process = state.process { kill(process, SIGINT) }
    }
  }
}
