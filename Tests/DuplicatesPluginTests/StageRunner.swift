import Foundation
import StageKit
import StageTesting

@testable import DuplicatesPlugin

/// Runs the stage in a harness and gives what tests look at.
struct Outcome {
  let documents: [Document]
  let notes: [String: JSONValue]
  let warnings: [String]
  let attachments: [AttachedFile]

  /// The duplicate fields by id.
  subscript(id: String) -> Document.Duplicate? { documents.first { $0.id == id }?.duplicate }

  /// Groups as sorted lists of ids.
  var groups: [[String]] {
    Dictionary(grouping: documents.filter { $0.duplicate != nil }, by: { $0.duplicate?.group ?? "" })
      .values.map { $0.map(\.id).sorted() }.sorted { $0.joined() < $1.joined() }
  }
}

func findDuplicates(
  _ documents: [Document], kinds: [Document.DuplicateKind] = Document.DuplicateKind.allCases,
  encoder: EncoderLoader? = MeaningEncoder().loader, workers: Int = 2, nearThreshold: Double? = nil,
  overrules: [Overrules.Entry]? = nil, store: (any ResultStore)? = nil
) async throws -> Outcome {
  let harness = StageHarness(workers: workers, encoder: encoder)
  var options = FindDuplicates.Options()
  options.kinds = kinds
  if let nearThreshold { options.nearThreshold = nearThreshold }
  options.overrules = overrules.map { Overrules(path: "overrules.yaml", entries: $0, bytes: Data("# as read\n".utf8)) }
  let plain = harness.context
  let context = StageContext(
    id: plain.id, run: plain.run, workers: plain.workers, logger: plain.logger, vectors: plain.vectors, store: store,
    services: harness.services)
  let result = try await harness.process(documents, with: FindDuplicates(options, in: context))
  let record = harness.services.record
  return Outcome(
    documents: result.passed, notes: record.notes, warnings: record.warnings, attachments: record.attachments)
}
