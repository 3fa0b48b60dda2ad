import BundleKit
import ExportPlugin
import Foundation
import StageKit
import Synchronization

/// `write-bundle`: one ZIP file with everything that a colleague needs to check, open and re-run a run.
///
/// The same documents, pipeline, day and version give the same bytes: nothing in a bundle says how long a run took.
public final class WriteBundle: Sink {
  /// The options of `write-bundle`.
  public struct Options: StageOptions {
    /// What becomes of a bundle of the same name.
    public enum Existing: String, ConfigValue, CaseIterable {
      /// The new one takes its place, once it is complete.
      case replace
      /// The run ends before it has read anything.
      case refuse
    }

    var path = OutputPath("{name}-{date}.zip", base: URL(fileURLWithPath: "/"))
    var existing = Existing.replace
    var level = 6

    /// All defaults.
    public init() {}

    /// The table of options.
    public static let settings: [Setting<Options>] = [
      Setting("path", \.path, "The file to write; {date}, {run} and {name} are filled in.", required: true),
      Setting(
        "existing", \.existing,
        "What to do about a file of that name: replace it once the new one is complete, or refuse to run."),
      Setting("level", \.level, "How hard to compress: 1 is fastest, 9 smallest.", in: 1...9),
    ]
  }

  /// As YAML spells it.
  public static let name = "write-bundle"
  /// For `toolkit stages`.
  public static let summary = "Writes everything into one ZIP file that can be verified, opened and re-run."

  private let options: Options
  private let context: StageContext
  private let url: URL
  /// What is complete but for its name.
  private let sealed = Mutex<SealedBundle?>(nil)

  /// The file.
  public static func outputs(_ options: Options) -> [OutputPath] { [options.path] }

  /// Looks whether there is a bundle already, and locks its name.
  public init(_ options: Options, in context: StageContext) async throws {
    self.options = options
    self.context = context
    url = options.path.url(for: context.run)
    try context.lock(output: url)
    if options.existing == .refuse, FileManager.default.fileExists(atPath: url.path) {
      throw StageError(
        "exists", "\(url.path) exists already; move it away, choose another 'path', or set 'existing: replace'")
    }
  }

  /// Writes documents as they come, and the tables and facts about the run after the last, under a hidden name.
  public func write(_ documents: Inlet, confirming receipts: any Outlet) async throws {
    let earlier = try await offload { [url, options, context] in
      PartialFiles.remove(named: url.lastPathComponent, in: url.deletingLastPathComponent().path)
      return Self.earlierBundle(url, options.path, context.run)
    }
    do {
      let writer = try BundleWriter(at: url, level: options.level, workers: context.workers, reusing: earlier)
      // Whatever ends this early, ctrl-C included, leaves no half bundle.
      defer { writer.abort() }
      let brief = BriefBuilder(scratch: try context.scratchDirectory())
      var count = 0
      try await documents.forEachBlock { block in
        let lines = try await offload {
          for document in block { try brief.add(document) }
          return try DocumentLines(block)
        }
        for (number, document) in block.enumerated() {
          try await writer.append(lines.line(number), to: "documents", id: document.id)
          try await receipts.pass(document)
        }
        count += block.count
      }
      if count == 0, FileManager.default.fileExists(atPath: url.path) {
        context.warn("there were no documents, so \(url.path) was left as it is")
        return
      }
      let bundle = try await finish(writer, brief)
      context.note("bundle", .string(bundle.facts.id))
      sealed.withLock { $0 = bundle }
    } catch let error as BundleError {
      throw StageError(error.code.rawValue, "the bundle was not written: \(error)")
    }
  }

  /// Gives the bundle its name.
  public func commit() async throws {
    guard let bundle = take() else { return }
    do {
      try await offload { try bundle.commit() }
    } catch let error as BundleError {
      throw StageError(error.code.rawValue, "the bundle was not written: \(error)")
    }
    context.wrote(url)
  }

  /// Removes what was written.
  public func abandon() async { take()?.discard() }

  private func take() -> SealedBundle? {
    sealed.withLock { sealed in
      defer { sealed = nil }
      return sealed
    }
  }

