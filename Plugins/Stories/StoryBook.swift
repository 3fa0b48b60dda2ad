import StageKit

/// Which documents belong to which summary.
struct StoryBook {
  /// Something that gets a summary.
  struct Subject: Sendable {
    /// The story's or the document's id.
    var id: String
    /// The story that it is, or that the document belongs to.
    var story: String?
    /// Its documents in the order of input.
    var members: [Member]

    /// Places in the spool: articles before copies, each by ``StoryOrder``; the first `limit` of them.
    func readingOrder(limit: Int) -> [Int] {
      let sorted = members.sorted { a, b in
        a.isCopy == b.isCopy ? a.order < b.order : b.isCopy
      }
      return sorted.prefix(limit).map(\.place)
    }
  }

  /// A document of a subject.
  struct Member: Sendable {
    var id: String
    /// Its place in the spool.
    var place: Int
    var isCopy: Bool
    var order: StoryOrder
  }

  /// In the order of their first documents.
  private(set) var subjects: [Subject] = []
  private let scope: Summarize.Scope
  private var subjectOfStory: [String: Int] = [:]
  private var stories: [String: Int] = [:]

  /// An empty book.
  init(scope: Summarize.Scope) { self.scope = scope }

  /// Enters a document; returns a number that is equal for documents of one story. A document without a story, from
  /// whatever made it, is one of its own.
  mutating func add(_ document: Document, at place: Int) -> Int {
    let story = document.story ?? "s-\(document.id)"
    let member = Member(
      id: document.id, place: place, isCopy: document.duplicate?.role == .copy,
      order: StoryOrder(published: document.published, id: document.id))
    if scope == .story, let known = subjectOfStory[story] {
      subjects[known].members.append(member)
    } else {
      subjectOfStory[story] = subjects.count
      subjects.append(
        Subject(id: scope == .story ? story : document.id, story: document.story, members: [member]))
    }
    let number = stories[story] ?? stories.count
    stories[story] = number
    return number
  }
}
