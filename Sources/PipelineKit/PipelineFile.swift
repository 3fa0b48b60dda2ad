import Foundation
import StageKit

/// A pipeline file as it is written: its name and its stages, not yet matched with any plugin.
struct PipelineFile {
  /// One entry of `stages:`.
  struct Entry {
    /// Unique in the file; the stage's name if none is given.
    var id: String
    /// The stage's name.
    var use: String
    /// Where `use` stands.
    var location: SourceLocation
    /// The options.
    var with: ConfigNode?
    /// How many documents at once; nil for the run's.
    var workers: Int?
    /// How long one document may take.
    var timeout: Duration?
    /// How often a document that failed is tried again.
    var retries = 0
    /// What becomes of a document that the stage throws on.
    var onError = OnError.quarantine
    /// Which documents the stage sees; nil for all.
    var condition: Condition?
    /// Where `when`, `workers` and `timeout` stand, for messages.
    var places: [String: SourceLocation] = [:]
  }

  /// What becomes of a document that a stage throws on.
  enum OnError: String, ConfigValue, CaseIterable {
    /// It goes to quarantine and the run goes on.
    case quarantine
    /// The run ends.
    case fail
  }

  /// The pipeline's name; the file's name if none is given.
  var name: String
  /// How many documents may end in quarantine; nil for any number.
  var maximumQuarantine: QuarantineLimit?
  /// In order.
  var entries: [Entry]
  /// What must come out of which documents, in order.
  var tests: [PipelineTest] = []

  /// Reads the root of a file; every mistake goes to `reader`, and what can be read is returned all the same.
  init(_ root: ConfigNode, file: String, _ reader: inout ConfigReader) {
    name = Self.defaultName(of: file)
    entries = []
    guard let fields = root.entries else {
      reader.diagnostics.append(
        .error("wrong-type", "a pipeline file is a mapping with version, name and stages", at: root.location))
      return
    }
    reader.refuseUnknownKeys(of: fields, known: Self.topKeys.names, what: "a pipeline")
    Self.checkVersion(root, &reader)
    if let node = root["name"] { readName(node, &reader) }
    if let node = root["max-quarantine"] {
      reader.option = "max-quarantine"
      maximumQuarantine = QuarantineLimit.read(node, &reader)
    }
    guard let stages = root["stages"] else {
      reader.diagnostics.append(.error("missing-key", "'stages' is missing: the list of what to do", at: root.location))
      return
    }
    guard let elements = stages.elements, !elements.isEmpty else {
      reader.diagnostics.append(
        .error("wrong-type", "'stages' must be a list with at least one '- use: …'", at: stages.location))
      return
    }
    entries = elements.compactMap { Self.readEntry($0, &reader) }
    refuseTwins(&reader)
    if let node = root["tests"] { tests = PipelineTest.readList(node, &reader) }
  }

  /// The file's name without its ending, as a name may be: it becomes part of the names of other files.
  private static func defaultName(of file: String) -> String {
    let stem = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    let allowed = stem.unicodeScalars.map { scalar -> Character in
      switch scalar {
      case "A"..."Z", "a"..."z", "0"..."9", ".", "_", "-": Character(scalar)
      default: "-"
      }
    }
    let name = String(allowed.drop { !$0.isLetter && !$0.isNumber }.prefix(64))
    return name.isEmpty ? "pipeline" : name
  }

  private static func checkVersion(_ root: ConfigNode, _ reader: inout ConfigReader) {
    guard let version = root["version"] else {
      reader.diagnostics.append(.error("missing-key", "'version: 1' is missing", at: root.location))
      return
    }
    if version.plainText != "1" {
      reader.diagnostics.append(
        .error(
          "unknown-version", "this toolkit reads version 1 of pipeline files, not \(version.kindDescription)",
          at: version.location))
    }
  }

  private mutating func readName(_ node: ConfigNode, _ reader: inout ConfigReader) {
    reader.option = "name"
    guard let text = String.read(node, &reader) else { return }
    guard text.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,63}/) != nil else {
      reader.diagnostics.append(
        .error(
          "bad-name", "'name' becomes part of file names: up to 64 letters, digits, '.', '_' and '-'", at: node.location
        ))
      return
    }
    name = text
  }

  private static func readEntry(_ node: ConfigNode, _ reader: inout ConfigReader) -> Entry? {
    guard let fields = node.entries else {
      let hint = node.text.map { "; write '- use: \($0)'" } ?? ""
      reader.diagnostics.append(
        .error("wrong-type", "a stage is a mapping with 'use', found \(node.kindDescription)\(hint)", at: node.location)
      )
      return nil
    }
    reader.refuseUnknownKeys(of: fields, known: entryKeys.names, what: "a stage")
    guard let useNode = node["use"] else {
      reader.diagnostics.append(.error("missing-key", "'use' is missing: the name of the stage", at: node.location))
      return nil
    }
    func value<Value: ConfigValue>(_ key: String, _ type: Value.Type = Value.self) -> Value? {
      guard let field = node[key] else { return nil }
      reader.option = key
      return Value.read(field, &reader)
    }
    guard let use: String = value("use") else { return nil }
    var entry = Entry(id: use, use: use, location: useNode.location)
    entry.with = node["with"]
    if let id: String = value("id") {
      entry.id = id
      if id.wholeMatch(of: /[a-z0-9_-]{1,64}/) == nil {
        let place = node["id"]?.location ?? node.location
        reader.diagnostics.append(.error("bad-id", "'\(id)' must be of a-z, 0-9, '_' and '-', up to 64", at: place))
      }
    }
    if let workers: Int = value("workers") {
      if (1...256).contains(workers) {
        entry.workers = workers
      } else {
        let place = node["workers"]?.location ?? node.location
        reader.diagnostics.append(
          .error("out-of-range", "'workers' is \(workers), but must be from 1 to 256", at: place))
      }
    }
    entry.timeout = value("timeout")
    if let retries: Int = value("retries") {
      if Retries.range.contains(retries) {
        entry.retries = retries
      } else {
        let (place, range) = (node["retries"]?.location ?? node.location, Retries.range)
        reader.diagnostics.append(
          .error(
            "out-of-range", "'retries' is \(retries), but must be from \(range.lowerBound) to \(range.upperBound)",
            at: place))
      }
    }
    entry.onError = value("on-error") ?? .quarantine
    entry.condition = value("when")
    for field in fields { entry.places[field.key] = field.location }
    return entry
  }

  private func refuseTwins(_ reader: inout ConfigReader) {
    var first: [String: SourceLocation] = [:]
    for entry in entries {
      if let earlier = first[entry.id] {
        let line = earlier.line.map { " on line \($0)" } ?? ""
        reader.diagnostics.append(
          .error(
            "duplicate-id", "the stage\(line) is called '\(entry.id)' too; give one of them an 'id' of its own",
            at: entry.places["id"] ?? entry.location))
      } else {
        first[entry.id] = entry.location
      }
    }
  }
}
