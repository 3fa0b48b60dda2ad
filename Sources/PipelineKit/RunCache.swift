import Foundation
import StageKit

/// What a run takes over from earlier ones, and leaves for later ones.
public struct RunCache: Sendable {
  /// Results of stages, by document.
  public let store: any ResultStore
  /// Where memories of runs lie.
  public let directory: URL
  /// Tells two builds of toolkit with one version apart.
  public let build: String
  /// What makes two runs runs of one pipeline: the file's absolute path, and what the command line put in its place.
  public let identity: String
  /// What the program wants to say again when a run is repeated from memory: at its end it is asked for it, and later
  /// given it back.
  public let brief: Brief

  /// How the program's own words about documents are kept.
  public struct Brief: Sendable {
    /// What to keep.
    public let save: @Sendable () -> Data?
    /// Takes back what was kept; false if it can't be understood, and then the run is not repeated from memory.
    public let restore: @Sendable (Data) -> Bool

    /// Two functions that undo each other.
    public init(save: @escaping @Sendable () -> Data?, restore: @escaping @Sendable (Data) -> Bool) {
      self.save = save
      self.restore = restore
    }

    /// Nothing to keep.
    public static let none = Brief(save: { nil }, restore: { _ in true })
  }

  /// A cache in a folder.
  public init(store: any ResultStore, directory: URL, build: String, identity: String, brief: Brief = .none) {
    self.store = store
    self.directory = directory
    self.build = build
    self.identity = identity
    self.brief = brief
  }

  /// The file with the memory of the last run.
  var memoryFile: URL { file("json") }

  /// The file with the keys of the documents of the last run.
  var documentsFile: URL { file("documents") }

  /// The list of the documents that the last run dropped.
  var droppedFile: URL { file("dropped.jsonl") }

  private func file(_ ending: String) -> URL {
    directory.appendingPathComponent("pipelines/\(ContentKey(of: identity).text).\(ending)")
  }
}

/// How a run that would start now differs from the last one that ended well.
public enum RunChanges: Sendable, Equatable {
  /// There was none, or nobody remembers it.
  case first
  /// Nothing has changed, and what that run wrote still stands.
  case none(since: String)
  /// These things have changed, in words.
  case some([String])
}

extension RunMemory {
  /// What differs from what would be remembered of a run now.
  ///
  /// - Parameter now: the same facts of the run that would start; its outputs and report play no part.
  func changes(to now: RunMemory, date ignoresDate: Bool) -> [String] {
    var found: [String] = []
    if inputs == nil || now.inputs == nil {
      found.append("whether the sources have changed can only be told by reading them")
    } else if inputs != now.inputs {
      found.append("the files to read have changed")
    }
    found += stageChanges(to: now)
    if pipeline != now.pipeline { found.append("the pipeline file was edited, and bundles hold a copy of it") }
    if !ignoresDate, date != now.date { found.append("the day is \(now.date) and was \(date)") }
    if found.isEmpty, !outputsStand { found.append("what was written has been changed or removed since") }
    return found
  }

  /// What differs in the stages.
  private func stageChanges(to now: RunMemory) -> [String] {
    guard stages.map(\.id) == now.stages.map(\.id) else { return ["stages were added, removed, renamed or moved"] }
    return zip(stages, now.stages).filter { $0.key != $1.key }.map { before, after in
      Self.difference(before, after, self, now)
    }
  }

  /// Why a stage's key differs, in words.
  static func difference(_ before: Stage, _ after: Stage, _ old: RunMemory, _ new: RunMemory) -> String {
    if before.use != after.use { return "\(after.id): it was \(before.use) and is \(after.use)" }
    if before.version != after.version {
      return "\(after.id): its version was \(before.version) and is \(after.version)"
    }
    if case .object(let old) = before.options, case .object(let new) = after.options, old != new {
      let keys = Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }
      let words = keys.map { key in
        "\(key) was \(old[key].map(short) ?? "not there") and is \(new[key].map(short) ?? "not there")"
      }
      return "\(after.id): \(words.joined(separator: "; "))"
    }
    if old.build != new.build { return "\(after.id): toolkit was built anew" }
    if old.models != new.models { return "\(after.id): the models of this machine have changed" }
    return "\(after.id): 'when', 'timeout' or 'on-error' has changed, or an option from the environment"
  }

  private static func short(_ value: JSONValue) -> String {
    let text = (try? JSONLine.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "?"
    return text.count > 60 ? String(text.prefix(59)) + "…" : text
  }
}
