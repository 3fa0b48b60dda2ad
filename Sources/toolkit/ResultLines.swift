import Foundation
import StageKit

/// The lines of a result's files as far as `why` reads them: from outside, so what does not fit is passed over.
enum ResultLines {
  /// How to name the document of a line of `documents.jsonl`.
  struct Named: Decodable {
    struct Source: Decodable {
      var path: String?
      var offset: Int?
    }
    var id: String
    var source: Source?

    var candidate: DocumentName.Candidate { .init(id: id, path: source?.path, offset: source?.offset) }
  }

  /// A line of `quarantine.jsonl`, the document's text left out.
  struct Quarantined: Decodable {
    struct Failure: Codable {
      var code: String
      var message: String
    }
    var document: Named
    var error: Failure
    var stage: String
    var use: String?
    var version: String?
  }

  /// A line of `dropped.jsonl`.
  struct Dropped: Decodable {
    var id: String
    var path: String?
    var offset: Int?
    var stage: String
    var reason: String

    var candidate: DocumentName.Candidate { .init(id: id, path: path, offset: offset) }
  }
}

extension ResultFiles {
  /// Looks at every document that the run read or made, by name.
  ///
  /// - Parameter needles: lines without any of them are passed over unread; nil to read all.
  func forEachName(in needles: [Data]?, _ body: (DocumentName.Candidate) -> Void) throws {
    let decoder = JSONDecoder()
    for part in documents {
      try forEachLine(of: part, with: needles) { line in
        guard let named = try? decoder.decode(ResultLines.Named.self, from: line) else { return }
        body(named.candidate)
      }
    }
    try forEachLine(of: "quarantine.jsonl", with: needles) { line in
      guard let item = try? decoder.decode(ResultLines.Quarantined.self, from: line) else { return }
      body(item.document.candidate)
    }
    try forEachLine(of: "dropped.jsonl", with: needles) { line in
      guard let item = try? decoder.decode(ResultLines.Dropped.self, from: line) else { return }
      body(item.candidate)
    }
  }

  /// What somebody may have meant, best first: the document whose name is closest to what was typed, and some that have
  /// it within their names.
  func suggestions(for query: String) throws -> [DocumentName.Candidate] {
    // Winners of some names at a time: all names of a large bundle need not fit memory.
    var names: [String: DocumentName.Candidate] = [:]
    var similar: [DocumentName.Candidate] = []
    func pick() {
      guard let closest = Suggestion.closest(to: query, in: names.keys), let candidate = names[closest] else {
        return names = [:]
      }
      names = [closest: candidate]
    }
    try forEachName(in: nil) { candidate in
      // A file's name alone is what people type.
      let file = candidate.path.map { URL(fileURLWithPath: $0).lastPathComponent }
      for name in [candidate.name, candidate.id, file].compactMap({ $0 }) where names[name] == nil {
        names[name] = candidate
      }
      if candidate.name.localizedCaseInsensitiveContains(query), similar.count < 5, !similar.contains(candidate) {
        similar.append(candidate)
      }
      if names.count >= 3000 { pick() }
    }
    pick()
    let closest = Suggestion.closest(to: query, in: names.keys).flatMap { names[$0] }
    return [closest].compactMap { $0 } + similar.filter { $0 != closest }.sorted()
  }
}
