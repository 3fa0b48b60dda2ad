import StageKit

extension Brief {
  /// What is known of a document.
  struct Entry: Sendable {
    let id: String
    let path: String?
    let offset: Int?
    let title: String?
    /// How the text starts, for documents without title.
    let opening: String
    let language: String?
    let published: String?
    let story: String?
    let duplicate: Place?
    /// What an analyst decided about it.
    let decisions: [Document.Decision]
    /// The first report of it on an earlier day.
    let earlier: Document.EarlierReport?
  }

  /// What is known of its place in a group of duplicates.
  struct Place: Sendable {
    let group: String
    let isCopy: Bool
    let of: String?
    let kind: Document.DuplicateKind
    let score: Double
    let coverage: [Double]
    let pairs: Int
    /// Which of the two was made from the other.
    let direction: Document.Direction?
  }

  /// What is known of a summary.
  struct Summary: Sendable {
    let id: String
    let title: String?
    let sentences: [Document.SummarySentence]
    let keywords: StoryKeywords?
    let differences: [StoryDifference]?
  }
}

extension Brief.Entry {
  init(_ document: Document, pairs: Int) {
    self.init(
      id: document.id, path: document.origin?.path, offset: document.origin?.offset, title: document.title,
      opening: document.text, language: document.language?.code, published: document.published,
      story: document.story,
      duplicate: document.duplicate.map { duplicate in
        Brief.Place(
          group: duplicate.group, isCopy: duplicate.role == .copy, of: duplicate.of, kind: duplicate.kind,
          score: duplicate.score, coverage: duplicate.coverage, pairs: pairs, direction: duplicate.direction)
      }, decisions: document.decisions ?? [], earlier: document.earlier?.first)
  }
}
