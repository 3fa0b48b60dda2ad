import StageKit
import Synchronization

/// The way into a corpus stage or sink, which takes documents one by one: fetches several from the channel at a time,
/// and counts each when the stage takes it.
final class StageEntrance: Sendable {
  private let channel: DocumentChannel?
  private let stage: StageIdentity
  private let meter: StageMeter
  private let ledger: DocumentLedger
  /// What was fetched and not taken; the next one is the last.
  private let waiting = Mutex<[Document]>([])
  /// How many documents are fetched at a time.
  private static let batchSize = 64

  /// The way from a channel into a stage; a source has no channel, and nothing comes.
  init(_ channel: DocumentChannel?, _ stage: StageIdentity, _ meter: StageMeter, _ ledger: DocumentLedger) {
    self.channel = channel
    self.stage = stage
    self.meter = meter
    self.ledger = ledger
  }

  /// What the stage iterates; by one task.
  var inlet: Inlet {
    Inlet {
      try Task.checkCancellation()
      var next = self.fetched()
      // A call that may wait costs more than one that can't.
      if next == nil { next = try await self.fetch() }
      guard let document = next else { return nil }
      self.meter.take(document.id)
      self.ledger.took(document, at: self.stage)
      return document
    }
  }

  /// Whether there are documents that the stage has not taken; waits for the stage before to send one or to end.
  func hasMore() async throws -> Bool {
    guard waiting.withLock({ $0.isEmpty }) else { return true }
    return try await channel?.receive(upTo: 1).isEmpty == false
  }

  private func fetched() -> Document? { waiting.withLock { $0.popLast() } }

  private func fetch() async throws -> Document? {
    guard var documents = try await channel?.receive(upTo: Self.batchSize) else { return nil }
    documents.reverse()
    let first = documents.popLast()
    waiting.withLock { $0 = documents }
    return first
  }
}
