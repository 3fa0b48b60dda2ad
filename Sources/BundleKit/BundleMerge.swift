import Foundation
import StageKit

/// Several bundles in one: every document once, parts that need no change copied as they are.
///
/// Documents stand in the order of the bundles. Tables (`stories.jsonl`, `duplicates.csv`, `quarantine.jsonl`,
/// `dropped.jsonl`) are joined; what else a bundle has is kept under `from/00001/` and on, each bundle's apart.
public struct BundleMerge: Sendable {
  /// What becomes of documents and stories that have the same id in two bundles, and are not the same.
  public enum Conflicts: String, Sendable, CaseIterable {
    /// Nothing is written.
    case fail
    /// That of the first bundle is kept.
    case first
    /// That of the last bundle is kept.
    case last
  }

  /// What was merged.
  public struct Outcome: Sendable, Equatable, Encodable {
    /// How many documents there are now.
    public internal(set) var documents = 0
    /// How many were left out, since an earlier bundle has the same.
    public internal(set) var repeated = 0
    /// How many were left out, since another bundle's was preferred.
    public internal(set) var outvoted = 0
    /// How many parts were copied without compressing them again.
    public internal(set) var copiedParts = 0
  }

  let bundles: [BundleReader]
  let conflicts: Conflicts
  let level: Int
  let workers: Int
  /// Whether the last bundle's own members (brief, report, pipeline) stand for the whole.
  let continuesLast: Bool
  /// The columns of `duplicates.csv`, if they are known.
  public var schema: TableSchema?

  /// A merge.
  ///
  /// - Parameters:
  ///   - bundles: in the order in which their documents are to stand.
  ///   - conflicts: what becomes of different documents of one id.
  ///   - level: how hard to compress what has to be.
  ///   - workers: how many threads compress.
  ///   - continuesLast: whether the last bundle is a run that adds to the others: its brief, report and pipeline keep
  ///     their names.
  public init(
    _ bundles: [BundleReader], conflicts: Conflicts = .fail, level: Int = 6, workers: Int, continuesLast: Bool = false
  ) {
    self.bundles = bundles
    self.conflicts = conflicts
    self.level = level
    self.workers = workers
    self.continuesLast = continuesLast
  }

  /// Writes the merged bundle under a hidden name.
  ///
  /// - Parameters:
  ///   - url: where it is to be; may be that of a bundle that is merged.
  ///   - additions: further keys for `datapackage.json`, such as "toolkit", once it is known what is in it.
  /// - Throws: `BundleError` for damage, and for different documents of one id if these are not allowed.
  public func write(
    to url: URL, name: String, adding additions: (Outcome) -> [String: any Encodable & Sendable] = { _ in [:] }
  ) async throws -> (bundle: SealedBundle, outcome: Outcome) {
    var outcome = Outcome()
    let left = try await WorkQueue.run { () throws(BundleError) in try MergeChoice(bundles, conflicts) }
    (outcome.documents, outcome.repeated, outcome.outvoted) = (left.documents, left.repeated, left.outvoted)
    let writer = try BundleWriter(at: url, level: level, workers: workers)
    defer { writer.abort() }
    for (number, reader) in bundles.enumerated() {
      for part in reader.documentParts {
        try await add(part, of: reader, without: left.offsets(in: part.name, ofBundle: number), to: writer, &outcome)
      }
    }
    if let schema { writer.describe("duplicates.csv", as: schema) }
    let tables = try await WorkQueue.run { () throws(BundleError) in try MergedTables(bundles, conflicts) }
    for (name, file) in tables.files { try await writer.add(name, contentsOf: file) }
    try await addOthers(to: writer)
    var keys = additions(outcome)
    keys["parents"] = try bundles.map { reader throws(BundleError) in
      Parent(name: reader.url.lastPathComponent, id: try reader.id())
    }
    return (try await writer.seal(name: name, adding: keys), outcome)
  }

  /// A bundle that this one was made from.
  private struct Parent: Encodable, Sendable {
    let name: String
    let id: String
  }

  private func add(
    _ part: Member, of reader: BundleReader, without skipped: Set<Int>, to writer: BundleWriter,
    _ outcome: inout Outcome
  ) async throws {
    // Small parts are joined: a bundle of many small ones would be slow to read.
    if skipped.isEmpty, part.isSmall, part.bytes >= PartBounds.standard.least {
      try await writer.append(part: part, of: reader, to: "documents")
      outcome.copiedParts += 1
      return
    }
    for try await line in BundleLines(reader: reader, members: [part], workers: 1) where !skipped.contains(line.offset)
    {
      try await writer.append(line.bytes, to: "documents", id: line.id)
    }
  }

  /// Whether a member is made anew or stands elsewhere.
  private static func isJoined(_ name: String) -> Bool {
    name.hasPrefix("documents/") || name.hasPrefix("index/") || BundleSignature.isName(name)
      || [IndexTable.name, Manifest.name].contains(name) || MergedTables.names.contains(name)
  }

  /// Adds what belongs to one bundle only, each bundle's in a folder of its own.
  private func addOthers(to writer: BundleWriter) async throws {
    var folders = 0
    for (number, reader) in bundles.enumerated() {
      let others = reader.members.filter { !Self.isJoined($0.name) }
      let isLast = continuesLast && number == bundles.count - 1
      // What the bundle itself was merged from keeps its folders, under new numbers.
      var renumbered: [Substring: String] = [:]
      var own: String?
      for member in others {
        let segments = member.name.split(separator: "/", maxSplits: 2)
        var name = member.name
        if segments.count == 3, segments[0] == "from" {
          if renumbered[segments[1]] == nil {
            folders += 1
            renumbered[segments[1]] = Self.folder(folders)
          }
          name = "\(renumbered[segments[1]] ?? "")/\(segments[2])"
        } else if !isLast {
          if continuesLast, isInLast(member) { continue }
          if own == nil {
            folders += 1
            own = Self.folder(folders)
          }
          name = "\(own ?? "")/\(member.name)"
        }
        try await writer.add(name, copying: member, of: reader)
      }
    }
  }

  /// Whether the last bundle has the very same.
  private func isInLast(_ member: Member) -> Bool {
    let same = bundles.last?.member(member.name)
    return same?.bytes == member.bytes && same?.crc32 == member.crc32
  }

  private static func folder(_ number: Int) -> String {
    let digits = String(number)
    return "from/" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }
}
