import Foundation
import PipelineKit
import StageKit

/// A run that has begun: a small file in the cache while it lasts. If it is still there when its process is not, the
/// run was killed, and `toolkit run --resume` goes on with it: the same command, day and run id.
///
/// Going on means to start again with all results at hand that the run had kept by then.
struct InterruptedRun: Codable {
  /// The run's id.
  var run: String
  /// The day it is for.
  var date: String
  /// The command line, without the program.
  var arguments: [String]
  /// Where it was started.
  var folder: String
  /// See `PipelineArguments.identity`.
  var identity: String
  /// Its process.
  var process: Int32
  /// When that process began, so that another one with its number is not taken for it.
  var processStart: String?

  /// Where the files lie.
  private static func directory(in cache: URL) -> URL { cache.appendingPathComponent("unfinished", isDirectory: true) }

  private func file(in cache: URL) -> URL { Self.directory(in: cache).appendingPathComponent("\(run).json") }

  /// Notes that a run begins. A cache that can't be written costs the way back, not the run.
  static func begin(_ info: RunInfo, identity: String, cache: URL) -> InterruptedRun {
    let run = InterruptedRun(
      run: info.id, date: info.date, arguments: Array(CommandLine.arguments.dropFirst()),
      folder: FileManager.default.currentDirectoryPath, identity: identity, process: getpid(),
      processStart: startTime(of: getpid()))
    try? FileManager.default.createDirectory(at: directory(in: cache), withIntermediateDirectories: true)
    try? JSONLine.encode(run).write(to: run.file(in: cache), options: .atomic)
    return run
  }

  /// Notes that a run has ended, well or not: nothing is left to go on with.
  func end(cache: URL) { try? FileManager.default.removeItem(at: file(in: cache)) }

  /// The runs whose processes are gone, the latest first.
  static func all(in cache: URL) -> [InterruptedRun] {
    let directory = directory(in: cache)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    return names.sorted(by: >).compactMap { name in
      let file = directory.appendingPathComponent(name)
      guard name.hasSuffix(".json"), let data = try? Data(contentsOf: file),
        let run = try? JSONDecoder().decode(InterruptedRun.self, from: data)
      else { return nil }
      return run.isAlive ? nil : run
    }
  }

  private var isAlive: Bool {
    guard kill(process, 0) == 0 || errno == EPERM else { return false }
    guard let processStart, let now = Self.startTime(of: process) else { return true }
    return processStart == now
  }

  /// When a process began, in the system's ticks; nil where the system does not tell.
  private static func startTime(of process: Int32) -> String? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return nil }
    // The name may hold anything; after its bracket come the state and 18 numbers before the start.
    let fields = text[end...].split(separator: " ")
    return fields.count > 20 ? String(fields[20]) : nil
  }
}

extension InterruptedRun {
  /// What `toolkit run --resume [PIPELINE]` stands for: the command of the interrupted run with its day and id, in its
  /// folder. Other command lines come back as they are.
  ///
  /// - Throws: the exit code for failure when there is nothing to go on with.
  static func expand(_ arguments: [String]) throws -> [String] {
    guard arguments.first == "run", arguments.contains("--resume"),
      !arguments.contains(where: { $0 == "--help" || $0 == "-h" })
    else { return arguments }
    let rest = arguments.dropFirst().filter { $0 != "--resume" }
    var cache = Surroundings.cacheDirectory
    if let option = rest.firstIndex(of: "--cache-dir"), rest.indices.contains(option + 1) {
      cache = URL(fileURLWithPath: rest[option + 1], isDirectory: true)
    }
    let pipeline = rest.first { !$0.hasPrefix("-") && $0 != cache.path }
      .map { URL(fileURLWithPath: $0).standardizedFileURL.path }
    let runs = all(in: cache).filter { run in
      pipeline.map { run.identity.split(separator: "\n").first.map(String.init) == $0 } ?? true
    }
    guard let run = runs.first else {
      let of = pipeline.map { " of \($0)" } ?? ""
      Console.report("error: there is no interrupted run\(of) to go on with; start one with 'toolkit run PIPELINE'")
      throw ExitCodes.failure
    }
    guard FileManager.default.changeCurrentDirectoryPath(run.folder) else {
      Console.report("error: the folder that the run \(run.run) was started in is gone: \(run.folder)")
      throw ExitCodes.failure
    }
    Console.report("going on with the run \(run.run)")
    // Its own file is replaced as soon as it begins.
    return withoutDay(run.arguments) + ["--date", run.date, "--run-id", run.run]
  }

  private static func withoutDay(_ arguments: [String]) -> [String] {
    var kept: [String] = []
    var skip = false
    for argument in arguments {
      if skip {
        skip = false
      } else if ["--date", "--run-id"].contains(argument) {
        skip = true
      } else if !argument.hasPrefix("--date=") && !argument.hasPrefix("--run-id=") {
        kept.append(argument)
      }
    }
    return kept
  }
}
