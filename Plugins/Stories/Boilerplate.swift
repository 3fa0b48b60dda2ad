/// Remembers lines that stand in several stories: "Read more", a paper's description of itself, a reporter's contact.
struct Boilerplate: Sendable {
  /// From how many stories on a line is no part of any.
  private static let stories = 3
  /// Longer sentences are not remembered.
  private static let length = 300

  /// The first stories that a line was seen in, by number.
  private var seen: [UInt64: [Int32]] = [:]

  /// Notes that a sentence stands in a story.
  mutating func add(_ sentence: String, story: Int) {
    guard sentence.unicodeScalars.count <= Self.length else { return }
    let number = Int32(clamping: story)
    let fingerprint = WordStatistics.fingerprint(of: sentence)
    var stories = seen[fingerprint] ?? []
    guard stories.count < Self.stories, !stories.contains(number) else { return }
    stories.append(number)
    seen[fingerprint] = stories
  }

  /// Whether a text with this fingerprint was seen in three stories or more.
  func contains(_ fingerprint: UInt64) -> Bool { (seen[fingerprint]?.count ?? 0) >= Self.stories }
}
