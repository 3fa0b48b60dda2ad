import Foundation
import StageKit

/// What the tables and the brief show of documents: their names and places, not their texts.
///
/// Names and places lie on disk. In memory are about 60 bytes for each document that has a story or is one of a group
/// of duplicates, 50 for each story, and nothing for other documents, however many.
struct Brief: Sendable {
  /// What is held in memory of a document whose entry is kept; numbers count stories and groups by first appearance.
  struct Slot: Sendable {
    /// Its number in the store.
    let stored: Int32
    let story: Int32?
    let group: Int32?
    /// How many sentences match those of its original.
    let pairs: Int32
  }

  /// A copy, and what it is known to be a copy of.
  struct Copy: Sendable {
    let entry: Int32
    let kind: Document.DuplicateKind
    let of: ContentKey?
  }

  /// How many documents came.
  private(set) var count = 0
  /// How many documents each language has, by code.
  private(set) var languages: [String: Int] = [:]
  /// How many documents have no story, and the first of them, as many as the brief shows.
  private(set) var singles = 0
  private(set) var firstSingles: [Int32] = []
  /// How many documents were reported on an earlier day, and the first of them, as many as the brief shows.
  private(set) var repeats = 0
  private(set) var firstRepeats: [Int32] = []
  /// Documents that an analyst keeps apart from others.
  private(set) var keptApart: [Int32] = []
  /// Entries that are kept, in the order of arrival.
  private(set) var slots: [Slot] = []
  private(set) var copies: [Copy] = []
  /// How many members each story has.
  private(set) var storySizes: [Int32] = []
  /// How many of them no earlier run has reported.
  private(set) var newSizes: [Int32] = []
  private(set) var groups = 0

  private var positions: [ContentKey: Int32] = [:]
  private var storyNumbers: [ContentKey: Int32] = [:]
  private var groupNumbers: [ContentKey: Int32] = [:]
  private var originals: [Int32: Int32] = [:]
  /// By story, where its summary is stored.
  private var summaries: [ContentKey: Int32] = [:]
  private var store: EntryStore?
  private let scratch: URL?

  /// The longest title that is kept, in Unicode scalars; the whole one stands in `documents.jsonl`.
  static let longestTitle = 300

  /// Nothing yet.
  ///
  /// - Parameter scratch: a folder for a file that goes with the builder; one in the system's temporary folder if `nil`.
  init(scratch: URL? = nil) { self.scratch = scratch }

  /// Adds a document or a summary. Of several documents with one id, stories and duplicates show the first.
  ///
  /// - Throws: ``StageError`` when the scratch file can't be written.
  mutating func add(_ document: Document) throws {
    guard document.kind == .document else { return try add(summary: document) }
    count += 1
    if let code = document.language?.code { languages[code, default: 0] += 1 }
    let isSingle = document.story == nil
    if isSingle { singles += 1 }
    let isShown = isSingle && firstSingles.count < MarkdownBrief.Limit.singles
    let isRepeat = document.earlier?.isEmpty == false
    if isRepeat { repeats += 1 }
    let isApart = document.decisions?.contains { $0.verdict == .different } ?? false
    guard document.story != nil || document.duplicate != nil || isShown || isRepeat || isApart else { return }

    let key = ContentKey(of: document.id)
    guard positions[key] == nil else { return }
    let position = Int32(slots.count)
    positions[key] = position
    if isShown { firstSingles.append(position) }
    if isRepeat, firstRepeats.count < MarkdownBrief.Limit.pairs { firstRepeats.append(position) }
    if isApart { keptApart.append(position) }
    let story = document.story.map { Self.number(of: $0, in: &storyNumbers) }
    if let story {
      if Int(story) == storySizes.count {
        storySizes.append(0)
        newSizes.append(0)
      }
      storySizes[Int(story)] += 1
      if document.earlier?.isEmpty ?? true { newSizes[Int(story)] += 1 }
    }
    let group = document.duplicate.map { Self.number(of: $0.group, in: &groupNumbers) }
    if let duplicate = document.duplicate, let group {
      groups = max(groups, Int(group) + 1)
      if duplicate.role == .copy {
        copies.append(
          Copy(entry: position, kind: duplicate.kind, of: duplicate.of.map { ContentKey(of: $0) }))
      } else {
        originals[group] = position
      }
    }
    slots.append(
      Slot(
        stored: try keep(Self.withoutText(document)), story: story, group: group,
        pairs: Int32(clamping: document.duplicate?.evidence?.count ?? 0)))
  }
}

