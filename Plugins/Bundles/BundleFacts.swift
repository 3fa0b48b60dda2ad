import BundleKit
import Foundation
import StageKit

/// What `datapackage.json` says of the run.
struct BundleFacts: Codable, Sendable {
  var version: String
  var pipeline: String
  var pipelineSHA256: String
  var date: String
  var models: [String]
  var plugins: [String: String]
  var documents: Int

  /// - Parameter documents: how many there are; those of the run if nil.
  init(_ report: RunReport, documents: Int? = nil) {
    version = report.toolkit
    pipeline = report.pipeline
    pipelineSHA256 = report.pipelineSHA256
    date = report.date
    models = report.models
    plugins = Dictionary(report.stages.map { ($0.plugin, $0.version) }, uniquingKeysWith: { first, _ in first })
    self.documents = documents ?? report.stages.last?.counts.taken ?? 0
  }

  /// The columns of `duplicates.csv`, as `export` writes them.
  static let duplicates = TableSchema(
    fields: [
      ("group", "string"), ("kind", "string"), ("score", "number"), ("original_id", "string"),
      ("original_path", "string"), ("original_title", "string"), ("original_language", "string"), ("copy_id", "string"),
      ("copy_path", "string"), ("copy_title", "string"), ("copy_language", "string"), ("original_coverage", "number"),
      ("copy_coverage", "number"), ("aligned_sentences", "integer"), ("source", "string"), ("decided_by", "string"),
      ("copy_reported_earlier", "string"),
    ].map { TableSchema.Field(name: $0, type: $1) })

  /// The keys for `datapackage.json`.
  var keys: [String: any Encodable & Sendable] {
    ["toolkit": self, "description": "A run of toolkit; README.txt says how to read and check it."]
  }

  /// `README.txt`: what the file is, for whoever finds it.
  static func readme(_ report: RunReport) -> String {
    """
    This is a bundle: the result of the pipeline "\(report.pipeline)", run on \(report.date) by toolkit \
    \(report.toolkit).
    It is an ordinary ZIP file. No special program is needed to read it.

    summary.md        what happened, for people: start here
    documents/        every document and summary, one JSON object a line
    stories.jsonl     one story a line: its documents and its summary with the sources of each sentence
    duplicates.csv    which document is which one's copy or translation, and how sure that is
    quarantine.jsonl  documents that could not be processed, and why (only if there were any)
    dropped.jsonl     documents that a stage dropped, and why (only if there were any)
    overrules/        an analyst's decisions on duplicates that this run followed (only if there were any)
    vectors/          what later runs compare their documents with (only if it was asked for)
    pipeline.yaml     the pipeline, as it was run
    run.json          versions, options, and how many documents came and went at each stage
    index/            where each document lies: its member, offset and length in bytes, and a hash of it
    index.json        which part of the index knows which documents
    datapackage.json  size and SHA-256 of every member (a Frictionless Data Package)

    signatures/       who vouches for it: SSH signatures of datapackage.json (only if somebody has signed)

    To check that it is whole, and who has signed it:  toolkit bundle verify FILE.zip
    Without toolkit:                 unzip -t FILE.zip, and compare sha256sum with datapackage.json
    To read one document:            toolkit bundle cat FILE.zip ID
    To run its pipeline once more:   toolkit bundle rerun FILE.zip
    To use its documents elsewhere:  put `- use: read-bundle` in the place of a pipeline's source

    """
  }
}
