import BundleKit
import Foundation
import StageKit

/// `read-bundle`: the documents of one bundle or several, after the bundles were verified.
public struct ReadBundle: Source {
  /// The options of `read-bundle`.
  public struct Options: StageOptions {
    /// What becomes of the results that documents bring along.
    public enum Results: String, ConfigValue, CaseIterable {
      /// Duplicates, stories and summaries come along.
      case keep
      /// They are left behind, to be found anew.
      case drop
    }

    var paths: [InputPath] = []
    var results = Results.keep

    /// All defaults.
    public init() {}

    /// The table of options.
    public static let settings: [Setting<Options>] = [
      Setting(
        "paths", \.paths, "The bundles to read, in this order; patterns stand for what they match, by name.",
        required: true),
      Setting(
        "results", \.results,
        "Whether duplicates, stories and summaries come along (keep) or are left behind, to be found anew (drop)."),
    ]
  }

  /// As YAML spells it.
  public static let name = "read-bundle"
  /// For `toolkit stages`.
  public static let summary = "Reads the documents of bundles, once they have proved to be whole."
  /// What a bundle's documents bring along.
  public static let provides = Facet.allCases

  private let options: Options
  private let context: StageContext

  /// Looks at nothing yet.
  public init(_ options: Options, in context: StageContext) async throws {
    self.options = options
    self.context = context
  }

  /// Says which bundles are not there.
  public static func check(_ options: Options, in plan: PlanContext) -> [Diagnostic] {
    options.paths.compactMap { path in
      path.files.isEmpty || !path.isPattern && !FileManager.default.fileExists(atPath: path.url.path)
        ? .error("missing-file", "there is no file '\(path.text)'", at: path.location) : nil
    }
  }

  /// Sizes and times of change of the bundles.
  public func snapshot() async throws -> ContentKey? {
    return try await offload { [options] in
      let paths = options.paths.flatMap(\.files).map(\.url.path)
      return ContentKey(of: paths.map { "\($0)\n\(FileMark(path: $0)?.numbers ?? [])" }.joined(separator: "\n"))
    }
  }

  /// Verifies and reads one bundle after the other.
  public func read(into outlet: any Outlet) async throws {
    // What was read so far: the same document in two bundles is one document.
    var seen: [String: String] = [:]
    for path in try await offload({ [options] in options.paths.flatMap(\.files) }) {
      do {
        let reader = try await offload { try BundleReader(at: path.url) }
        try await reader.refuseDamage(path.text, workers: context.workers)
        try await read(reader, path.text, &seen, into: outlet)
      } catch let error as BundleError {
        throw StageError(error.code.rawValue, "\(error)")
      }
    }
  }

  private func read(
    _ reader: BundleReader, _ path: String, _ seen: inout [String: String], into outlet: any Outlet
  ) async throws {
    let decoder = JSONDecoder()
    for try await row in reader.lines(workers: context.workers) where !row.bytes.isEmpty {
      let line = row.bytes
      guard var document = try? decoder.decode(Document.self, from: line) else {
        let place = "\(path), \(row.member), line \(row.number)"
        try await outlet.quarantine(
          Document(unreadAt: place, line),
          because: StageError("bad-document", "\(place) is no document as toolkit writes them"))
        continue
      }
      let content = ContentHash.sha256(line)
      if seen[document.id] == content {
        try await outlet.drop(document, because: "it was read before, with the same content")
        continue
      }
      seen[document.id] = content
      if options.results == .drop {
        if document.kind == .summary {
          try await outlet.drop(document, because: "summaries are left behind")
          continue
        }
        document.duplicate = nil
        document.decisions = nil
        document.earlier = nil
        document.story = nil
      }
      try await outlet.pass(document)
    }
  }
}

extension InputPath {
  /// The files that a pattern matches, by name; of a path that is none, the path itself.
  fileprivate var files: [InputPath] {
    guard isPattern else { return [self] }
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(url.path, 0, nil, &found) == 0, let names = found.gl_pathv else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { names[$0].map { String(cString: $0) } }.sorted().map {
      InputPath($0, base: base, location: location)
    }
  }
}
