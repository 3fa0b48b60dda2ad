import ArgumentParser
import Foundation
import Logging
import PipelineKit
import StageKit

/// `toolkit run`: the main job.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a pipeline.",
    discussion: """
      Documents that a stage could not process go to quarantine with the reason, and the exit code is 3. Press ctrl-C \
      to stop: what was not finished is taken back.
      """)

  @OptionGroup var arguments: PipelineArguments

  @Option(help: "Documents at once, and threads a stage may use; by default as many as there are processors.")
  var workers = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "text for a brief, json for a report on stdout.")
  var format = OutputFormat.text

  @OptionGroup var days: DayArguments

  @Option(
    help: ArgumentHelp(
      "Fail, and write nothing, if more documents than that end in quarantine: a number, or a share of those read.",
      valueName: "n|n%"))
  var maxQuarantine: QuarantineLimit?

  @Option(
    help: ArgumentHelp(
      "Feed the documents that another run put into quarantine, in the place of what the sources read.",
      valueName: "bundle|quarantine.jsonl"))
  var fromQuarantine: String?
  @OptionGroup var caching: CacheArguments

  @Flag(help: "Do nothing if neither the files to read nor the pipeline have changed since its last run.")
  var ifChanged = false

  @Flag(
    help:
      "Go on with the run that was interrupted last, of this pipeline if one is named: same command, day and run id.")
  var resume = false

  @Option(help: .hidden)
  var runId: String?
  @OptionGroup(title: "Watching") var seeing: SeeingArguments

  @Flag(name: .shortAndLong, help: "Show no progress and no brief, only warnings and errors.")
  var quiet = false

  func validate() throws {
    guard (1...256).contains(workers) else { throw ValidationError("--workers must be from 1 to 256.") }
    if fromQuarantine != nil, !arguments.paths.isEmpty {
      throw ValidationError("Give either paths to read or --from-quarantine, not both.")
    }
  }

  func run() async throws {
    Interrupts.allow()
    let encoder = Surroundings.encoder
    // Once, lest midnight come between.
    let day = days.day
    let plan = try arguments.plan(encoder: encoder.status, quarantine: fromQuarantine, date: day, since: days.since)
    let info = Surroundings.runInfo(name: plan.name, pipeline: plan.text, date: day, id: runId)
    let brief = RunBrief()
    let opened = caching.open(for: arguments, brief: .init(save: brief.saved, restore: brief.restore))
    defer { opened?.store.close() }
    let run: PipelineRun
    do {
      run = try PipelineRun(
        plan, info: info,
        settings: .init(
          workers: workers, encoder: encoder, cacheDirectory: caching.url, logger: Self.logger(), cache: opened?.cache,
          isolation: StageWorkerCommand.isolation, maximumQuarantine: maxQuarantine, observe: brief.add,
          trace: seeing.traceRequest))
    } catch {
      Console.report("error: \(error)")
      throw (error as? StageError)?.code == "locked" ? ExitCodes.locked : ExitCodes.failure
    }
    let unfinished = InterruptedRun.begin(
      info, arguments: Main.arguments, identity: arguments.identity, cache: caching.url)
    if ifChanged, case .none(let before) = await run.changes(ignoringDate: true) {
      run.discard()
      unfinished.end(cache: caching.url, isWell: true)
      Console.report("nothing new since the run \(before)")
      return
    }
    let report = await execute(run)
    unfinished.end(cache: caching.url, isWell: [.finished, .quarantined].contains(report.outcome))
    let hasMetrics = writeMetrics(of: report)
    switch format {
    case .json:
      let result = brief.result(report, run.quarantined)
      try Console.print(json: result)
    case .text:
      if !quiet, report.outcome == .finished || report.outcome == .quarantined {
        Console.print(brief.text(report, run.quarantined))
      }
    }
    if format == .text, !quiet {
      reportFedAgain(report)
      days.reportLeftOut(report)
    }
    try end(with: report, code: run.failureCode)
    if !hasMetrics { throw ExitCodes.failure }
  }

  /// Writes the metrics that were asked for, or says why not.
  private func writeMetrics(of report: RunReport) -> Bool {
    do {
      try seeing.writeMetrics(of: report)
      return true
    } catch {
      Console.report("error: \(error)")
      return false
    }
  }

  /// Runs with progress on stderr, and stops on the first ctrl-C; the second ends the program at once.
  private func execute(_ run: PipelineRun) async -> RunReport {
    let task = Task { await run.execute() }
    let interrupts = Interrupts {
      Console.report("\nstopping; what was not finished is taken back (once more to stop at once)")
      task.cancel()
    }
    defer { interrupts.stop() }
    let display = ProgressDisplay(run, mode: seeing.mode(byDefault: quiet || format == .json ? .none : .auto))
    let watching = Task { await display?.watch() }
    let report = await task.value
    watching.cancel()
    await watching.value
    display?.end(with: report)
    return report
  }

  /// Says which stages' quarantine the run began with.
  private func reportFedAgain(_ report: RunReport) {
    guard fromQuarantine != nil, case .object(let stages)? = report.stages.first?.notes["fed-again"] else { return }
    let parts = stages.sorted { $0.key < $1.key }.compactMap { stage, count -> String? in
      if case .integer(let number) = count { "\(number) of \(stage)" } else { nil }
    }
    guard !parts.isEmpty else { return }
    Console.report("fed again from quarantine: \(parts.joined(separator: ", "))")
  }

  private func end(with report: RunReport, code: String?) throws {
    switch report.outcome {
    case .finished: return
    case .quarantined: throw ExitCodes.quarantine
    case .cancelled:
      Console.report("interrupted: \(whatStands(report))")
      throw ExitCodes.interrupted
    case .failed, .running:
      Console.report("error: \(report.failure ?? "the run failed")")
      if report.outputs?.isEmpty == false { Console.report(whatStands(report)) }
      throw code == "locked" ? ExitCodes.locked : ExitCodes.failure
    }
  }

  /// Sinks that had finished before the end stand by what they wrote.
  private func whatStands(_ report: RunReport) -> String {
    let outputs = report.outputs ?? []
    return outputs.isEmpty ? "nothing was written" : "written before that: \(outputs.joined(separator: ", "))"
  }

  /// Warnings go to stderr as they come: one line, with the stage that said it.
  private static func logger() -> Logger {
    var logger = Logger(label: "toolkit") { _ in ConsoleLogHandler() }
    logger.logLevel = .warning
    return logger
  }
}

/// Writes log messages as plain lines to stderr.
private struct ConsoleLogHandler: LogHandler {
  var logLevel = Logger.Level.warning
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let stage = (event.metadata?["stage"] ?? metadata["stage"]).map { "\($0): " } ?? ""
    Console.report("\(event.level): \(stage)\(event.message)")
  }
}

extension QuarantineLimit: ExpressibleByArgument {
  /// Reads `12` or `5%`.
  public init?(argument: String) { self.init(argument) }
}
