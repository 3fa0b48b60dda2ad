import Foundation
import StageKit
import Synchronization

/// `export`: the files that analysts and scripts open after a run.
///
/// - `jsonl`: `documents.jsonl`, a document or summary a line in the order of arrival, and `stories.jsonl`.
/// - `csv`: `duplicates.csv`, one row for each copy.
/// - `markdown`: `summary.md`, the brief.
/// - `json`: `brief.json`, the brief for programs.
///
/// All of them appear together when the whole run has succeeded. Beside them the engine leaves `run.json`, and
/// `quarantine.jsonl` if there is any. Memory holds no texts: see ``BriefBuilder``.
public final class Export: Sink {
  /// A kind of output.
  public enum Format: String, Sendable, CaseIterable, ConfigValue {
    /// Everything, for programs.
    case jsonl
    /// Tables, for spreadsheets.
    case csv
    /// The brief, for people.
    case markdown
    /// The brief, for programs that make a page of it.
    case json
  }

  /// Where to, and what.
  public struct Options: StageOptions {
    /// The folder; made if it does not exist.
    public var directory = OutputPath("out", base: URL(fileURLWithPath: "."))
    /// What is written.
    public var formats = Format.allCases

    /// All formats.
    public init() {}

    /// The table of options.
    public static let settings: [Setting<Options>] = [
      Setting(
        "directory", \.directory,
        "The folder to write to, relative to the pipeline file; {run}, {date} and {name} are filled in.", required: true
      ),
      Setting(
        "formats", \.formats,
        "What to write: jsonl (documents.jsonl, stories.jsonl), csv (duplicates.csv), markdown (summary.md), json "
          + "(brief.json)."),
    ]
  }

  /// In YAML.
  public static let name = "export"
  /// For lists of stages.
  public static let summary = "Writes documents, stories and duplicates as files, and a brief to read."

  private let options: Options
  private let context: StageContext
  private let directory: URL
  /// What is written and waits for its names.
  private let written = Mutex<OutputFolder?>(nil)

  /// Locks the folder; writes nothing yet.
  public init(_ options: Options, in context: StageContext) async throws {
    self.options = options
    self.context = context
    directory = options.directory.url(for: context.run)
    try context.lock(output: directory)
  }

  /// The folder.
  public static func outputs(_ options: Options) -> [OutputPath] { [options.directory] }

  /// Reports a folder that can't be made or written to, and an empty list of formats.
  public static func check(_ options: Options, in plan: PlanContext) -> [Diagnostic] {
    var found: [Diagnostic] = []
    if options.formats.isEmpty {
      let names = Format.allCases.map(\.rawValue).joined(separator: ", ")
      found.append(.error("no-formats", "'formats' is empty: name some of \(names)", at: plan.location))
    }
    // What stands before the first placeholder is known by now; the nearest folder that exists must let us in.
    let known = options.directory.text.prefix { $0 != "{" }
    var path =
      known.hasPrefix("/")
      ? String(known) : (options.directory.base.absoluteURL.path as NSString).appendingPathComponent(String(known))
    if known.count < options.directory.text.count, !known.hasSuffix("/"), !known.isEmpty {
      path = (path as NSString).deletingLastPathComponent
    }
    var info = stat()
    while stat(path, &info) != 0, errno == ENOENT, path != "/" { path = (path as NSString).deletingLastPathComponent }
    if stat(path, &info) != 0 || info.st_mode & S_IFMT != S_IFDIR {
      found.append(
        .error(
          "not-a-folder",
          "'directory' is '\(options.directory.text)', but '\(path)' is not a folder; choose another place",
          at: plan.location))
    } else if access(path, W_OK | X_OK) != 0 {
      let reason = errno == EROFS ? "its disk is read-only" : "permission denied"
      found.append(
        .error(
          "not-writable",
          "'directory' is '\(options.directory.text)', but nothing may be written to '\(path)': \(reason); "
            + "choose another place",
          at: plan.location))
    }
    return found
  }

  /// Writes all documents under hidden names, and passes each on when its line is written.
  public func write(_ documents: Inlet, confirming receipts: any Outlet) async throws {
    let (directory, run) = (directory, context.run.id)
    let folder = try await offload {
      let folder = try OutputFolder(directory, run: run)
      folder.removeLeftovers(of: Self.fileNames)
      return folder
    }
    do {
      let brief = try await writeDocuments(documents, to: folder, confirming: receipts)
      let (formats, report) = (Set(options.formats), context.report())
      try Task.checkCancellation()
      try await offload {
        if formats.contains(.jsonl) { try folder.write(to: "stories.jsonl", blocksOf: brief.writeStories) }
        if formats.contains(.csv) { try folder.write(to: "duplicates.csv", blocksOf: brief.writeDuplicates) }
        if formats.contains(.json) {
          try folder.write(to: "brief.json") { try brief.writeBrief(report: report, to: $0) }
        }
        if formats.contains(.markdown) { try folder.write(brief.summaryMarkdown(report: report), to: "summary.md") }
        try folder.seal()
      }
    } catch {
      await cleanUp(folder)
      throw error
    }
    written.withLock { $0 = folder }
  }

  /// Names the files.
  public func commit() async throws {
    guard let folder = take() else { return }
    do {
      try await offload { try folder.commit() }
    } catch {
      await cleanUp(folder)
      throw error
    }
    context.wrote(directory)
    context.publishReport(in: directory)
  }

  /// Removes the files.
  public func abandon() async {
    if let folder = take() { await cleanUp(folder) }
  }

  private func take() -> OutputFolder? {
    written.withLock { written in
      defer { written = nil }
      return written
    }
  }

  /// All that may be written, the engine's own files among them.
  private static let fileNames = [
    "documents.jsonl", "stories.jsonl", "duplicates.csv", "summary.md", "brief.json", "quarantine", "quarantine.jsonl",
    "run.json",
  ]

  private func writeDocuments(
    _ documents: Inlet, to folder: OutputFolder, confirming receipts: any Outlet
  ) async throws -> BriefBuilder {
    let brief = BriefBuilder(scratch: try context.scratchDirectory())
    let hasLines = options.formats.contains(.jsonl)
    if hasLines { try await offload { try folder.create("documents.jsonl") } }
    try await documents.forEachBlock { block in
      try await offload {
        for document in block { try brief.add(document) }
        if hasLines { try folder.append(DocumentLines(block).bytes, to: "documents.jsonl") }
      }
      for document in block { try await receipts.pass(document) }
    }
    return brief
  }

  private func cleanUp(_ folder: OutputFolder) async {
    try? await offload { folder.discard() }
  }
}
