import StageKit

/// Which documents belong to which summary.
struct StoryBook {
  /// Something that gets a summary.
  struct Subject: Sendable {
    /// The story's or the document's id.
    var id: String
    /// Whether it is a story, and not one document.
    var isStory: Bool
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

  private var stories: [Subject] = []
  private var documents: [Subject] = []
  private let scope: Summarize.Scope
  private let minimum: Int
  private var storyOfID: [String: Int] = [:]

  /// An empty book.
  ///
  /// - Parameter minimum: stories with fewer documents get no summary.
  init(scope: Summarize.Scope, minimum: Int) {
    self.scope = scope
    self.minimum = minimum
  }

  /// What gets a summary: stories, then documents, each in the order of their first documents.
  var subjects: [Subject] {
    let wanted = scope == .document ? [] : stories.filter { $0.members.count >= minimum }
    guard scope != .story else { return wanted }
    return wanted + (minimum > 1 ? [] : documents)
  }

  /// Enters a document; returns a number that is equal for documents of one story. A document without a story, from
  /// whatever made it, is one of its own.
  mutating func add(_ document: Document, at place: Int) -> Int {
    let story = document.story ?? "s-\(document.id)"
    let member = Member(
      id: document.id, place: place, isCopy: document.duplicate?.role == .copy,
      order: StoryOrder(published: document.published, id: document.id))
    if scope != .story {
      documents.append(Subject(id: document.id, isStory: false, story: document.story, members: [member]))
    }
    if let known = storyOfID[story] {
      stories[known].members.append(member)
      return known
    }
    storyOfID[story] = stories.count
    stories.append(Subject(id: story, isStory: true, story: document.story, members: [member]))
    return stories.count - 1
  }
}
