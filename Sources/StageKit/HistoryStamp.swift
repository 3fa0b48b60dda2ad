/// Adds one stage's step to the histories of documents.
///
/// Most documents of a run have been through the same stages, so those with equal histories share one in memory: a step
/// costs a comparison where it would cost an allocation, and a stage that keeps documents keeps their history once.
package struct HistoryStamp: Sendable {
  private let step: Document.Step
  private var before: [Document.Step] = []
  private var after: [Document.Step]

  /// A stamp that adds `step`.
  package init(_ step: Document.Step) {
    self.step = step
    after = [step]
  }

  /// Appends the step to the document's history.
  package mutating func stamp(_ document: inout Document) {
    // Arrays that share their storage are equal at a glance.
    if document.history != before {
      before = document.history
      after = before + CollectionOfOne(step)
    }
    document.history = after
  }
}
