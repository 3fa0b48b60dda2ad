import ArgumentParser
import Foundation
import StageKit

/// `toolkit run --resume [PIPELINE]`: what may be said anew of a run that is gone on with. All else stands in the
/// command that the run was started with.
struct ResumeArguments: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "run --resume", shouldDisplay: false)

  @Flag var resume = false
  @Argument var pipeline: String?
  @Option(name: .customLong("cache-dir")) var cacheDirectory: String?
  @Option var workers: Int?
  @Option var progress: String?
  @Option var format: String?
  @Flag(name: .shortAndLong) var quiet = false

  /// What `toolkit run --resume …` stands for: the command of the interrupted run with its day and id, in its folder.
  /// Other command lines come back as they are.
  ///
  /// - Throws: the exit code for failure when there is nothing to go on with, that for wrong usage when the command line
  ///   asks for another run than the interrupted one.
  static func expand(_ arguments: [String]) throws -> [String] {
    guard arguments.first == "run", arguments.contains("--resume"),
      !arguments.contains(where: { $0 == "--help" || $0 == "-h" })
    else { return arguments }
    let mine: ResumeArguments
    do {
      mine = try parse(Array(arguments.dropFirst()))
    } catch {
      Console.report(
        "error: \(message(for: error)); --resume goes on with a run as it was started, and takes besides only a "
          + "pipeline, --cache-dir, --workers, --progress, --format and --quiet")
      throw ExitCodes.usage
    }
    return try mine.command()
  }

  private func command() throws -> [String] {
    let cache =
      cacheDirectory.map { URL(fileURLWithPath: $0, isDirectory: true) } ?? Surroundings.cacheDirectory
    let file = pipeline.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
    let runs = InterruptedRun.all(in: cache).filter { run in
      file.map { run.identity.split(separator: "\n").first.map(String.init) == $0 } ?? true
    }
    guard let run = runs.first else {
      let of = file.map { " of \($0)" } ?? ""
      Console.report("error: there is no interrupted run\(of) to go on with; start one with 'toolkit run PIPELINE'")
      throw ExitCodes.failure
    }
    // What is relative to this folder must not be taken for relative to that one.
    let path = cache.standardizedFileURL.path
    guard FileManager.default.changeCurrentDirectoryPath(run.folder) else {
      Console.report("error: the folder that the run \(run.run) was started in is gone: \(run.folder)")
      throw ExitCodes.failure
    }
    Console.report("going on with the run \(run.run)")
    // Options before all else: what follows `--` in the command are paths.
    var options = ["--date", run.date, "--run-id", run.run, "--cache-dir", path]
    if let workers { options += ["--workers", "\(workers)"] }
    if let progress { options += ["--progress", progress] }
    if let format { options += ["--format", format] }
    if quiet { options.append("--quiet") }
    let said = Set(options.filter { $0.hasPrefix("--") })
    return ["run"] + options + Self.without(said, run.arguments.dropFirst())
  }

  /// The command line without options that are said anew; it must also not stop because nothing seems new.
  private static func without(_ said: Set<String>, _ arguments: ArraySlice<String>) -> [String] {
    var kept: [String] = []
    var rest = arguments
    while let argument = rest.popFirst() {
      if argument == "--" { return kept + [argument] + rest }
      let name = argument == "-q" ? "--quiet" : String(argument.prefix { $0 != "=" })
      if name == "--if-changed" { continue }
      if !said.contains(name) {
        kept.append(argument)
      } else if name == argument, name != "--quiet" {
        rest = rest.dropFirst()
      }
    }
    return kept
  }
}
