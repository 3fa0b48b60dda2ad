import Foundation
import StageKit

/// All documents of a run: their texts on disk, and in memory what they are compared by.
struct Corpus {
  /// What is known of each document, summaries left out.
  private(set) var features: CorpusFeatures
  private let spool: DocumentSpool
  private let reader: FeatureReader
  private var batch: [Document] = []
  private var batchBytes = 0

  /// As much as is looked at in parallel at once.
  private static let batchCount = 256
  private static let batchLimit = 8 << 20

  /// An empty corpus with its files in `directory`.
  init(in directory: URL, reader: FeatureReader) throws {
    spool = try DocumentSpool(in: directory)
    features = try CorpusFeatures(in: directory)
    self.reader = reader
  }

  /// Adds the next document.
  mutating func add(_ document: Document, workers: Int) async throws {
    batch.append(document)
    batchBytes += document.text.utf8.count
    if batch.count >= Self.batchCount || batchBytes >= Self.batchLimit { try await flush(workers: workers) }
  }

  /// Puts the documents into the order of their rank, after the last one.
  mutating func finish(workers: Int) async throws {
    try await flush(workers: workers)
    let features = features
    self.features = try await offloadWatching { flag in
      var features = features
      try features.finish(watching: flag)
      return features
    }
  }

  /// Reads one document back.
  func document(_ rank: Int) throws -> Document { try spool.document(at: features.place(of: rank)) }

  /// Reads all documents back in the order in which they came, each with its rank, if it has one.
  func forEach(_ body: (Int?, Document) async throws -> Void) async throws {
    try await spool.forEach { place, document in try await body(features.rank(of: place), document) }
  }

  private mutating func flush(workers: Int) async throws {
    let (documents, reader) = (batch, reader)
    batch.removeAll(keepingCapacity: true)
    batchBytes = 0
    // Used by nobody else while this waits.
    nonisolated(unsafe) let spool = spool
    let looked = try await offloadWatching { flag in
      let looked = parallelMap(documents.count, workers: workers) { index -> (Document, DocumentFeatures?) in
        var document = documents[index]
        guard document.kind == .document, !flag.isCancelled else { return (document, nil) }
        document.duplicate = nil
        document.decisions = nil
        document.earlier = nil
        let features = reader.features(of: &document)
        return (document, DocumentFeatures(document, features))
      }
      try flag.check()
      for (document, _) in looked { try spool.append(document) }
      return looked.map(\.1)
    }
    try features.append(looked)
  }
}