  private func finish(_ writer: BundleWriter, _ brief: BriefBuilder) async throws -> SealedBundle {
    let report = finishedReport()
    try await add("stories.jsonl", to: writer, blocksOf: { try brief.writeStories(to: $0) })
    try await add("duplicates.csv", to: writer, blocksOf: { try brief.writeDuplicates(to: $0) })
    try await writer.add("summary.md", try await offload { try brief.summaryMarkdown(report: report) })
    if let quarantine = try context.quarantineFile() {
      try await writer.add("quarantine.jsonl", contentsOf: quarantine)
    }
    if let dropped = try context.droppedFile() {
      try await writer.add("dropped.jsonl", contentsOf: dropped)
    }
    for attachment in context.attachments() { try await writer.add(attachment.name, contentsOf: attachment.file) }
    try await writer.add("pipeline.yaml", Data(context.run.pipeline.utf8))
    try await writer.add("run.json", try JSONLine.encodeReadably(report))
    try await writer.add("README.txt", Data(readme(report).utf8))
    return try await writer.seal(
      name: context.run.name,
      adding: ["toolkit": Facts(report), "description": "A run of toolkit; README.txt says how to read and check it."])
  }

  /// Adds a table that may be larger than memory, by way of a scratch file.
  private func add(
    _ name: String, to writer: BundleWriter,
    blocksOf table: @escaping @Sendable ((Data) throws -> Void) throws -> Void
  ) async throws {
    let file = try context.scratchDirectory().appendingPathComponent(name)
    try await offload {
      guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
        throw StageError("io", "can't write \(file.path); is the disk full or read-only?")
      }
      let handle = try FileHandle(forWritingTo: file)
      defer { try? handle.close() }
      try table { try handle.write(contentsOf: $0) }
    }
    try await writer.add(name, contentsOf: file)
  }

  /// The bundle of the same path by the last run: the one that will be replaced, or the newest of the last weeks where
  /// the path has a date in it. What is the same in it need not be compressed again.
  private static func earlierBundle(_ url: URL, _ path: OutputPath, _ run: RunInfo) -> URL? {
    if FileManager.default.fileExists(atPath: url.path) { return url }
    guard path.text.contains("{date}") else { return nil }
    return days(before: run.date, count: 31).lazy
      .map { day in
        path.url(for: RunInfo(id: run.id, name: run.name, date: day, version: run.version, pipeline: run.pipeline))
      }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }

  /// The days before a day, the latest first, all as `2026-03-12`; none if it is no day.
  static func days(before date: String, count: Int) -> [String] {
    let parts = date.split(separator: "-").compactMap { Int($0) }
    var calendar = Calendar(identifier: .gregorian)
    guard let utc = TimeZone(secondsFromGMT: 0), parts.count == 3 else { return [] }
    calendar.timeZone = utc
    guard let day = calendar.date(from: DateComponents(year: parts[0], month: parts[1], day: parts[2])) else {
      return []
    }
    return (1...count).compactMap { calendar.date(byAdding: .day, value: -$0, to: day) }.map { earlier in
      let parts = calendar.dateComponents([.year, .month, .day], from: earlier)
      func digits(_ number: Int?, _ width: Int) -> String {
        let text = String(number ?? 0)
        return String(repeating: "0", count: max(0, width - text.count)) + text
      }
      return "\(digits(parts.year, 4))-\(digits(parts.month, 2))-\(digits(parts.day, 2))"
    }
  }

  /// The report up to this stage, as it will be when this stage has ended, without anything that differs between runs.
  private func finishedReport() -> RunReport {
    var report = context.report().withoutTimes()
    if let here = report.stages.firstIndex(where: { $0.id == context.id }) {
      report.stages.removeSubrange((here + 1)...)
    }
    let ids = Set(report.stages.map(\.id))
    report.warnings.removeAll { warning in warning.stage.map { !ids.contains($0) } ?? false }
    report.outcome = report.stages.contains { $0.counts.quarantined > 0 } ? .quarantined : .finished
    return report
  }

  /// What `datapackage.json` says of the run.
  private struct Facts: Codable, Sendable {
    var version: String
    var pipeline: String
    var pipelineSHA256: String
    var date: String
    var models: [String]
    var plugins: [String: String]
    var documents: Int

    init(_ report: RunReport) {
      version = report.toolkit
      pipeline = report.pipeline
      pipelineSHA256 = report.pipelineSHA256
      date = report.date
      models = report.models
      plugins = Dictionary(report.stages.map { ($0.plugin, $0.version) }, uniquingKeysWith: { first, _ in first })
      documents = report.stages.last?.counts.taken ?? 0
    }
  }

  private func readme(_ report: RunReport) -> String {
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
    index.json        where each document lies: its member, offset and length in bytes
    datapackage.json  size and SHA-256 of every member (a Frictionless Data Package)

    To check that it is whole:          toolkit bundle verify FILE.zip
    Without toolkit:                    unzip -t FILE.zip, and compare sha256sum with datapackage.json
    To run the pipeline on its documents: put `- use: read-bundle` in the place of the pipeline's source

    """
  }
}
