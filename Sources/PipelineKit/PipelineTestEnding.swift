import Foundation
import StageKit

/// What came of a test's documents, and how that compares with what was expected.
struct PipelineTestEnding {
  /// What came out at the end, in order; summaries too.
  let documents: [Document]
  /// Why a stage could not process them, by id.
  var quarantined: [String: String] = [:]
  private let byID: [String: Document]

  init(documents: [Document]) {
    self.documents = documents
    byID = Dictionary(documents.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// What does not hold; nil if the expectation does.
  func failure(of expectation: TestExpectation) -> PipelineTestResult.Failure? {
    guard let (expected, found) = mismatch(expectation.claim) else { return nil }
    return .init(expectation.kind.rawValue, at: expectation.location, expected: expected, found: found)
  }

  private func mismatch(_ claim: TestExpectation.Claim) -> (expected: String, found: String)? {
    switch claim {
    case .group(let ids, let same):
      let wanted = same ? "\(Self.list(ids)) in one group of duplicates" : "no two of \(Self.list(ids)) duplicates"
      return compare(ids, wanted, same: same, key: { $0.duplicate?.group }) { document in
        document.duplicate.map { "in the group \($0.group) (\($0.role.rawValue), \($0.kind.rawValue))" }
          ?? "in no group"
      }
    case .story(let ids, let same):
      let wanted = same ? "\(Self.list(ids)) in one story" : "no two of \(Self.list(ids)) in one story"
      return compare(ids, wanted, same: same, key: \.story) { $0.story.map { "in the story \($0)" } ?? "in no story" }
    case .languages(let pairs): return mismatch(languages: pairs)
    case .fate(let ids, let fate):
      let others = ids.filter { self.fate(of: $0) != fate }
      return others.isEmpty ? nil : ("\(Self.list(ids)) \(fate.inWords)", Self.join(others.map(whereabouts)))
    case .count(let number):
      let out = documents.filter { $0.kind != .summary }.map(\.id)
      return out.count == number ? nil : ("\(number) came out", "\(out.count)\(Self.suffix(out))")
    case .summaries(let number):
      let out = documents.filter { $0.kind == .summary }.map(\.id)
      return out.count == number ? nil : ("\(number) summaries", "\(out.count)\(Self.suffix(out))")
    case .field(let id, let path, let value): return mismatch(id, path, value)
    }
  }

  /// Whether all documents are there and have one key, or no two of them the same.
  private func compare(
    _ ids: [String], _ wanted: String, same: Bool, key: (Document) -> String?, say: (Document) -> String
  ) -> (String, String)? {
    let found = ids.compactMap { byID[$0] }
    let keys = found.compactMap(key)
    let holds = same ? keys.count == ids.count && Set(keys).count == 1 : Set(keys).count == keys.count
    guard !holds || found.count < ids.count else { return nil }
    return (wanted, Self.join(ids.map { id in byID[id].map { "\(id) is \(say($0))" } ?? whereabouts(id) }))
  }

  private func mismatch(languages pairs: [TestExpectation.Pair]) -> (String, String)? {
    let wrong = pairs.filter { pair in
      guard let code = byID[pair.id]?.language?.code.lowercased() else { return true }
      return code != pair.code.lowercased() && !code.hasPrefix(pair.code.lowercased() + "-")
    }
    guard !wrong.isEmpty else { return nil }
    let found = wrong.map { pair in
      guard let document = byID[pair.id] else { return whereabouts(pair.id) }
      return document.language.map { "\(pair.id) is in \($0.code)" } ?? "\(pair.id) has no language"
    }
    return (Self.join(wrong.map { "\($0.id) in \($0.code)" }), Self.join(found))
  }

  // MARK: Fields

  /// Fields whose values say nothing of a text.
  private static let shown: Set<String> = [
    "id", "kind", "published", "language", "sentences", "duplicate", "story", "parents", "history",
  ]

  private func mismatch(_ id: String, _ path: String, _ value: JSONValue) -> (String, String)? {
    guard let document = byID[id] else { return ("\(id) with a field \(path)", whereabouts(id)) }
    let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let json = (try? document.jsonLine()).flatMap { try? JSONDecoder().decode(JSONValue.self, from: $0) } ?? .null
    let found = parts.reduce(json) { $0.step($1) }
    guard !found.equals(value) else { return nil }
    let mayShow = Self.shown.contains(parts.first ?? "")
    let expected = value == .null ? "no \(path)" : mayShow ? "\(path) is \(value.short)" : "\(path) as the test has it"
    let actual = found == .null ? "has none" : mayShow ? "has \(found.short)" : "has \(found.shape)"
    return ("\(id): \(expected)", "\(id) \(actual)")
  }

  // MARK: Words

  private func fate(of id: String) -> TestExpectation.Fate {
    byID[id] != nil ? .passed : quarantined[id] != nil ? .quarantined : .dropped
  }

  private func whereabouts(_ id: String) -> String {
    if let reason = quarantined[id], byID[id] == nil { return "\(id) is in quarantine (\(reason))" }
    return "\(id) \(fate(of: id).inWords)"
  }

  private static func join(_ parts: [String]) -> String { parts.joined(separator: "; ") }

  private static func suffix(_ ids: [String]) -> String {
    let more = ids.count > 12 ? ", …" : ""
    return ids.isEmpty ? "" : " (\(ids.prefix(12).joined(separator: ", "))\(more))"
  }

  /// `a`, `a and b`, `a, b and c`.
  private static func list(_ ids: [String]) -> String {
    ids.count < 2 ? ids.joined() : ids.dropLast().joined(separator: ", ") + " and " + (ids.last ?? "")
  }
}

extension TestExpectation.Fate {
  fileprivate var inWords: String {
    switch self {
    case .passed: "came out"
    case .dropped: "was dropped"
    case .quarantined: "is in quarantine"
    }
  }
}

extension JSONValue {
  /// The value under a name, or at a position from 0.
  fileprivate func step(_ key: String) -> JSONValue {
    switch self {
    case .object(let fields): return fields[key] ?? .null
    case .array(let elements):
      guard let index = Int(key), elements.indices.contains(index) else { return .null }
      return elements[index]
    default: return .null
    }
  }

  /// Whether two values are the same; numbers are compared as numbers.
  fileprivate func equals(_ other: JSONValue) -> Bool {
    switch (self, other) {
    case (.integer(let a), .number(let b)), (.number(let b), .integer(let a)): Double(a) == b
    default: self == other
    }
  }

  /// The value on one line, if it is a single one.
  fileprivate var short: String {
    switch self {
    case .null: "nothing"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): "\"\(value.prefix(80))\""
    case .array, .object: shape
    }
  }

  /// What it is, without what it says.
  fileprivate var shape: String {
    switch self {
    case .null: "nothing"
    case .bool, .integer, .number: "another value"
    case .string(let value): "another text, of \(value.count) characters"
    case .array(let elements): "a list of \(elements.count)"
    case .object: "a mapping"
    }
  }
}
