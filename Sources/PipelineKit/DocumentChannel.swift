import StageKit
import Synchronization

/// A queue between two stages, bounded by count and by bytes: whoever is faster waits.
///
/// One task receives; any number may send. A document larger than the byte bound goes through when the queue is empty.
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
    var senders: [CheckedContinuation<Void, Never>] = []

    var count: Int { queue.count - head }
  }

  private let bounds: Bounds
  private let state = Mutex(State())

  /// An empty channel.
  init(bounds: Bounds = Bounds()) { self.bounds = bounds }

  /// Adds a document; waits while the channel is full.
  ///
  /// - Throws: on cancellation, and the failure that the channel was closed with.
  func send(_ document: Document) async throws {
    let size = document.footprint
    while true {
      try Task.checkCancellation()
      let wake: CheckedContinuation<Void, Never>??
      wake = try state.withLock { state in
        if let failure = state.failure { throw failure }
        guard state.count == 0 || (state.count < bounds.documents && state.bytes + size <= bounds.bytes) else {
          return .none
        }
        state.queue.append(document)
        state.bytes += size
        defer { state.receiver = nil }
        return .some(state.receiver)
      }
      if case .some(let receiver) = wake {
        receiver?.resume()
        return
      }
      await wait { state, continuation in
        let full = state.count > 0 && (state.count >= bounds.documents || state.bytes + size > bounds.bytes)
        guard full, state.failure == nil else { return false }
        state.senders.append(continuation)
        return true
      }
    }
  }

  /// Takes documents that are there: up to `limit`, and no more than one worker's fair share; waits if there is none.
  ///
  /// - Returns: at least one document, or none after the last.
  /// - Throws: on cancellation, and the failure that the channel was closed with.
  func receive(upTo limit: Int, sharedBy workers: Int = 1) async throws -> [Document] {
    while true {
      try Task.checkCancellation()
      var wake: [CheckedContinuation<Void, Never>] = []
      let taken: [Document]? = try state.withLock { state in
        if let failure = state.failure { throw failure }
        guard state.count > 0 else { return state.finished ? [] : nil }
        let end = state.head + min(limit, (state.count + workers - 1) / workers)
        var documents: [Document] = []
        documents.reserveCapacity(end - state.head)
        for index in state.head..<end {
          if let document = state.queue[index] { documents.append(document) }
          state.queue[index] = nil
        }
        state.head = end
        if state.head == state.queue.count {
          state.queue.removeAll(keepingCapacity: true)
          state.head = 0
        } else if state.head > 1024, state.head * 2 > state.queue.count {
          state.queue.removeFirst(state.head)
          state.head = 0
        }
        state.bytes = state.count == 0 ? 0 : state.bytes - documents.reduce(0) { $0 + $1.footprint }
        // Wake senders when half the room is free, so that both sides work in stretches.
        if state.count <= bounds.documents / 2, state.bytes <= bounds.bytes / 2 { swap(&wake, &state.senders) }
        return documents
      }
      for sender in wake { sender.resume() }
      if let taken { return taken }
      await wait { state, continuation in
        guard state.count == 0, !state.finished, state.failure == nil else { return false }
        state.receiver = continuation
        return true
      }
    }
  }

  /// Says that nothing more will be sent.
  func finish() { close(with: nil) }

  /// Ends the channel at once: both sides throw `error`, and what lies in it is lost to the run, which has failed.
  func fail(_ error: any Error) { close(with: error) }

  private func close(with error: (any Error)?) {
    let waiting = state.withLock { state in
      state.finished = true
      if let error, state.failure == nil { state.failure = error }
      defer {
        state.receiver = nil
        state.senders = []
      }
      return state.senders + (state.receiver.map { [$0] } ?? [])
    }
    for continuation in waiting { continuation.resume() }
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
      let waiting = state.withLock { state in
        defer {
          state.receiver = nil
          state.senders = []
        }
        return state.senders + (state.receiver.map { [$0] } ?? [])
      }
      for continuation in waiting { continuation.resume() }
    }
  }
}