// MARK: - What the tables ask

extension Brief {
  /// The entry at a position among those kept.
  func entry(at position: Int32) throws -> Entry {
    let slot = slots[Int(position)]
    guard let document = try store?.document(Int(slot.stored)) else {
      throw StageError("io", "a scratch file of the run is gone; run again")
    }
    return Entry(document, pairs: Int(slot.pairs))
  }

  /// The entry with an id, if it is kept.
  func entry(_ id: String) throws -> Entry? { try positions[ContentKey(of: id)].map(entry(at:)) }

  /// What a copy was compared with, or else the original of its group.
  func original(of copy: Copy) -> Int32? {
    copy.of.flatMap { positions[$0] } ?? slots[Int(copy.entry)].group.flatMap { originals[$0] }
  }

  /// The summary of a story.
  func summary(ofStory id: String) throws -> Summary? {
    guard let stored = summaries[ContentKey(of: id)], let document = try store?.document(Int(stored)) else {
      return nil
    }
    let differences = StoryDifference.all(document.metadata["differences"])
    return Summary(
      id: document.id, title: document.title, sentences: document.summary ?? [],
      keywords: StoryKeywords(document.metadata["keywords"]), differences: differences.isEmpty ? nil : differences)
  }
}

// MARK: - What is kept

extension Brief {
  private mutating func add(summary document: Document) throws {
    let known = document.parents.compactMap { positions[ContentKey(of: $0)] }
    let parent = known.first { slots[Int($0)].story != nil }
    guard let story = try document.story ?? parent.flatMap({ try entry(at: $0).story }) else { return }
    let key = ContentKey(of: story)
    // That of a single document does not stand for its story, if there is one of the story.
    let isOfDocument = document.parents.count == 1 && document.id == "summary-\(document.parents[0])"
    guard !isOfDocument || summaries[key] == nil else { return }
    var kept = Document(id: document.id, kind: .summary, text: "")
    kept.metadata = document.metadata.filter { ["keywords", "differences"].contains($0.key) }
    kept.title = document.title.map(Self.shortened)
    kept.summary = document.summary
    summaries[key] = try keep(kept)
  }

  private mutating func keep(_ document: Document) throws -> Int32 {
    let target = try store ?? EntryStore(in: scratch)
    store = target
    guard let number = Int32(exactly: try target.append(document)) else {
      throw StageError("too-many", "there are more documents than \(Int32.max); split the run")
    }
    return number
  }

  /// A number for each different name, from 0 in the order of first use.
  private static func number(of name: String, in numbers: inout [ContentKey: Int32]) -> Int32 {
    let key = ContentKey(of: name)
    if let number = numbers[key] { return number }
    let number = Int32(numbers.count)
    numbers[key] = number
    return number
  }

  /// A document with what entries show, and the start of its text if it has no title.
  private static func withoutText(_ document: Document) -> Document {
    var kept = Document(id: document.id, text: document.title == nil ? opening(of: document.text) : "")
    kept.origin = document.origin
    kept.title = document.title.map(shortened)
    kept.published = document.published
    kept.language = document.language.map { .init(code: $0.code, confidence: $0.confidence) }
    kept.story = document.story
    kept.duplicate = document.duplicate
    kept.duplicate?.evidence = nil
    kept.decisions = document.decisions
    kept.earlier = document.earlier.map { Array($0.prefix(1)) }
    return kept
  }

  private static func shortened(_ title: String) -> String {
    guard title.utf8.count > longestTitle else { return title }
    let scalars = title.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: longestTitle, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return title }
    return String(title[..<end]) + "…"
  }

  /// About the first eighty characters, up to a word's end.
  private static func opening(of text: String) -> String {
    let line = text.unicodeScalars.prefix(400).split { $0 == "\n" }.first.map(String.init) ?? ""
    guard line.count > 80 else { return line }
    let start = line.prefix(80)
    let end = start.lastIndex(of: " ") ?? start.endIndex
    return start[..<end] + "…"
  }
}
