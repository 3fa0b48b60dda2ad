import StageKit

/// Results of one document stage, kept from run to run: what became of a document, by its content and the stage's key.
struct StepMemory: Sendable {
  /// See ``StageKey``.
  let stage: ContentKey
  let store: any ResultStore

  /// Leading bytes of what is kept.
  private enum Lead {
    static let passed: UInt8 = 1
    static let dropped: UInt8 = 2
  }

  /// What became of the document the last time; edits it like then.
  ///
  /// - Parameter key: the document's at this stage.
  /// - Returns: nil if nobody knows, or what is known can't be used.
  func recall(_ key: ContentKey, _ document: inout Document) -> Verdict? {
    var edited = document
    let verdict = store.withResult(for: key) { bytes -> Verdict? in
      guard let lead = bytes.first else { return nil }
      let rest = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
      switch lead {
      case Lead.passed:
        guard (try? DocumentRecord.apply(rest, to: &edited)) != nil else { return nil }
        return .pass
      case Lead.dropped:
        return String(validating: rest, as: UTF8.self).map { .drop(because: $0) }
      default: return nil
      }
    }
    if verdict != nil { document = edited }
    return verdict
  }

  /// Keeps what became of a document. Documents that others took the place of are looked at again each time.
  func keep(_ verdict: Verdict, from before: Document, to after: Document, for key: ContentKey) {
    // Where a document stands is no part of its key, so what is made of that would be wrong elsewhere.
    guard before.origin == after.origin else { return }
    var bytes: [UInt8] = []
    switch verdict {
    case .pass:
      bytes.append(Lead.passed)
      DocumentRecord.appendChanges(from: before, to: after, into: &bytes)
    case .drop(let reason):
      bytes.append(Lead.dropped)
      bytes += reason.utf8
    case .replace: return
    }
    store.keep(bytes, for: key)
  }
}

/// What a document is known by on its way through a lane: its content where it entered, and the stages since.
struct Lineage {
  /// The key of the document as it is now; nil if it has to be looked at.
  private var key: ContentKey?

  /// The key of the document's content, its history apart.
  mutating func key(of document: Document) -> ContentKey {
    if let key { return key }
    let content = Self.content(of: document)
    key = content
    return content
  }

  /// Notes that a stage has passed the document on.
  ///
  /// - Parameter stage: the stage's key; nil if its results are not kept, so that anything may have happened.
  mutating func passed(_ stage: ContentKey?) { key = stage.flatMap { key?.with($0) } }

  /// The key of a document's content, its history apart, and where in a file it stands: a line that is put in before it
  /// moves every document of a file, and changes none.
  static func content(of document: Document) -> ContentKey {
    var document = document
    if document.origin?.offset != nil { document.origin?.offset = nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(document.text.utf8.count + 512)
    DocumentRecord.append(document, withHistory: false, to: &bytes)
    return bytes.withUnsafeBytes { ContentKey(of: $0) }
  }
}
