import StageKit

/// Trying again what failed: `retries: N`, for stages that depend on something besides the document.
///
/// Pauses double from a tenth of a second to five seconds. Not tried again: what 'timeout' stopped, what crashed twice,
/// and errors whose code says that the document itself is at fault, such as `invalid-utf8`, `bad-date`, `not-json`,
/// `empty-file` or `too-large`.
enum Retries {
  /// How many may be asked for.
  static let range = 0...10

  /// Beginnings of codes that speak of the document.
  private static let documentFaults = ["bad-", "broken-", "empty-", "invalid-", "not-", "too-"]

  /// Whether another try may end otherwise.
  static func makeSense(after error: any Error) -> Bool {
    if error is CancellationError || error is DecodingError { return false }
    let code = errorCode(error)
    return code != "timeout" && code != "crashed" && !documentFaults.contains { code.hasPrefix($0) }
  }

  /// How long to wait before try number `number`, the first being 1.
  static func pause(before number: Int) -> Duration {
    min(.milliseconds(100 << max(0, min(number - 1, 10))), .seconds(5))
  }
}

extension DocumentLane.Step {
  /// Whether the stage is more than called: waited for no longer than a limit, or called again.
  var isGuarded: Bool { timeout != nil || retries > 0 }

  /// Calls the stage, again if that makes sense; each try begins with the document as it came.
  func processGuarded(_ document: inout Document) async throws -> Verdict {
    var failures = 0
    while true {
      do {
        let (verdict, edited) = try await attempt(document)
        document = edited
        return verdict
      } catch {
        failures += 1
        if error is CancellationError, Task.isCancelled { throw error }
        guard failures <= retries, Retries.makeSense(after: error) else {
          throw failures == 1 ? error : StageError(errorCode(error), "\(describe(error)) (tried \(failures) times)")
        }
        try await Task.sleep(for: Retries.pause(before: failures))
      }
    }
  }

  private func attempt(_ document: Document) async throws -> (Verdict, Document) {
    let stage = stage
    let work: @Sendable () async throws -> (Verdict, Document) = {
      var copy = document
      let verdict = try await stage.process(&copy)
      return (verdict, copy)
    }
    guard let timeout else { return try await work() }
    return try await withDeadline(timeout, work)
  }
}
