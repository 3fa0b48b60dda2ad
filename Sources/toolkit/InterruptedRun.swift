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
  ///
  /// - Parameter arguments: the command line that it was started with, without the program.
  static func begin(_ info: RunInfo, arguments: [String], identity: String, cache: URL) -> InterruptedRun {
    let run = InterruptedRun(
      run: info.id, date: info.date, arguments: arguments, folder: FileManager.default.currentDirectoryPath,
      identity: identity, process: getpid(), processStart: startTime(of: getpid()))
    try? FileManager.default.createDirectory(at: directory(in: cache), withIntermediateDirectories: true)
    try? PartialFiles.write(JSONLine.encode(run), to: run.file(in: cache), run: info.id)
    return run
  }

  /// Notes that a run has ended: nothing is left to go on with. If it ended well, that holds for runs of the same
  /// pipeline too that were killed before.
  func end(cache: URL, isWell: Bool) {
    try? FileManager.default.removeItem(at: file(in: cache))
    guard isWell else { return }
    for other in Self.all(in: cache) where other.identity == identity {
      try? FileManager.default.removeItem(at: other.file(in: cache))
    }
  }

  /// The runs whose processes are gone, the latest first.
  static func all(in cache: URL) -> [InterruptedRun] {
    let directory = directory(in: cache)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    return names.sorted(by: >).compactMap { name in
      let file = directory.appendingPathComponent(name)
      guard name.hasSuffix(".json"), let data = try? Data(contentsOf: file),
        let run = try? JSONDecoder().decode(InterruptedRun.self, from: data), run.file(in: cache).path == file.path
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
