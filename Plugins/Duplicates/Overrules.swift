import Foundation
import StageKit

/// An analyst's decisions on which documents are the same article; they win over what is computed.
///
/// The file is a list of entries, each with two or more ids, and if need be who decided it and why:
///
///     - same: [3f2a90b1c4d5e6f7, 77aa01b2c3d4e5f6]
///       by: R. Haddad
///       why: the agency confirmed it
///     - different: [3f2a90b1c4d5e6f7, 0badc0de0badc0de]
///
/// `same` puts all of its documents into one group; `different` keeps every two of them apart.
public struct Overrules: Sendable, Equatable {
  /// One entry of the file.
  public struct Entry: Sendable, Equatable {
    /// One article, or as many as there are documents.
    public var verdict: Document.Decision.Verdict
    /// The documents.
    public var ids: [String]
    /// Who decided it.
    public var by: String?
    /// Why.
    public var why: String?
    /// Where the entry stands.
    public var location: SourceLocation
    /// Where each id stands.
    var places: [SourceLocation] = []
  }

  /// The file, as the pipeline names it.
  public let path: String
  /// The entries, in the order of the file.
  public let entries: [Entry]
  /// The file, byte for byte.
  public let bytes: Data

  /// Decisions that were read from a file.
  init(path: String, entries: [Entry], bytes: Data) {
    self.path = path
    self.entries = entries
    self.bytes = bytes
  }

  /// The fewest pairs of documents that say what the entries do, each with its entry: `same` as a chain, `different`
  /// as all pairs.
  var pairs: [(entry: Entry, a: String, b: String)] {
    entries.flatMap { entry -> [(Entry, String, String)] in
      switch entry.verdict {
      case .same: zip(entry.ids, entry.ids.dropFirst()).map { (entry, $0, $1) }
      case .different:
        entry.ids.indices.flatMap { i in entry.ids[(i + 1)...].map { (entry, entry.ids[i], $0) } }
      }
    }
  }
}

extension Overrules: ConfigValue {
  /// A path.
  public static var schema: JSONValue { InputPath.schema }

  /// The path with the hash of the content: decisions are options, and other decisions are other options.
  public var json: JSONValue {
    .object(["path": .string(path), "sha256": .string(ContentHash.sha256(Array(bytes)))])
  }

  /// Reads the file that an option names; its mistakes are reported with its own lines.
  public static func read(_ node: ConfigNode, _ reader: inout ConfigReader) -> Overrules? {
    guard let path = InputPath.read(node, &reader), let (root, bytes) = reader.readYAML(path) else { return nil }
    let before = reader.diagnostics.count
    var parser = Parser(reader: reader)
    let entries = root.map { parser.entries($0) } ?? []
    parser.refuseContradictions(in: entries)
    reader.diagnostics = parser.reader.diagnostics
    guard !reader.diagnostics[before...].contains(where: { $0.severity == .error }) else { return nil }
    return Overrules(path: path.text, entries: entries, bytes: bytes)
  }

  /// Reads entries and finds what is wrong with them.
  private struct Parser {
    var reader: ConfigReader
    private static let keys = ["same", "different", "by", "why"]

    mutating func entries(_ root: ConfigNode) -> [Entry] {
      guard !root.isNull else { return [] }
      guard let elements = root.elements else {
        report(
          "wrong-type", "the file must be a list of entries such as - same: [a, b], found \(root.kindDescription)",
          root.location)
        return []
      }
      return elements.compactMap { entry($0) }
    }

    private mutating func entry(_ node: ConfigNode) -> Entry? {
      guard let fields = node.entries else {
        report(
          "wrong-type", "an entry must be a mapping such as same: [a, b], found \(node.kindDescription)", node.location)
        return nil
      }
      for field in fields where !Self.keys.contains(field.key) {
        report(
          "unknown-key", "'\(field.key)' is no part of an entry\(Suggestion.hint(for: field.key, in: Self.keys))",
          field.location)
      }
      let verdicts = Document.Decision.Verdict.allCases.filter { node[$0.rawValue] != nil }
      guard let verdict = verdicts.first, verdicts.count == 1, let list = node[verdict.rawValue] else {
        report(
          "no-decision",
          verdicts.isEmpty
            ? "an entry needs 'same' or 'different'" : "an entry has either 'same' or 'different', not both",
          node.location)
        return nil
      }
      var entry = Entry(verdict: verdict, ids: [], location: node.location)
      entry.by = text("by", node)
      entry.why = text("why", node)
      guard let elements = list.elements, elements.count >= 2 else {
        report(
          "wrong-type", "'\(verdict.rawValue)' must be a list of two or more ids, found \(list.kindDescription)",
          list.location)
        return nil
      }
      for element in elements {
        guard let id = element.text, !element.isNull, !id.isEmpty else {
          report("wrong-type", "an id must be a text, found \(element.kindDescription)", element.location)
          continue
        }
        guard !entry.ids.contains(id) else {
          report("twice", "'\(id)' stands twice in this entry", element.location)
          continue
        }
        entry.ids.append(id)
        entry.places.append(element.location)
      }
      return entry.ids.count == elements.count ? entry : nil
    }

    private mutating func text(_ key: String, _ node: ConfigNode) -> String? {
      guard let value = node[key], !value.isNull else { return nil }
      guard let text = value.text else {
        report("wrong-type", "'\(key)' must be a text, found \(value.kindDescription)", value.location)
        return nil
      }
      return text
    }

    /// Reports documents that must be kept apart and are the same by what other entries say.
    mutating func refuseContradictions(in entries: [Entry]) {
      var sets = DisjointSets(count: 0)
      var numbers: [String: Int] = [:]
      for id in entries.flatMap(\.ids) where numbers[id] == nil { numbers[id] = sets.add() }
      func areSame(_ a: String, _ b: String) -> Bool {
        guard let x = numbers[a], let y = numbers[b] else { return false }
        return sets.root(of: x) == sets.root(of: y)
      }
      for entry in entries where entry.verdict == .same {
        for (a, b) in zip(entry.ids, entry.ids.dropFirst()) {
          if let x = numbers[a], let y = numbers[b] { sets.join(x, y) }
        }
      }
      for entry in entries where entry.verdict == .different {
        for (index, id) in entry.ids.enumerated() {
          guard let other = entry.ids[..<index].first(where: { areSame($0, id) }) else {
            continue
          }
          let same = entries.first { $0.verdict == .same && $0.ids.contains(id) }
          let line = same?.location.line.map { " (see line \($0))" } ?? ""
          report(
            "contradiction", "'\(other)' and '\(id)' can't be kept apart: by other entries they are the same\(line)",
            entry.places[index])
        }
      }
    }

    private mutating func report(_ code: String, _ message: String, _ place: SourceLocation) {
      reader.diagnostics.append(.error(code, message, at: place))
    }
  }
}
