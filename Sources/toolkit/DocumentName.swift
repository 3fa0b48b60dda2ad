import Foundation

/// Finds out which document somebody means: by id, by path, by file name, by the start of an id or the end of a path.
struct DocumentName {
  /// A document as it can be named.
  struct Candidate: Hashable, Encodable, Comparable {
    var id: String
    var path: String?
    var offset: Int?

    /// By path, then by place in the file.
    static func < (a: Candidate, b: Candidate) -> Bool {
      (a.path ?? "", a.offset ?? 0, a.id) < (b.path ?? "", b.offset ?? 0, b.id)
    }

    /// The path, with the id if the file holds several documents.
    var name: String { path.map { offset == nil ? $0 : "\($0)#\(id)" } ?? id }
  }

  /// How well a candidate fits; the better ones rule out the others.
  private enum Fit: Int, Comparable {
    /// The start of its id, or the end of its path.
    case part
    /// The last names of its path; or its path is the last names of what was typed, as seen from another folder.
    case file
    case path, id

    static func < (a: Fit, b: Fit) -> Bool { a.rawValue < b.rawValue }
  }

  let query: String
  private var best: Fit?
  private var found: [String: Candidate] = [:]
  /// How many fit, those included that were not kept.
  private(set) var count = 0
  /// More are not listed for anybody.
  private static let limit = 1000

  init(_ query: String) {
    self.query = query.hasPrefix("./") ? String(query.dropFirst(2)) : query
  }

  /// Parts of JSON text of which every line has one that names a fitting document.
  var needles: [Data] {
    let parts = [query, query.split(separator: "#").last.map(String.init) ?? query]
    return parts.compactMap { part in
      // Within a string, without the quotes; the escapes are those of our own files.
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.withoutEscapingSlashes]
      return (try? encoder.encode(part)).map { $0.dropFirst().dropLast() }
    }
  }

  /// Those that fit, in the order of paths, each id once: documents of one id are told about together.
  var candidates: [Candidate] { found.values.sorted() }

  /// Looks at a document.
  mutating func consider(_ candidate: Candidate) {
    guard let fit = fit(candidate), fit >= best ?? .part else { return }
    if fit > best ?? .part {
      found = [:]
      count = 0
    }
    best = fit
    guard found[candidate.id] == nil else { return }
    count += 1
    if found.count < Self.limit { found[candidate.id] = candidate }
  }

  private func fit(_ candidate: Candidate) -> Fit? {
    if candidate.id == query || candidate.name == query { return .id }
    if candidate.path == query { return .path }
    guard !query.isEmpty else { return nil }
    for name in [candidate.path, candidate.name].compactMap({ $0 }) {
      if name.hasSuffix("/" + query) || query.hasSuffix("/" + name) { return .file }
    }
    let isPart =
      candidate.id.hasPrefix(query) || candidate.path?.hasSuffix(query) == true || candidate.name.hasSuffix(query)
    return isPart ? .part : nil
  }
}
