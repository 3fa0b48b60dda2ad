import Foundation
import Testing

@testable import toolkit

/// `toolkit compare`: two files side by side, as a user sees them.
@Suite struct CompareTests {
  private let report = """
    The harbour of Varna reopened on Monday after the storm. Three ships left for Odesa at noon. The port office said \
    that 14 containers had been lost. Divers will look for them until Friday. Nobody was hurt.
    """

  private func compare(_ files: [String: String], _ arguments: [String]) throws -> Toolkit.Result {
    try TemporaryFolder.with { folder in
      for (name, text) in files { try folder.write(name, text) }
      return try Toolkit.run(["compare"] + arguments, in: folder)
    }
  }

  @Test func anEditedCopyIsNear() throws {
    let told = try compare(
      ["a.txt": report, "b.txt": report.replacing("noon", with: "midday")], ["a.txt", "b.txt"])
    #expect(told.status == 0, "\(told.errors)")
    #expect(told.output.hasPrefix("First      a.txt: English (en), 5 sentences\nSecond     b.txt: English (en)"))
    #expect(told.output.contains("\nVerdict    near: the same text with small edits\nScore      0.9"))
    #expect(told.output.contains("; duplicates have 0.65 or more\n"))
    if !Toolkit.hasModel {
      #expect(told.output.contains("\nNote       sentences were not compared: "), "\(told.output)")
    }
  }

  @Test func differentTextsEndWithZeroToo() throws {
    let other = "Farmers in Andalusia expect half of the usual olives, since it has not rained for eleven weeks now."
    let told = try compare(["a.txt": report, "b.md": other], ["a.txt", "b.md", "--format", "json"])
    #expect(told.status == 0, "\(told.errors)")
    let value = try #require(JSONSerialization.jsonObject(with: Data(told.output.utf8)) as? [String: Any])
    #expect(value["verdict"] as? String == "different")
    let first = try #require(value["first"] as? [String: Any])
    #expect(first["path"] as? String == "a.txt" && first["language"] as? String == "en")
    #expect((first["sentences"] as? [String])?.count == 5)
  }

  @Test func aFileMustHoldOneDocument() throws {
    let lines = "{\"text\": \"One.\"}\n{\"text\": \"Two.\"}\n"
    let told = try compare(["a.txt": report, "b.jsonl": lines], ["a.txt", "b.jsonl"])
    #expect(told.status == 1)
    #expect(told.errors.hasPrefix("error: 'b.jsonl' holds 2 documents, and two files with one document each can be"))
    let missing = try compare(["a.txt": report], ["a.txt", "c.txt"])
    #expect(missing.status == 1)
    #expect(missing.errors.hasPrefix("error: 'c.txt' does not exist"), "\(missing.errors)")
    let empty = try compare(["a.txt": report, "c.txt": ""], ["a.txt", "c.txt"])
    #expect(empty.status == 1)
    #expect(empty.errors.hasPrefix("error: 'c.txt' is empty (0 bytes)"), "\(empty.errors)")
  }

  @Test(.enabled(if: Toolkit.hasModel)) func aTranslationIsShownSideBySide() throws {
    let samples = Toolkit.root.appendingPathComponent("pipelines/samples/ferry")
    let told = try Toolkit.run(
      ["compare", "ferry-en-1.txt", "ferry-ar-1.txt"], environment: ["COLUMNS": "100"], in: samples)
    #expect(told.status == 0, "\(told.errors)")
    #expect(told.output.contains("\nVerdict    translation: the same text in another language\n"), "\(told.output)")
    #expect(told.output.contains("\nfirst second score\n0-1   0      0.78  BATUMI"), "\(told.output)")
    let other = try Toolkit.run(["compare", "ferry-en-1.txt", "ferry-tr-1.txt"], in: samples)
    #expect(other.status == 0 && other.output.contains("\nVerdict    different\n"), "\(other.output)")
  }

  @Test func columnsCountWidths() {
    #expect(ColumnText.wrapped("one two three", to: 7) == ["one two", "three"])
    #expect(ColumnText.wrapped("港口重新开放", to: 5) == ["港口", "重新", "开放"])
    #expect(ColumnText.wrapped("", to: 5).isEmpty)
    #expect(ColumnText.padded("港", to: 4) == "港  ")
  }
}
