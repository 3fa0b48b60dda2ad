import Dispatch
import Foundation
import Synchronization

/// Turns ctrl-C and `kill` into a polite stop; a second one ends the program at once.
final class Interrupts {
  private let sources: [any DispatchSourceSignal]

  /// Calls `onFirst` when the first signal comes.
  init(onFirst: @escaping @Sendable () -> Void) {
    let attempts = Attempts()
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
      source.setEventHandler {
        if attempts.isFirst() { onFirst() } else { _exit(ExitCodes.interrupted.rawValue) }
      }
      source.resume()
      return source
    }
  }

  /// Lets signals end this program, even if the one that started it does not let them end itself, and hands that down.
  static func allow() {
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
  }

  /// Leaves signals to the system again.
  func stop() {
    for source in sources { source.cancel() }
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
  }
}

/// Answers true once.
private final class Attempts: Sendable {
  private let seen = Atomic<Bool>(false)

  func isFirst() -> Bool { !seen.exchange(true, ordering: .relaxed) }
}
