import Foundation
import Logging
import PipelineKit
import StageKit
import Synchronization

/// Reads one document out of a file, by the stages that every pipeline reads with.
enum DocumentFile {
  private static let pipeline = """
    version: 1
    name: compare
    stages:
      - use: read-files
        with: { paths: [] }
      - use: detect-language

    """

  /// The document of a file, with its language.
  ///
  /// - Throws: ``StageError`` when the file can't be read, or has not exactly one document; on cancellation.
  static func read(_ path: String, cacheDirectory: URL) async throws -> Document {
    let encoder = EncoderLoader(status: .missing(reason: "not needed")) { _ in
      throw StageError("no-model", "reading needs no model")
    }
    let request = PipelinePlan.Request(plugins: plugins, inputs: [path], encoder: encoder.status)
    let (plan, findings) = PipelinePlan.make(text: pipeline, file: "compare", request)
    guard let plan else {
      throw StageError(
        "unreadable", findings.items.filter { $0.severity == .error }.map(\.message).joined(separator: "; "))
    }
    let folder = cacheDirectory.appendingPathComponent("comparisons/\(UUID().uuidString)", isDirectory: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let found = Mutex<(first: Document?, count: Int)>((nil, 0))
    let run = try PipelineRun(
      plan, info: Surroundings.runInfo(name: "compare", pipeline: pipeline, date: nil),
      settings: .init(
        workers: 1, encoder: encoder, cacheDirectory: folder,
        logger: Logger(label: "toolkit.compare") { _ in SwiftLogNoOpLogHandler() },
        observe: { document in found.withLock { $0 = ($0.first ?? document, $0.count + 1) } }))
    let report = await run.execute()
    if report.outcome == .cancelled { throw CancellationError() }
    if let failure = report.failure { throw StageError("run", failure) }
    if let broken = run.quarantined.first { throw StageError("unreadable", broken.message) }
    let (first, count) = found.withLock { $0 }
    guard let first, count == 1 else {
      throw StageError(
        "not-one-document",
        count == 0
          ? "'\(path)' holds no document"
          : "'\(path)' holds \(count) documents, and two files with one document each can be compared; "
            + "put the lines in question into files of their own")
    }
    return first
  }
}
