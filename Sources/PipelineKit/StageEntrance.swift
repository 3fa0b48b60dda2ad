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
  private let fetched = Mutex<[Document]>([])
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
  var inlet: Inlet { Inlet { try await self.next() } }

  /// Whether there are documents that the stage has not taken; waits for the stage before to send one or to end.
  func hasMore() async throws -> Bool {
    guard fetched.withLock({ $0.isEmpty }) else { return true }
    return try await channel?.receive(upTo: 1).isEmpty == false
  }

  private func next() async throws -> Document? {
    try Task.checkCancellation()
    guard let document = try await fetch() else { return nil }
    meter.take(document.id)
    ledger.took(document, at: stage)
    return document
  }

  private func fetch() async throws -> Document? {
    if let document = fetched.withLock({ $0.popLast() }) { return document }
    guard var documents = try await channel?.receive(upTo: Self.batchSize) else { return nil }
    documents.reverse()
    let first = documents.popLast()
    fetched.withLock { $0 = documents }
    return first
  }
}
