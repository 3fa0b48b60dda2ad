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
      /// What it holds stays, and what this run has found is added.
      case append
    }

    var path = OutputPath("{name}-{date}.zip", base: URL(fileURLWithPath: "/"))
    var existing = Existing.replace
    var level = 6
    var keep = 0

    /// All defaults.
    public init() {}

    /// The table of options.
    public static let settings: [Setting<Options>] = [
      Setting("path", \.path, "The file to write; {date}, {run} and {name} are filled in.", required: true),
      Setting(
        "existing", \.existing,
        "What to do about a file of that name: replace it once the new one is complete, refuse to run, or append: add "
          + "to it, where this run's documents and stories take the place of those with the same id."),
      Setting("level", \.level, "How hard to compress: 1 is fastest, 9 smallest.", in: 1...9),
      Setting(
        "keep", \.keep,
        "How many bundles of this path to keep, by the {date} in its name; older ones are removed. 0 keeps all.",
        in: 0...100_000),
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

  /// Says when old bundles could not be told from others.
  public static func check(_ options: Options, in plan: PlanContext) -> [Diagnostic] {
    guard options.keep > 0, BundleSeries(options.path) == nil else { return [] }
    return [
      .error(
        "keep-without-date",
        "'keep' counts bundles by the day in their names: put {date} into the file name of 'path', and no {run}",
        at: plan.location)
    ]
  }

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
      return BundleSeries.earlier(url, options.path, context.run)
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
      let bundle = try await appended(to: try await finish(writer, brief))
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
    await removeOld()
  }

  /// Removes the oldest bundles of this path, if they are too many. What can't be removed is no reason to fail: the new
  /// bundle is there.
  private func removeOld() async {
    guard options.keep > 0, let series = BundleSeries(options.path) else { return }
    let (removed, failed) =
      (try? await offload { [options, context, url] in
        series.prune(to: options.keep, besides: url, context.run)
      }) ?? ([], [])
    if !removed.isEmpty { context.note("removed", .array(removed.map { .string($0) })) }
    for name in failed { context.warn("the old bundle \(name) could not be removed, or is none") }
  }

  /// The new bundle, or what was there before with the new one added.
  private func appended(to new: SealedBundle) async throws -> SealedBundle {
    guard options.existing == .append, FileManager.default.fileExists(atPath: url.path), let hidden = new.hiddenURL
    else { return new }
    let readers = try await offload { [url] in [try BundleReader(at: url), try BundleReader(at: hidden)] }
    try await readers[0].refuseDamage(url.path, workers: context.workers)
    var merge = BundleMerge(
      readers, conflicts: .last, level: options.level, workers: context.workers, continuesLast: true)
    merge.schema = BundleFacts.duplicates
    let report = finishedReport()
    let (bundle, _) = try await merge.write(to: url, name: context.run.name) { outcome in
      BundleFacts(report, documents: outcome.documents).keys
    }
    new.discard()
    return bundle
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
    writer.describe("duplicates.csv", as: BundleFacts.duplicates)
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
    try await writer.add("README.txt", Data(BundleFacts.readme(report).utf8))
    return try await writer.seal(name: context.run.name, adding: BundleFacts(report).keys)
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
}
