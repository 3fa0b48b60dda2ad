import StageKit

/// How a document of today resembles an earlier one.
struct ArchiveMatch: Sendable {
  var kind: Document.DuplicateKind
  var score: Double
  /// The share of today's text that is in the earlier one, and the other way round.
  var coverage: (mine: Double, theirs: Double)
}

/// Today's documents as copies of them are looked for: some 300 bytes a document.
struct TodayIndex: Sendable {
  private let exact: [ContentKey: [Int32]]
  private let passages: PassageIndex

  /// More of today's texts than this share no passage that says anything.
  private static let mostTexts = 64
  private static let mostMeasured = 8

  /// An index of all documents.
  init(_ features: CorpusFeatures) throws {
    var exact: [ContentKey: [Int32]] = [:]
    for rank in 0..<features.count {
      if let fingerprint = features.fingerprint(of: rank) { exact[fingerprint, default: []].append(Int32(rank)) }
    }
    self.exact = exact
    passages = try PassageIndex(
      (0..<features.count).map(features.place), features.passages, fewestTexts: 1, mostTexts: Self.mostTexts)
  }

  /// The documents, by rank, that an earlier text is a copy of: exact, near, or an excerpt.
  func copies(
    of text: TextFeatures, _ options: FindDuplicates.Options, _ features: CorpusFeatures
  ) throws -> [(rank: Int, match: ArchiveMatch)] {
    var found: [(rank: Int, match: ArchiveMatch)] = []
    let wanted = Set(options.kinds).intersection([.exact, .near])
    if !wanted.isEmpty, let fingerprint = text.fingerprint, let same = exact[fingerprint] {
      // Whoever does not look for exact copies still takes them for near ones.
      let kind: Document.DuplicateKind = wanted.contains(.exact) ? .exact : .near
      found = same.map { (Int($0), ArchiveMatch(kind: kind, score: 1, coverage: (1, 1))) }
    }
    guard options.kinds.contains(.near) else { return found }
    let candidates = passages.sharing(text.passages, with: -1)
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.mostMeasured)
    for (rank, _) in candidates where !found.contains(where: { $0.rank == rank }) {
      let place = features.place(of: rank)
      let (mine, own) = (try features.words.words(of: place), try features.passages.words(of: place))
      let copy = CopyByWords((mine, own), (text.units, text.passages), nearThreshold: options.nearThreshold)
      if let copy { found.append((rank, ArchiveMatch(kind: .near, score: copy.score, coverage: copy.coverage))) }
    }
    return found.sorted { $0.rank < $1.rank }
  }
}
