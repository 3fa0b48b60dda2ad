import StageKit

/// The duplicates of a corpus: which document is a copy of which, found step by step, and at last the field of each.
///
/// Documents are numbered by rank, so that of several the first represents. Each step leaves fewer documents that
/// stand for themselves, and the next step compares only those.
struct DuplicateGroups: Sendable {
  /// What ties a copy to the document that it was compared with.
  struct Link: Sendable {
    /// The other document.
    var of: Int
    /// What kind of copy.
    var kind: Document.DuplicateKind
    /// How sure it is, from 0 to 1.
    var score: Double
    /// The share of the copy's text that is in the other one, and the other's share that is in the copy.
    var coverage: (mine: Double, theirs: Double)
    /// Sentences that say the same, for translations.
    var evidence: [Document.Evidence] = []

    /// The same tie as the other document sees it.
    func reversed(of copy: Int) -> Link {
      Link(
        of: copy, kind: kind, score: score, coverage: (coverage.theirs, coverage.mine),
        evidence: evidence.map { .init(mine: $0.theirs, theirs: $0.mine, score: $0.score) }
          .sorted { ($0.mine, $0.theirs) < ($1.mine, $1.theirs) })
    }
  }

  private let ids: [String]
  private var links: [Link?]
  /// The group's representative, for documents that stand for themselves and are tied by translation.
  private var originals: [Int]

  /// Documents by rank, none of them a duplicate yet.
  init(ids: [String]) {
    self.ids = ids
    links = [Link?](repeating: nil, count: ids.count)
    originals = Array(0..<ids.count)
  }

  /// The documents that are no copy of another one yet, by rank.
  var independent: [Int] { links.indices.filter { links[$0] == nil } }

  /// Says that `copy`, which stood for itself, is one of `link.of`, which does.
  mutating func add(_ copy: Int, _ link: Link) { links[copy] = link }

  /// Ties a group of documents that stand for themselves to the first of them.
  ///
  /// A member is tied to the first one where that pair was verified. The others are tied, best pair first, to a member
  /// that is already tied, so that the ties of a group are a tree.
  /// - Parameters:
  ///   - members: by rank, at least two.
  ///   - verified: the tie of the first document to the second, if that pair was verified.
  mutating func join(_ members: [Int], verified: (Int, Int) -> Link?) {
    guard let original = members.first else { return }
    for member in members { originals[member] = original }
    var tied = [original]
    var waiting: [Int] = []
    for member in members.dropFirst() {
      if let link = verified(member, original) {
        links[member] = link
        tied.append(member)
      } else {
        waiting.append(member)
      }
    }
    while !waiting.isEmpty {
      var best: (member: Int, link: Link)?
      for member in waiting {
        for other in tied.sorted() {
          guard let link = verified(member, other), link.score > (best?.link.score ?? -1) else { continue }
          best = (member, link)
        }
      }
      guard let (member, link) = best else { return }
      links[member] = link
      tied.append(member)
      waiting.removeAll { $0 == member }
    }
  }

  /// How many copies there are of each kind.
  var counts: [Document.DuplicateKind: Int] {
    links.reduce(into: [:]) { counts, link in
      if let link { counts[link.kind, default: 0] += 1 }
    }
  }

  /// The field of each document, nil for those without duplicates, and how many groups there are.
  func fields() -> (fields: [Document.Duplicate?], groups: Int) {
    var best: [Int: Link] = [:]
    for (copy, link) in links.enumerated() {
      guard let link else { continue }
      let reversed = link.reversed(of: copy)
      // By rank, so the first of equals stays.
      if let old = best[link.of], !Self.isBetter(reversed, than: old) { continue }
      best[link.of] = reversed
    }
    var groups = 0
    let fields = links.indices.map { document -> Document.Duplicate? in
      let original = original(of: document)
      let group = "d-\(ids[original])"
      if let link = links[document] { return field(link, group, .copy) }
      guard let link = best[document] else { return nil }
      groups += 1
      return field(link, group, .original)
    }
    return (fields, groups)
  }

  private static func isBetter(_ a: Link, than b: Link) -> Bool {
    func order(_ kind: Document.DuplicateKind) -> Int {
      switch kind {
      case .exact: 2
      case .near: 1
      case .translation: 0
      }
    }
    return (a.score, order(a.kind)) > (b.score, order(b.kind))
  }

  /// The representative of the group that a document belongs to.
  private func original(of document: Int) -> Int {
    var document = document
    while originals[document] == document, let link = links[document] { document = link.of }
    return originals[document]
  }

  private func field(_ link: Link, _ group: String, _ role: Document.Duplicate.Role) -> Document.Duplicate {
    Document.Duplicate(
      group: group, role: role, of: role == .copy ? ids[link.of] : nil, kind: link.kind,
      score: Self.rounded(link.score),
      coverage: [Self.rounded(link.coverage.mine), Self.rounded(link.coverage.theirs)],
      evidence: link.kind == .translation
        ? link.evidence.map { .init(mine: $0.mine, theirs: $0.theirs, score: Self.rounded($0.score)) } : nil)
  }

  /// Four decimals: more would only show how a processor rounds.
  private static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}
