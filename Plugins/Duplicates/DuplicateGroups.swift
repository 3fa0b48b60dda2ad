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

  /// For each document the rank of the one it is a copy of, or -1.
  private(set) var parents: [Int32]
  /// Which kind of copy, as a number of ``kindOrder``; -1 for none.
  private var kinds: [Int8]
  /// Where their details stand: of near copies in ``near``, of others below -1 in ``links``; -1 for none.
  private var details: [Int32]
  private var near: [NearDuplicates.Link] = []
  private var links: [Link] = []

  /// The better kind of two equally sure ones comes later.
  private static let kindOrder: [Document.DuplicateKind] = [.translation, .near, .exact]

  /// So many documents by rank, none of them a duplicate yet.
  init(count: Int) {
    parents = [Int32](repeating: -1, count: count)
    kinds = [Int8](repeating: -1, count: count)
    details = [Int32](repeating: -1, count: count)
  }

  /// Whether a document is no copy of another one yet.
  func isIndependent(_ document: Int) -> Bool { parents[document] < 0 }

  /// The documents that are no copy of another one yet, by rank.
  var independent: [Int] { parents.indices.filter(isIndependent) }

  /// Says that `copy`, which stood for itself, is exactly `original`, which does.
  mutating func add(exact copy: Int, of original: Int) { set(copy, original, kind: .exact, detail: -1) }

  /// Says that a document, which stood for itself, is a near copy of another one, which does.
  mutating func add(near copy: Int, _ link: NearDuplicates.Link) {
    near.append(link)
    set(copy, link.leader, kind: .near, detail: near.count - 1)
  }

  /// Says that a document is a copy of another one, in whatever way.
  mutating func add(_ copy: Int, _ link: Link) {
    links.append(link)
    set(copy, link.of, kind: link.kind, detail: -1 - links.count)
  }

  /// Says that a document is no copy of another one after all.
  mutating func release(_ document: Int) { (parents[document], kinds[document], details[document]) = (-1, -1, -1) }

  private mutating func set(_ copy: Int, _ original: Int, kind: Document.DuplicateKind, detail: Int) {
    parents[copy] = Int32(original)
    kinds[copy] = Int8(Self.kindOrder.firstIndex(of: kind) ?? 0)
    details[copy] = Int32(detail)
  }

  /// What ties a copy to its original; nil for documents that stand for themselves.
  func link(of copy: Int) -> Link? {
    guard parents[copy] >= 0 else { return nil }
    if details[copy] < -1 { return links[-2 - Int(details[copy])] }
    switch Self.kindOrder[Int(kinds[copy])] {
    case .exact, .translation: return Link(of: Int(parents[copy]), kind: .exact, score: 1, coverage: (1, 1))
    case .near:
      let link = near[Int(details[copy])]
      let shared = Double(link.shared)
      return Link(
        of: link.leader, kind: .near, score: link.similarity,
        coverage: (shared / Double(link.mine), shared / Double(link.theirs)))
    }
  }

  /// Ties a group of documents that stand for themselves to the first of them.
  ///
  /// A member is tied to the first one where that pair was verified. The others are tied, best pair first, to a member
  /// that is already tied, so that the ties of a group are a tree. Pairs are verified in all, so none is left over.
  /// - Parameters:
  ///   - members: by rank, at least two.
  ///   - score: how sure a pair is, if it was verified.
  ///   - link: the tie of the first document to the second, for a pair that was verified.
  mutating func join(_ members: [Int], score: (Int, Int) -> Double?, link: (Int, Int) -> Link?) {
    guard let original = members.first else { return }
    // For each member that waits, the best pair with one that is tied.
    var waiting: [Int: (other: Int, score: Double)] = [:]
    var rest: [Int] = []
    for member in members.dropFirst() {
      if score(member, original) != nil, let link = link(member, original) {
        add(member, link)
      } else {
        rest.append(member)
      }
    }
    func look(_ member: Int, at other: Int) {
      guard let score = score(member, other) else { return }
      let best = waiting[member] ?? (Int.max, -1)
      if (score, best.other) > (best.score, other) { waiting[member] = (other, score) }
    }
    let untied = Set(rest)
    for member in rest { for other in members where !untied.contains(other) { look(member, at: other) } }
    while true {
      var next: (member: Int, other: Int, score: Double)?
      for member in rest {
        if let best = waiting[member], best.score > (next?.score ?? -1) { next = (member, best.other, best.score) }
      }
      guard let (member, other, _) = next, let link = link(member, other) else { return }
      add(member, link)
      rest.removeAll { $0 == member }
      for waiting in rest { look(waiting, at: member) }
    }
  }

  /// How many copies there are of each kind.
  var counts: [Document.DuplicateKind: Int] {
    kinds.reduce(into: [:]) { counts, kind in
      if kind >= 0 { counts[Self.kindOrder[Int(kind)], default: 0] += 1 }
    }
  }

  /// Looks, when all copies are known, which copy each original is shown by.
  func fields() -> Fields {
    var best = [Int32](repeating: -1, count: parents.count)
    for copy in parents.indices where parents[copy] >= 0 {
      let original = Int(parents[copy])
      // By rank, so the first of equals stays.
      if best[original] < 0 || isBetter(copy, than: Int(best[original])) { best[original] = Int32(copy) }
    }
    return Fields(groups: self, best: best)
  }

  /// The fields of the documents, made one by one: all of them would be more than there is memory for.
  struct Fields: Sendable {
    fileprivate let groups: DuplicateGroups
    fileprivate let best: [Int32]

    /// The document that the field of a document is about: what a copy was compared with, or an original's best copy.
    func partner(of document: Int) -> Int? {
      if !groups.isIndependent(document) { return Int(groups.parents[document]) }
      return best[document] >= 0 ? Int(best[document]) : nil
    }

    /// How many groups there are.
    var count: Int { best.indices.count { best[$0] >= 0 && groups.isIndependent($0) } }

    /// The field of a document; nil if it has no duplicates.
    ///
    /// - Parameter id: gives a document's id by its rank.
    func field(of document: Int, id: (Int) throws -> String) rethrows -> Document.Duplicate? {
      if let link = groups.link(of: document) {
        return groups.field(
          link, group: try id(groups.original(of: document)), role: .copy, of: try id(link.of))
      }
      guard best[document] >= 0, let link = groups.link(of: Int(best[document])) else { return nil }
      return groups.field(
        link.reversed(of: Int(best[document])), group: try id(groups.original(of: document)), role: .original, of: nil)
    }
  }

  private func isBetter(_ a: Int, than b: Int) -> Bool {
    func score(_ copy: Int) -> Double { link(of: copy)?.score ?? 0 }
    return (score(a), kinds[a]) > (score(b), kinds[b])
  }

  /// The representative of the group that a document belongs to.
  func original(of document: Int) -> Int {
    var document = document
    while parents[document] >= 0 { document = Int(parents[document]) }
    return document
  }

  private func field(
    _ link: Link, group: String, role: Document.Duplicate.Role, of other: String?
  ) -> Document.Duplicate {
    Document.Duplicate(
      group: "d-\(group)", role: role, of: other, kind: link.kind, score: link.score.toFourDecimals,
      coverage: [link.coverage.mine.toFourDecimals, link.coverage.theirs.toFourDecimals],
      evidence: link.kind == .translation
        ? link.evidence.map { .init(mine: $0.mine, theirs: $0.theirs, score: $0.score.toFourDecimals) } : nil)
  }
}
