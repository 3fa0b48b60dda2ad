import Foundation
import StageKit

/// All documents of a run: their texts on disk, and in memory what they are compared by.
struct Corpus {
  /// What is known of each document, by rank; summaries are left out. Sorted by ``finish(workers:)``.
  private(set) var features: [DocumentFeatures] = []
  private let spool: DocumentSpool
  private let wantsUnits: Bool
  private var batch: [Document] = []
  private var batchBytes = 0
  /// For each document of the spool its rank, or -1 for summaries.
  private var ranks: [Int32] = []

  /// As much as is looked at in parallel at once.
  private static let batchCount = 128
  private static let batchLimit = 8 << 20

  /// An empty corpus with a spool in `directory`.
  init(in directory: URL, wantsUnits: Bool) throws {
    spool = try DocumentSpool(in: directory)
    self.wantsUnits = wantsUnits
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
    features.sort { $0.rank < $1.rank }
    ranks = [Int32](repeating: -1, count: spool.count)
    for (rank, feature) in features.enumerated() { ranks[feature.spoolIndex] = Int32(rank) }
  }

  /// Reads one document back.
  func document(_ rank: Int) throws -> Document { try spool.document(at: features[rank].spoolIndex) }

  /// Reads all documents back in the order in which they came, each with its rank, if it has one.
  func forEach(_ body: (Int?, Document) async throws -> Void) async throws {
    try await spool.forEach { index, document in
      try await body(ranks[index] < 0 ? nil : Int(ranks[index]), document)
    }
  }

  private mutating func flush(workers: Int) async throws {
    let (documents, first, wantsUnits) = (batch, spool.count, wantsUnits)
    batch.removeAll(keepingCapacity: true)
    batchBytes = 0
    let looked = try await offload {
      parallelMap(documents.count, workers: workers) { offset -> (Document, DocumentFeatures?) in
        var document = documents[offset]
        guard document.kind == .document else { return (document, nil) }
        document.duplicate = nil
        let features = DocumentFeatures(of: &document, spoolIndex: first + offset, wantsUnits: wantsUnits)
        return (document, features)
      }
    }
    for (document, feature) in looked {
      try spool.append(document)
      if let feature { features.append(feature) }
    }
  }
}
