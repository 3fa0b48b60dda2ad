import StageKit
import Synchronization

/// A queue between two stages, bounded by count and by bytes: whoever is faster waits.
///
/// One task receives; any number may send. A document larger than the byte bound goes through when the queue is empty.
/// Waking a task costs more than most stages spend on a document, so a receiver that waits is woken for a stretch of
/// documents, or for one if that took long to come.
final class DocumentChannel: Sendable {
  /// How much may lie in a channel.
  struct Bounds: Sendable {
    /// Documents.
    var documents = 1024
    /// Bytes, by ``Document/footprint``.
    var bytes = 32 << 20
  }

  private struct State {
    /// Places that were taken are emptied at once: a document must not outlive its bounds.
    var queue: [Document?] = []
    /// Where the queue starts in `queue`: taking from the front of an array is not free.
    var head = 0
    var bytes = 0
    var finished = false
    var failure: (any Error)?
    var receiver: CheckedContinuation<Void, Never>?
    /// Since when the receiver waits.
    var waiting = ContinuousClock.now
    var senders: [CheckedContinuation<Void, Never>] = []

    var count: Int { queue.count - head }

    mutating func takeReceiver() -> CheckedContinuation<Void, Never>? {
      defer { receiver = nil }
      return receiver
    }
  }

  private let bounds: Bounds
  private let state = Mutex(State())
  /// A receiver that waits is woken for so many documents,
  private static let stretch = 32
  /// or for fewer if it has waited so long.
  private static let patience = Duration.milliseconds(1)

  /// An empty channel.
  init(bounds: Bounds = Bounds()) { self.bounds = bounds }

  /// Adds a document if there is room for it now, and says whether.
  ///
  /// - Throws: the failure that the channel was closed with.
  func sendIfRoom(_ document: Document) throws -> Bool {
    let size = document.footprint
    let (isSent, receiver) = try state.withLock { state in
      if let failure = state.failure { throw failure }
      guard hasRoom(for: size, state) else { return (false, state.takeReceiver()) }
      append(document, size, &state)
      return (true, wakeable(&state))
    }
    receiver?.resume()
    return isSent
  }

  /// Adds a document; waits while the channel is full.
  ///
  /// - Throws: on cancellation, and the failure that the channel was closed with.
  func send(_ document: Document) async throws { try await send(contentsOf: [document]) }

  /// Adds documents in their order; waits while the channel is full.
  ///
  /// - Throws: on cancellation, and the failure that the channel was closed with.
  func send(contentsOf documents: [Document]) async throws {
    try Task.checkCancellation()
    var next = 0
    while next < documents.count {
      let receiver = try state.withLock { state in
        if let failure = state.failure { throw failure }
        while next < documents.count {
          let size = documents[next].footprint
          guard hasRoom(for: size, state) else { return state.takeReceiver() }
          append(documents[next], size, &state)
          next += 1
        }
        return wakeable(&state)
      }
      receiver?.resume()
      if next < documents.count { try await waitForRoom(documents[next].footprint) }
    }
  }

  /// Takes documents that are there: no more than one worker's fair share, unless that is less than `minimum`, and no
  /// more than `limit` or an eighth of the channel's bytes; waits if there is none.
  ///
  /// - Returns: at least one document, or none after the last.
  /// - Throws: on cancellation, and the failure that the channel was closed with.
  func receive(upTo limit: Int, atLeast minimum: Int = 1, sharedBy workers: Int = 1) async throws -> [Document] {
    while true {
      try Task.checkCancellation()
      var wake: [CheckedContinuation<Void, Never>] = []
      let taken: [Document]? = try state.withLock { state in
        if let failure = state.failure { throw failure }
        guard state.count > 0 else { return state.finished ? [] : nil }
        let share = max(minimum, (state.count + workers - 1) / workers)
        let documents = take(min(limit, share, state.count), &state)
        // Wake senders when half the room is free, so that both sides work in stretches.
        if state.count <= bounds.documents / 2, state.bytes <= bounds.bytes / 2 { swap(&wake, &state.senders) }
        return documents
      }
      for sender in wake { sender.resume() }
      if let taken { return taken }
      await wait { state, continuation in
        guard state.count == 0, !state.finished, state.failure == nil else { return false }
        state.receiver = continuation
        state.waiting = .now
        return true
      }
    }
  }

  /// Says that nothing more will be sent.
  func finish() { close(with: nil) }

  /// Ends the channel at once: both sides throw `error`, and what lies in it is lost to the run, which has failed.
  func fail(_ error: any Error) { close(with: error) }

  private func hasRoom(for size: Int, _ state: State) -> Bool {
    state.count == 0 || (state.count < bounds.documents && state.bytes + size <= bounds.bytes)
  }

  private func append(_ document: Document, _ size: Int, _ state: inout State) {
    state.queue.append(document)
    state.bytes += size
  }

  /// The receiver, if it waits and there is enough for it to be woken.
  private func wakeable(_ state: inout State) -> CheckedContinuation<Void, Never>? {
    guard state.receiver != nil else { return nil }
    guard state.count >= Self.stretch || state.waiting.duration(to: .now) >= Self.patience else { return nil }
    return state.takeReceiver()
  }

  private func take(_ count: Int, _ state: inout State) -> [Document] {
    var documents: [Document] = []
    documents.reserveCapacity(count)
    var bytes = 0
    while documents.count < count, bytes <= bounds.bytes / 8, let document = state.queue[state.head].take() {
      state.head += 1
      bytes += document.footprint
      documents.append(document)
    }
    state.bytes -= bytes
    if state.head == state.queue.count {
      state.queue.removeAll(keepingCapacity: true)
      state.head = 0
    } else if state.head > 1024, state.head * 2 > state.queue.count {
      state.queue.removeFirst(state.head)
      state.head = 0
    }
    return documents
  }

  private func close(with error: (any Error)?) {
    let waiting = state.withLock { state in
      state.finished = true
      if let error, state.failure == nil { state.failure = error }
      return takeAll(&state)
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Waits until a document of some size may go in; who waits for documents has been woken before.
  private func waitForRoom(_ size: Int) async throws {
    await wait { state, continuation in
      guard !hasRoom(for: size, state), state.failure == nil else { return false }
      state.senders.append(continuation)
      return true
    }
    try Task.checkCancellation()
  }

  /// Suspends the task if `enqueue` keeps its continuation; wakes it on cancellation too.
  private func wait(_ enqueue: (inout State, CheckedContinuation<Void, Never>) -> Bool) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let kept = state.withLock { state in Task.isCancelled ? false : enqueue(&state, continuation) }
        if !kept { continuation.resume() }
      }
    } onCancel: {
      // Everybody who waits looks again and finds out whether it was meant: cancellation ends the whole run anyway.
      for continuation in state.withLock({ takeAll(&$0) }) { continuation.resume() }
    }
  }

  private func takeAll(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
    let waiting = state.senders + (state.takeReceiver().map { [$0] } ?? [])
    state.senders = []
    return waiting
  }
}
