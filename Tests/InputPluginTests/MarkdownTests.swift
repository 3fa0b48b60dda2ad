import Foundation
import InputPlugin
import StageKit
import StageTesting
import Testing

@Suite("Markdown")
struct MarkdownTests {
  @Test func frontMatterFillsTheFields() async throws {
    let folder = try Folder()
    let document = try #require(
      try await folder.read(
        text: """
          ---
          title: "Ferry sinks: all saved"
          date: 12 March 2026
          author: [Anna Smith, Ben Jones]
          url: https://example.org/a
          lang: en_GB
          # a comment
          tags:
            - sea
            - rescue
          desk: World
          ---

          The ferry sank.
          """, as: "a.md"))
    #expect(document.title == "Ferry sinks: all saved")
    #expect(document.published == "2026-03-12")
    #expect(document.author == "Anna Smith, Ben Jones")
    #expect(document.url == "https://example.org/a")
    #expect(document.language == Document.Language(code: "en-GB", confidence: 1))
    #expect(document.metadata == ["tags": .array(["sea", "rescue"]), "desk": "World"])
    #expect(document.text == "The ferry sank.")
  }

  @Test func theFirstHeadingIsTheTitleUnlessTheFrontMatterHasAnother() async throws {
    let folder = try Folder()
    let one = try #require(
      try await folder.read(text: "# Ferry *sinks* #\n\nThe ferry sank.\n\n## Rescue\n\nAll saved.", as: "a.md"))
    #expect(one.title == "Ferry sinks")
    #expect(one.text == "The ferry sank.\n\nRescue\n\nAll saved.")
    let two = try #require(
      try await folder.read(text: "---\ntitle: Other\n---\n# Ferry sinks\n\nThe ferry sank.", as: "b.md"))
    #expect(two.title == "Other")
    #expect(two.text == "Ferry sinks\n\nThe ferry sank.")
    let three = try #require(try await folder.read(text: "Ferry sinks\n===========\nThe ferry sank.", as: "c.md"))
    #expect(three.title == "Ferry sinks")
    #expect(three.text == "The ferry sank.")
    let four = try #require(try await folder.read(text: "# Only a heading", as: "d.md"))
    #expect(four.title == nil)
    #expect(four.text == "Only a heading")
  }

  @Test(arguments: [
    ("A **bold** and *soft* __word__ _here_, ~~gone~~.", "A bold and soft word here, gone."),
    ("Nested ***both* marks** end.", "Nested both marks end."),
    (
      "snake_case_name and 2 * 3 * 4 stay, as does a lone * star.",
      "snake_case_name and 2 * 3 * 4 stay, as does a lone * star."
    ),
    ("A [link](https://a.org/x_(y) \"t\") and [ref][1] and [text].", "A link and ref and [text]."),
    ("See ![the *ferry*](f.png) at <https://a.org/>.", "See the ferry at https://a.org/."),
    ("[![badge](b.svg)](https://a.org) text", "badge text"),
    ("Run `a * b` and ``x ` y``.", "Run a * b and x ` y."),
    (#"Escaped \*stars\* and \[brackets\]."#, "Escaped *stars* and [brackets]."),
    ("Fish &amp; chips &#8364;5 &nosuch; <b>bold</b> 3 < 4 > 2", "Fish & chips €5 &nosuch; bold 3 < 4 > 2"),
    ("Before<!-- hidden\n\ncomment -->after.", "Beforeafter."),
    ("Open <!-- comment stays", "Open <!-- comment stays"),
    ("A claim[^1].\n\n[^1]: The note.", "A claim.\n\n The note."),
    ("Wrapped\nparagraph\ngoes on.\n\nNext.", "Wrapped paragraph goes on.\n\nNext."),
    ("渡轮在科孚岛\n附近沉没。", "渡轮在科孚岛附近沉没。"),
    ("Hard  \nbreak.", "Hard\nbreak."),
    ("> Quoted\n> text.\n\nAfter.", "Quoted text.\n\nAfter."),
    ("Intro:\n\n- one\n- two\n  goes on\n\n1. first\n2. second", "Intro:\n\none\ntwo goes on\n\nfirst\nsecond"),
    ("2026. What a year.", "2026. What a year."),
    ("Code:\n\n```swift\nlet a = *b*\n```\n\nEnd.", "Code:\nlet a = *b*\n\nEnd."),
    ("One.\n\n---\n\nTwo.\n\n[1]: https://a.org \"Title\"\n", "One.\n\nTwo."),
    ("| Port | Ships |\n|---|---:|\n| Corfu | 12 |", "Port | Ships\nCorfu | 12"),
    ("[unclosed and ](", "[unclosed and ]("),
  ])
  func markUpIsReducedToText(source: String, text: String) async throws {
    let folder = try Folder()
    let document = try #require(
      try await folder.read(text: "Lead paragraph, which comes first.\n\n\(source)", as: "a.md"))
    #expect(document.text == "Lead paragraph, which comes first.\(source.hasPrefix("|") ? "\n" : "\n\n")\(text)")
  }

  @Test func twoRulesAreNotFrontMatter() async throws {
    let folder = try Folder()
    let document = try #require(try await folder.read(text: "---\nThe ferry sank.\n\n---\nAll were saved.", as: "a.md"))
    #expect(document.text.contains("The ferry sank."))
    #expect(document.text.contains("All were saved."))
  }

  @Test(arguments: ["[", "](", "![", "`", "<", "*", "_", "**a", "\\", "&", "<!--", "> ", "[a](", "`\\``` "])
  func hostileTextTakesLinearTime(piece: String) async throws {
    let folder = try Folder()
    let text = String(repeating: piece, count: 50_000)
    // With quadratic time this would not end within the time that a test run is given.
    let document = try #require(try await folder.read(text: "x \(text)", as: "a.md"))
    #expect(document.text.hasPrefix("x"))
  }
}
