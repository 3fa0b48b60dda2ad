import StageKit

/// What a run writes down of single documents' ways: which were dropped, and the samples that `--trace` asked for.
struct DocumentLedger: Sendable {
  let drops: DropStore
  /// Nil if nobody asked.
  let trace: TraceStore?

  /// A document came to a stage.
  func took(_ document: Document, at stage: StageIdentity) { trace?.keep(document, at: stage.id, .before) }

  /// A stage passed a document on.
  func passed(_ document: Document, by stage: StageIdentity) {
    guard let trace else { return }
    if stage.shape == .source { trace.add(document.id) }
    trace.keep(document, at: stage.id, .after)
  }

  /// A stage ended a document's way.
  func dropped(_ document: Document, by stage: StageIdentity, because reason: String) throws {
    trace?.keep(document, at: stage.id, .dropped, because: reason)
    try drops.add(DropStore.Record(document, stage: stage.id, reason: reason))
  }

  /// A stage could not process a document, which is as it came.
  func quarantined(_ document: Document, by stage: StageIdentity, because error: any Error) {
    trace?.keep(document, at: stage.id, .quarantined, because: describe(error))
  }
}
