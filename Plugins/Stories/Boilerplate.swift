/// Remembers lines that stand in several stories: "Read more", a paper's description of itself, a reporter's contact.
struct Boilerplate: Sendable {
  /// Longer sentences, in bytes of UTF-8, are not remembered.
  private static let length = 600

  /// The first two stories that a line was seen in, by number plus one, and whether there were more.
  private struct Seen: Sendable {
    var first: Int32 = 0
    var second: Int32 = 0
    var isEverywhere = false
  }

  private var seen = KeyTable(capacity: 1 << 10, empty: Seen())

  /// Notes that a sentence stands in a story.
  ///
  /// - Parameters:
  ///   - fingerprint: see ``SentenceWords/fingerprint``.
  ///   - length: of the sentence in UTF-8.
  mutating func add(_ fingerprint: UInt64, length: Int, story: Int) {
    guard length <= Self.length else { return }
    let number = Int32(clamping: story + 1)
    seen.update(fingerprint) { entry in
      if entry.first == 0 {
        entry.first = number
      } else if entry.first != number, entry.second == 0 {
        entry.second = number
      } else if entry.first != number, entry.second != number {
        entry.isEverywhere = true
      }
    }
  }

  /// Whether a text with this fingerprint was seen in three stories or more.
  func contains(_ fingerprint: UInt64) -> Bool { seen[fingerprint].isEverywhere }
}
