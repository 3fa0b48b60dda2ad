import StageKit
import Synchronization

/// The way out of a source, corpus stage or sink: counts, stamps and hands on.
final class StageOutlet: Outlet {
  private let stage: StageIdentity
  private let meter: StageMeter
  private let quarantine: QuarantineStore
  private let ledger: DocumentLedger
  private let next: StageExit
  private let stamp: Mutex<HistoryStamp>

  /// The way from a stage to `next`.
  init(
    stage: StageIdentity, meter: StageMeter, quarantine: QuarantineStore, ledger: DocumentLedger, next: StageExit
  ) {
    self.stage = stage
    self.meter = meter
    self.quarantine = quarantine
    self.ledger = ledger
    self.next = next
    stamp = Mutex(HistoryStamp(stage.step))
  }

  func pass(_ document: Document) async throws {
    try Task.checkCancellation()
    guard meter.leave(document.id, .passed) else { return try await leftBefore(document) }
    var document = document
    stamp.withLock { $0.stamp(&document) }
    ledger.passed(document, by: stage)
    // A call that may wait costs more than one that can't.
    if try next.sendIfRoom(document) { return }
    try await next.send(contentsOf: [document])
  }

  func drop(_ document: Document, because reason: String) async throws {
    try Task.checkCancellation()
    guard meter.leave(document.id, .dropped(reason)) else {
      // A source may find a document twice and say so; elsewhere it would be a bug.
      guard stage.shape == .source else { return try await leftBefore(document) }
      meter.dropTwin(reason)
      return try ledger.dropped(document, by: stage, because: reason)
    }
    try ledger.dropped(document, by: stage, because: reason)
  }

  func quarantine(_ document: Document, because error: any Error) async throws {
    try Task.checkCancellation()
    guard meter.leave(document.id, .quarantined) else { return try await leftBefore(document, because: error) }
    ledger.quarantined(document, by: stage, because: error)
    try quarantine.add(document, stage: stage, error: error)
    try stage.failIfAsked(document, error)
  }

  /// In a source, two documents may claim one id: the second can't be told from the first, so it is set aside.
  /// Anywhere else it is a bug of the stage, and the run must not go on with wrong numbers.
  private func leftBefore(_ document: Document, because error: (any Error)? = nil) async throws {
    guard stage.shape == .source else {
      throw StageError("left-twice", "the stage '\(stage.id)' let the document \(document.id) out twice")
    }
    let place = document.origin.map { " of \($0.path)" } ?? ""
    let twin = StageError(
      "duplicate-id", "the id \(document.id)\(place) was used by another document before; give each an id of its own")
    meter.quarantineTwin()
    try quarantine.add(document, stage: stage, error: error ?? twin)
    try stage.failIfAsked(document, error ?? twin)
  }
}

/// What lies behind a stage: the next one's channel, or the end of the pipeline.
enum StageExit: Sendable {
  case channel(DocumentChannel)
  /// Sees each document that went through the whole pipeline.
  case end(@Sendable (Document) -> Void)

  /// Hands on a document; false if there is no room for it now.
  func sendIfRoom(_ document: Document) throws -> Bool {
    switch self {
    case .channel(let channel): return try channel.sendIfRoom(document)
    case .end(let observe):
      observe(document)
      return true
    }
  }

  func send(contentsOf documents: [Document]) async throws {
    switch self {
    case .channel(let channel): try await channel.send(contentsOf: documents)
    case .end(let observe): for document in documents { observe(document) }
    }
  }
}

/// Which stage something happened in.
struct StageIdentity: Sendable {
  let id: String
  let use: String
  let plugin: String
  let version: String
  let shape: StageShape
  let onError: PipelineFile.OnError

  /// What is stamped into the history of documents.
  var step: Document.Step { Document.Step(stage: id, version: version) }

  /// Ends the run on a document's error if the pipeline says `on-error: fail`.
  func failIfAsked(_ document: Document, _ error: any Error) throws {
    guard onError == .fail else { return }
    throw StageError(
      "on-error", "the stage '\(id)' is set to fail, and did at \(document.name): \(describe(error))")
  }
}

extension Document {
  /// What to call the document in messages: its path, or its id.
  var name: String { origin?.path ?? id }
}

/// An error in words that may be shown: what our own errors say, and of others no more than what they are.
func describe(_ error: any Error) -> String {
  switch error {
  case let error as StageError: error.message
  case let error as Diagnostic: error.message
  case is CancellationError: "the run was interrupted"
  // The decoder's own words may quote what it read.
  case let error as DecodingError: describe(decoding: error)
  case let error as any CustomStringConvertible & Sendable: "\(type(of: error)): \(error)"
  default: "\(type(of: error)): \(error.localizedDescription)"
  }
}

private func describe(decoding error: DecodingError) -> String {
  let (what, context): (String, DecodingError.Context?) =
    switch error {
    case .typeMismatch(_, let context): ("has the wrong type", context)
    case .valueNotFound(_, let context): ("is null", context)
    case .keyNotFound(let key, let context): ("lacks '\(key.stringValue)'", context)
    case .dataCorrupted(let context): ("is not valid JSON", context)
    @unknown default: ("can't be decoded", nil)
    }
  let path = context?.codingPath.map(\.stringValue).joined(separator: ".") ?? ""
  return "\(path.isEmpty ? "the document" : "'\(path)'") \(what)"
}
