import Foundation
import StageKit
import Testing

@testable import toolkit

/// `toolkit why`: a document's whole story, as a user reads it.
@Suite struct WhyTests {
  private func night(_ body: (Night) throws -> Void) throws {
    try TemporaryFolder.with { folder in
      let night = try Night(in: folder)
      #expect(try night.run("first.yaml").status == 3)
      try body(night)
    }
  }

  @Test func theStoryOfACopy() throws {
    try night { night in
      let told = try night.toolkit(["why", "harbour-copy.txt", "out1"])
      #expect(told.status == 0 && told.errors.isEmpty, "\(told.errors)")
      let all = try night.folder.appendingPathComponent("out1").documents()
      let copy = try #require(all.first { $0.origin?.path.hasSuffix("harbour-copy.txt") == true })
      let original = try #require(all.first { $0.origin?.path.hasSuffix("harbour.txt") == true })
      // Whichever of the two is the original: the other's story says so.
      let (mine, words) =
        copy.duplicate?.role == .copy
        ? (copy, "an exact copy of in/harbour.txt") : (original, "an exact copy of in/harbour-copy.txt")
      let story = try night.toolkit(["why", mine.id, "out1"]).output
      #expect(story.contains("  Duplicates  \(words)\n"), "\(story)")
      #expect(story.contains("  Group       \(mine.duplicate?.group ?? "?"), with 1 other document\n"))
      #expect(story.contains("100 % of its text is in the other one, 100 % of the other one's in this; score 1.0"))
      #expect(story.contains("the original, “Harbour of Varna reopens”"))
      #expect(told.output.hasPrefix("in/harbour-copy.txt\n  Id          \(copy.id)\n  Run         first, run "))
      #expect(told.output.contains("  Read        from in/harbour-copy.txt, "))
      #expect(told.output.contains("  Title       Harbour of Varna reopens\n"))
      #expect(told.output.contains("  Outcome     went through the whole pipeline\n"))
      #expect(told.output.contains("  Language    en (English), "))
      #expect(
        told.output.contains(
          "  Steps       read-files (input 0.1.0), detect-language (languages 0.3.0), find-duplicates (duplicates"))
      #expect(!told.output.contains("Three ships"), "texts are not quoted")
    }
  }

  @Test func theStoryOfADocumentThatIsAlone() throws {
    try night { night in
      let story = try night.toolkit(["why", "port.txt", "one.zip"]).output
      #expect(
        story.contains(
          "  Duplicates  none (exact, near) among the 3 documents that find-duplicates compared\n"), "\(story)")
      #expect(story.contains("  Language    fr (French), "))
    }
  }

  @Test func theStoryOfADocumentInQuarantine() throws {
    try night { night in
      for place in ["out1", "one.zip"] {
        let told = try night.toolkit(["why", "in/empty.txt", place])
        #expect(told.status == 0, "\(told.errors)")
        #expect(told.output.contains("  In quarantine by read-files (version 0.1.0): "), "\(told.output)")
        #expect(!told.output.contains("Outcome"))
      }
    }
  }

  @Test func theStoryOfADocumentThatWasDropped() throws {
    try night { night in
      try FileManager.default.copyItem(
        at: night.folder.appendingPathComponent("one.zip"), to: night.folder.appendingPathComponent("copy.zip"))
      try night.folder.write("more/a.txt", "Die Brücke wurde für drei Nächte gesperrt, damit sie geprüft werden kann.")
      let run = try night.run("second.yaml")
      #expect(run.status == 0, "\(run.errors)")
      let told = try night.toolkit(["why", "port.txt", "out2"]).output
      #expect(
        told.contains(
          "  Another reading of it was dropped by read-bundle: it was read before, with the same content\n"), "\(told)")
      #expect(told.contains("  Outcome     went through the whole pipeline\n"))
      // Of one that only was dropped there is no more than its name.
      try night.folder.write(
        "gone/dropped.jsonl", #"{"id":"x1","path":"a/b.txt","reason":"not wanted","stage":"pick"}"# + "\n")
      #expect(
        try night.toolkit(["why", "b.txt", "gone"]).output == """
          a/b.txt
            Id          x1
            Read        from a/b.txt
            Dropped     by pick: not wanted

          """)
    }
  }

  @Test func forPrograms() throws {
    struct Told: Decodable {
      struct Run: Decodable { var pipeline, outcome: String }
      struct Failure: Decodable {
        var stage: String
        var error: [String: String]
      }
      var result, id: String
      var passed: Bool
      var run: Run
      var quarantined: [Failure]
    }
    try night { night in
      let told = try night.toolkit(["why", "empty.txt", "one.zip", "--format", "json"])
      let value = try JSONDecoder().decode(Told.self, from: Data(told.output.utf8))
      #expect(value.result == "one.zip" && !value.passed && value.run.pipeline == "first")
      #expect(value.run.outcome == "quarantined")
      #expect(value.quarantined.map(\.stage) == ["read-files"])
      #expect(value.quarantined.first?.error.keys.sorted() == ["code", "message"])
    }
  }

  @Test func aNameThatNobodyKnows() throws {
    try night { night in
      let told = try night.toolkit(["why", "harbor.txt", "one.zip"])
      #expect(told.status == 1 && told.output.isEmpty)
      let lines = told.errors.split(separator: "\n").map(String.init)
      #expect(lines.first == "error: 'one.zip' knows no document 'harbor.txt'; did you mean one of these?")
      #expect(lines.dropFirst().first?.hasSuffix("  in/harbour.txt") == true, "\(told.errors)")
      let within = try night.toolkit(["why", "HARBOUR", "one.zip"])
      #expect(within.status == 1)
      #expect(within.errors.contains("  in/harbour-copy.txt\n") && within.errors.contains("  in/harbour.txt\n"))
      let strange = try night.toolkit(["why", "zzzzzzzzzz", "one.zip"])
      #expect(strange.errors == "error: 'one.zip' knows no document 'zzzzzzzzzz'\n")
      let many = try night.toolkit(["why", ".txt", "one.zip"])
      #expect(many.status == 1)
      #expect(many.errors.hasPrefix("error: '.txt' could be any of 4 documents; say more of the path, or the id:\n  "))
      let nowhere = try night.toolkit(["why", "a", "gone.zip"])
      #expect(nowhere.status == 1 && nowhere.errors == "error: there is no bundle or folder 'gone.zip'\n")
    }
  }

  @Test func withoutAPlaceItLooksAtTheNewestResult() throws {
    try night { night in
      let nothing = try night.toolkit(["why", "port.txt"])
      #expect(nothing.status == 1)
      #expect(nothing.errors.hasPrefix("error: there is neither a bundle in ./archives nor a result in ./out;"))
      let files = FileManager.default
      try files.createDirectory(at: night.folder.appendingPathComponent("archives"), withIntermediateDirectories: true)
      try files.moveItem(
        at: night.folder.appendingPathComponent("one.zip"), to: night.folder.appendingPathComponent("archives/a.zip"))
      #expect(try night.toolkit(["why", "port.txt"]).errors == "looking in archives/a.zip, the newest result here\n")
      // A later run that wrote into a folder of its own below `out`.
      let later = Date().addingTimeInterval(1000)
      for name in ["run.json", "documents.jsonl"] {
        try night.folder.write("out/r1/\(name)", Data(contentsOf: night.folder.appendingPathComponent("out1/\(name)")))
        try files.setAttributes(
          [.modificationDate: later], ofItemAtPath: night.folder.appendingPathComponent("out/r1/\(name)").path)
      }
      let told = try night.toolkit(["why", "port.txt"])
      #expect(told.errors == "looking in out/r1, the newest result here\n" && told.status == 0)
    }
  }

  // MARK: Names

  private func found(_ query: String, among candidates: [DocumentName.Candidate]) -> [String] {
    var name = DocumentName(query)
    for candidate in candidates { name.consider(candidate) }
    return name.candidates.map(\.id)
  }

  @Test func theBetterNameRulesOutTheOthers() {
    let all: [DocumentName.Candidate] = [
      .init(id: "abc1", path: "in/a.txt"), .init(id: "abc2", path: "in/ba.txt"),
      .init(id: "abc", path: "feed.jsonl", offset: 0), .init(id: "d", path: "feed.jsonl", offset: 90),
      .init(id: "sum-1"),
    ]
    #expect(found("abc", among: all) == ["abc"], "an id rules out what begins with it")
    #expect(found("abc1", among: all) == ["abc1"])
    #expect(found("abc2", among: all.reversed()) == ["abc2"])
    #expect(found("a.txt", among: all) == ["abc1"], "a file name rules out the end of another")
    #expect(found("in/a.txt", among: all) == ["abc1"])
    #expect(found("./in/a.txt", among: all) == ["abc1"])
    #expect(found("/home/me/in/a.txt", among: all) == ["abc1"], "as seen from another folder")
    #expect(found("feed.jsonl", among: all) == ["abc", "d"], "a file with several")
    #expect(found("feed.jsonl#d", among: all) == ["d"])
    #expect(found(".txt", among: all) == ["abc1", "abc2"])
    #expect(found("sum", among: all) == ["sum-1"])
    #expect(found("", among: all) == [])
    #expect(found("x", among: all) == [])
  }

  @Test func linesAreFoundAsIfByHand() {
    // Every text of up to five of these bytes, and every needle of up to two.
    let alphabet = Array("ab\n".utf8)
    func texts(_ length: Int) -> [[UInt8]] {
      length == 0 ? [[]] : texts(length - 1).flatMap { text in alphabet.map { text + [$0] } }
    }
    let needles: [[[UInt8]]?] = [nil, [[]], [[97]], [[97, 98]], [[98, 98], [97, 97]]]
    for text in (0...5).flatMap(texts) {
      let parts = text.split(separator: 10, omittingEmptySubsequences: false)
      let end = text.count - (parts.last?.count ?? 0)
      for needles in needles {
        let expected = parts.dropLast().filter { part in
          !part.isEmpty
            && needles.map { $0.contains { $0.isEmpty || part.firstRange(of: $0) != nil } } ?? true
        }
        let found = text.withUnsafeBytes { LineSearch.lines(in: $0, known: 0, with: needles) }
        #expect(found.end == end)
        #expect(found.lines.map { text[$0] } == Array(expected))
      }
    }
  }
}
