import ArgumentParser
import Foundation
import PipelineKit
import StageKit

/// `toolkit cache …`: what earlier runs have kept for later ones.
struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "Show or clear what runs keep for later runs.",
    discussion: """
      The cache lies in TOOLKIT_CACHE_DIR, or in toolkit's folder where the platform keeps caches. TOOLKIT_CACHE_SIZE \
      is the most that results may take, such as 500MB or 20GiB (default: 8GiB).
      """,
    subcommands: [CacheInfoCommand.self, CacheClearCommand.self])

  /// `--cache-dir` and `--format`.
  struct Options: ParsableArguments {
    @Option(help: "The cache folder. (default: TOOLKIT_CACHE_DIR, else where the platform keeps caches)")
    var cacheDir: String?

    @Option(help: "text or json.")
    var format = OutputFormat.text

    /// The cache folder.
    var cache: URL { cacheDir.map { URL(fileURLWithPath: $0, isDirectory: true) } ?? Surroundings.cacheDirectory }

    /// Where results lie in it.
    var results: URL { cache.appendingPathComponent("results", isDirectory: true) }
  }

  /// What `--format json` says of results; times are UTC, as in reports of runs.
  struct Results: Encodable {
    var entries: Int
    var bytes: Int
    var segments: Int
    var oldest: String?
    var newest: String?

    init(_ info: SegmentStore.Info) {
      (entries, bytes, segments) = (info.entries, info.bytes, info.segments)
      oldest = info.oldest?.formatted(.iso8601)
      newest = info.newest?.formatted(.iso8601)
    }
  }

  /// Does something with files; what goes wrong is reported, and ends the command.
  static func attempt<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as StageError {
      Console.report("error: \(error.message)")
      throw ExitCodes.failure
    }
  }

  /// What results may take: `TOOLKIT_CACHE_SIZE`, or the default.
  ///
  /// - Throws: a usage error if it is no size.
  static func limit() throws -> Int {
    guard let text = ProcessInfo.processInfo.environment["TOOLKIT_CACHE_SIZE"], !text.isEmpty else {
      return SegmentStore.standardLimit
    }
    guard let bytes = CacheSize.bytes(text) else {
      throw ValidationError("TOOLKIT_CACHE_SIZE must be a size like 500MB or 20GiB, found '\(text)'")
    }
    return bytes
  }
}

/// `toolkit cache info`: how much there is.
struct CacheInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "info", abstract: "Show how much is kept, and where.")

  @OptionGroup var options: CacheCommand.Options

  private struct Description: Encodable {
    var directory: String
    var limitBytes: Int
    var results: CacheCommand.Results
    var leftoverRuns: RunLeftovers
  }

  func run() throws {
    let limit = try CacheCommand.limit()
    let results = try CacheCommand.attempt { try SegmentStore.info(directory: options.results) }
    let runs = RunLeftovers.find(in: options.cache)
    if options.format == .json {
      return try Console.print(
        json: Description(
          directory: options.cache.path, limitBytes: limit, results: .init(results), leftoverRuns: runs))
    }
    Console.print(options.cache.path)
    Console.print(
      "  results        \(results.entries) in \(count(results.segments, "file")), \(CacheSize.text(results.bytes)) of at "
        + "most \(CacheSize.text(limit))")
    if let oldest = results.oldest, let newest = results.newest {
      Console.print("  kept since     \(Self.time(oldest)), last used \(Self.time(newest))")
    }
    Console.print("  runs left over \(runs.folders), \(CacheSize.text(runs.bytes))")
  }

  private static func time(_ date: Date) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = "yyyy-MM-dd HH:mm"
    return formatter.string(from: date)
  }
}

/// `toolkit cache clear`: start from nothing.
struct CacheClearCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clear", abstract: "Remove all results that were kept, and what dead runs left.",
    discussion: "Models stay. Runs that are under way go on, and compute again what they miss.")

  @OptionGroup var options: CacheCommand.Options

  private struct Description: Encodable {
    var directory: String
    var freedBytes: Int
    var results: CacheCommand.Results
    var leftoverRuns: RunLeftovers
  }

  func run() throws {
    let (results, runs) = try CacheCommand.attempt {
      (try SegmentStore.clear(directory: options.results), try RunLeftovers.remove(in: options.cache))
    }
    let freed = results.bytes + runs.bytes
    if options.format == .json {
      return try Console.print(
        json: Description(
          directory: options.cache.path, freedBytes: freed, results: .init(results), leftoverRuns: runs))
    }
    Console.print(
      "removed \(count(results.entries, "result")) and \(count(runs.folders, "folder")) of dead runs from "
        + "\(options.cache.path): \(CacheSize.text(freed)) freed")
  }
}
