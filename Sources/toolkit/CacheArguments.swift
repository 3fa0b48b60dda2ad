import ArgumentParser
import Foundation
import PipelineKit
import StageKit

/// What `run` and `plan` have in common about results of earlier runs.
struct CacheArguments: ParsableArguments {
  @Option(
    name: .customLong("cache-dir"),
    help: ArgumentHelp(
      "Where results of earlier runs and work in progress lie. (default: TOOLKIT_CACHE_DIR, else the platform's place)",
      valueName: "dir"))
  var directory: String?

  @Flag(name: .customLong("no-cache"), help: "Use no results of earlier runs, and keep none.")
  var isOff = false

  /// Where the cache lies.
  var url: URL { directory.map { URL(fileURLWithPath: $0, isDirectory: true) } ?? Surroundings.cacheDirectory }

  /// How much of it may lie there: `TOOLKIT_CACHE_SIZE`, else the standard.
  private var limit: Int {
    guard let text = ProcessInfo.processInfo.environment["TOOLKIT_CACHE_SIZE"], !text.isEmpty else {
      return SegmentStore.standardLimit
    }
    if let bytes = CacheSize.bytes(text) { return bytes }
    Console.report("warning: TOOLKIT_CACHE_SIZE is no size such as 500 MB or 8 GiB; the standard is taken")
    return SegmentStore.standardLimit
  }

  /// Results of earlier runs, of whatever pipeline; nil if none are wanted. To be closed.
  func openStore() -> SegmentStore? {
    guard !isOff else { return nil }
    return SegmentStore(directory: url.appendingPathComponent("results", isDirectory: true), limit: limit) {
      Console.report("warning: \($0)")
    }
  }

  /// What earlier runs of a pipeline left; nil if none of it is wanted. To be closed.
  ///
  /// - Parameters:
  ///   - arguments: what makes the pipeline this one.
  ///   - brief: how the brief is kept.
  func open(for arguments: PipelineArguments, brief: RunCache.Brief = .none) -> (cache: RunCache, store: SegmentStore)?
  {
    guard let store = openStore() else { return nil }
    let cache = RunCache(
      store: store, directory: url, build: Surroundings.build, identity: arguments.identity, brief: brief)
    return (cache, store)
  }
}

extension PipelineArguments {
  /// What makes two runs runs of one pipeline: where the file lies, and the paths that take the place of its own.
  var identity: String {
    let here = FileManager.default.currentDirectoryPath
    let file = URL(fileURLWithPath: pipeline).standardizedFileURL.path
    return ([file] + (paths.isEmpty ? [] : [here] + paths)).joined(separator: "\n")
  }
}

extension Surroundings {
  /// Tells this build of toolkit from others of its version: size and time of the program file.
  static let build: String = {
    let path = Bundle.main.executablePath ?? CommandLine.arguments.first ?? ""
    guard let mark = FileMark(path: path) else { return "unknown" }
    return "\(mark.bytes) \(mark.modified.map(String.init).joined(separator: "."))"
  }()
}
