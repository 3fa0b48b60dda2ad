import Foundation
import StageKit

extension PipelineRun {
  /// A wish for samples of documents before and after each stage: `trace.jsonl`.
  public struct TraceRequest: Sendable, Equatable {
    /// How many documents are followed, at most.
    public static let limit = TraceStore.limit

    /// How many documents are followed.
    public var documents: Int
    /// A folder to leave `trace.jsonl` in, besides those that get the report; made if need be.
    public var directory: URL?

    /// A wish for up to ``limit`` documents.
    public init(documents: Int, directory: URL? = nil) {
      self.documents = min(max(1, documents), Self.limit)
      self.directory = directory
    }
  }

  /// Leaves `trace.jsonl` where the report goes and where the user asked for it, whatever the run's outcome.
  func publishTrace(_ report: inout RunReport) {
    var folders = record.reportDirectories.filter { FileManager.default.fileExists(atPath: $0.path) }
    guard let trace = ledger.trace, let request = settings.trace else {
      // A trace of an earlier run must not be taken for one of this.
      for folder in folders { try? publish(nil, as: "trace.jsonl", in: folder) }
      return
    }
    do {
      let file = self.folder.url.appendingPathComponent("trace.jsonl")
      try trace.write(to: file)
      if let folder = request.directory {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        folders.append(folder)
      }
      for folder in folders { try publish(file, as: "trace.jsonl", in: folder) }
      guard folders.isEmpty else { return }
      warn("no stage asks for the report, so the trace was not kept; name a folder with --trace-directory", &report)
    } catch {
      warn("the trace was not kept: \(describe(error))", &report)
    }
  }

  private func warn(_ message: String, _ report: inout RunReport) {
    report.warnings.append(.init(stage: nil, message: message))
    settings.logger.warning("\(message)")
  }
}
