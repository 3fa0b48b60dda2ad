import ArgumentParser
import Foundation
import InputPlugin
import PipelineKit
import StageKit

/// `toolkit watch`: an inbox.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Run a pipeline whenever files in a folder have changed and settled.",
    discussion: """
      Each run is 'toolkit run PIPELINE DIR --if-changed' in a process of its own, one at a time. What comes in \
      meanwhile leads to one more run. Files that are still being written are waited for, and left out of a run if that \
      takes long; hidden names are never looked at. A run that fails is reported, and the next change leads to another.

      ctrl-C ends the watch with exit code 0, or 130 if a run had to be stopped for it. With --once the exit code is \
      the run's.
      """)

  @Argument(help: "The pipeline file (YAML).")
  var pipeline: String

  @Argument(help: "The folder to watch; it takes the place of the pipeline's own paths.")
  var folder: String

  @Option(help: "How long a file must look the same before it counts as written, in seconds.")
  var debounce = 2.0

  @Flag(help: "Wait until the files have settled, run once if there are any, and end with the run's exit code.")
  var once = false

  @Argument(parsing: .postTerminator, help: "Options for each run: toolkit watch p.yaml inbox -- --since 7d")
  var runOptions: [String] = []

  func validate() throws {
    guard (0.05...3600).contains(debounce) else {
      throw ValidationError("--debounce must be from 0.05 to 3600 seconds.")
    }
    do {
      _ = try RunCommand.parse(runArguments(except: []))
    } catch {
      throw ValidationError("these options can't be given to each run: \(RunCommand.message(for: error))")
    }
  }

  func run() async throws {
    try check()
    let child = ChildRun()
    let (pipeline, inbox) = (pipeline, inbox)
    let watch = Task { try await self.watch(inbox, pipeline, child) }
    let interrupts = Interrupts {
      child.interrupt()
      watch.cancel()
    }
    defer { interrupts.stop() }
    Console.report("watching \(folder) (ctrl-C ends)")
    do {
      try await watch.value
    } catch is CancellationError {
      // Interrupted between two steps: nothing was under way.
    }
  }

  private var inbox: InputPath {
    let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
    return InputPath(folder, base: here, location: SourceLocation(file: "command line"))
  }

  /// The command line of a run, without the program.
  ///
  /// Nothing may stand behind `--`: going on with an interrupted run appends to it.
  private func runArguments(except: [String]) -> [String] {
    [pipeline, folder, "--if-changed"] + except.map { "--except=\($0)" } + runOptions
  }

  /// Finds out now what would fail each run, rather than when the first file comes.
  private func check() throws {
    guard FolderMarks.look(at: inbox) != nil else {
      Console.report("\(folder): error[missing-folder]: there is no folder of this name; make it, or name another")
      throw ExitCodes.configuration
    }
    let run = try RunCommand.parse(runArguments(except: []))
    let plan = try run.arguments.plan(
      encoder: Surroundings.encoder.status, format: .json, date: run.days.day, since: run.days.since)
    let info = Surroundings.runInfo(name: plan.name, pipeline: plan.text, date: run.days.day)
    let watched = URL(fileURLWithPath: folder, isDirectory: true).resolvingSymlinksInPath().path + "/"
    for stage in plan.stages {
      for output in stage.outputs(of: info) where (output.resolvingSymlinksInPath().path + "/").hasPrefix(watched) {
        Console.report(
          "\(pipeline): error[output-in-inbox]: '\(stage.id)' writes into the watched folder, so every run would lead to "
            + "another; let it write elsewhere")
        throw ExitCodes.configuration
      }
    }
  }

  private func watch(_ inbox: InputPath, _ pipeline: String, _ child: ChildRun) async throws {
    // An edit of the pipeline asks for a run as well, if there is anything to run it on.
    let edited = FileMark(path: pipeline).map { [pipeline: $0] } ?? [:]
    var files = SettledFiles(debounce: debounce, known: edited)
    let clock = ContinuousClock()
    let start = clock.now
    var isGone = false
    while !Task.isCancelled {
      let before = clock.now
      let marks = try await offload { FolderMarks.look(at: inbox) }
      let took = (clock.now - before) / .seconds(1)
      if marks == nil, !isGone { Console.report("warning: \(folder) is gone; waiting for it to come back") }
      isGone = marks == nil
      let isEmpty = marks?.isEmpty ?? true
      var looked = marks ?? [:]
      looked[pipeline] = FileMark(path: pipeline)
      let step = isGone ? .wait : files.look(looked, at: (clock.now - start) / .seconds(1))
      switch step {
      case .run(let except) where !isEmpty:
        Console.report(files.changes(without: Set(except)).words(except))
        files.begin(except: except)
        let end = await child.run(["run"] + runArguments(except: except))
        if Task.isCancelled { return try stop(after: end) }
        if once { return try pass(on: end) }
        report(end)
        if end.isWorthAnotherTry {
          // Until the other run has ended, or the program is back in its place, what is new stays new.
          files.forget()
          try? await Task.sleep(for: .seconds(max(10, debounce)))
        }
      case .rest where once, .run where once:
        // What is not there can't be waited for.
        Console.report("nothing to read in \(folder)")
        return
      case .wait where once && (clock.now - start) / .seconds(1) > 2 * files.patience:
        Console.report("nothing has settled in \(folder): its files are still being written")
        return
      default: break
      }
      // At most a tenth of the time goes into looking, however many files there are.
      try? await Task.sleep(for: .seconds(min(max(debounce / 2, 10 * took), max(60, debounce))))
    }
  }

  private func report(_ end: ChildRun.End) {
    switch end {
    case .exit(0): break
    case .exit(ExitCodes.quarantine.rawValue): Console.report("the run ended with documents in quarantine; watching on")
    case .exit(ExitCodes.locked.rawValue):
      Console.report("another run holds what this one writes; it will be tried again")
    case .exit(let code):
      Console.report("warning: the run failed with exit code \(code); the next change leads to another")
    case .signal(let number):
      Console.report("warning: the run was ended by signal \(number); the next change leads to another")
    case .notStarted(let reason):
      Console.report("warning: the run could not be started: \(reason); it will be tried again")
    }
  }

  private func stop(after end: ChildRun.End) throws {
    switch end {
    case .exit(0), .exit(ExitCodes.quarantine.rawValue), .notStarted: return
    default: throw ExitCodes.interrupted
    }
  }

  private func pass(on end: ChildRun.End) throws {
    switch end {
    case .exit(0): return
    case .exit(let code): throw ExitCode(code)
    case .signal(let number):
      Console.report("error: the run was ended by signal \(number)")
      throw ExitCodes.failure
    case .notStarted(let reason):
      Console.report("error: the run could not be started: \(reason)")
      throw ExitCodes.failure
    }
  }
}

extension SettledFiles.Changes {
  /// `2 files new, 1 changed: running`
  fileprivate func words(_ except: [String]) -> String {
    let parts = [(new, "new"), (changed, "changed"), (gone, "gone")].filter { $0.0 > 0 }
      .map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    let names = except.prefix(3).joined(separator: ", ") + (except.count > 3 ? " and \(except.count - 3) more" : "")
    return "\(parts): running" + (except.isEmpty ? "" : " without what is still being written: \(names)")
  }
}
