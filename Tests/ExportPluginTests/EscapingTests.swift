import ExportPlugin
import Foundation
import StageKit
import StageTesting
import Testing

@Suite("Titles from strangers")
struct EscapingTests {
  private func brief(title: String, path: String = "a.txt") throws -> BriefBuilder {
    let brief = BriefBuilder()
    try brief.add(Sample.report("o", "o.txt", "Original", "Text.", "en"))
    try brief.add(
      Sample.report(
        "c", path, title, "Text.", "en",
        duplicate: .init(group: "g", role: .copy, of: "o", kind: .exact, score: 1, coverage: [1, 1])))
    return brief
  }

  @Test(arguments: [
    ("=cmd()", "'=cmd()"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), (" \t=x", "' \t=x"), ("＝x", "'＝x"),
    ("a=b", "a=b"), ("=a,b", "\"'=a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("two\nlines", "\"two\nlines\""),
    ("\r=x", "\"'\r=x\""),
  ])
  func spreadsheetsRunNothing(title: String, field: String) throws {
    let csv = String(decoding: try brief(title: title).duplicatesCSV(), as: UTF8.self)
    #expect(csv.contains(",c,a.txt,\(field),en,"))
  }

  @Test(arguments: [
    ("<script>alert(1)</script>", "**&lt;script\\>alert(1)&lt;/script\\>**"),
    ("[click](javascript:x)", "**\\[click\\](javascript:x)**"), ("# a\n## b", "**\\# a \\#\\# b**"),
    ("**a** _b_ `c` ~~d~~", "**\\*\\*a\\*\\* \\_b\\_ \\`c\\` \\~\\~d\\~\\~**"),
    ("a &amp; b | c", "**a &amp;amp; b \\| c**"),
    ("![x](y)", "**\\!\\[x\\](y)**"), ("abc\u{202E}def\u{0007}\u{1B}[31m", "**abcdef\\[31m**"),
    (#"back\slash"#, #"**back\\slash**"#),
  ])
  func markdownShowsThemAsTheyAre(title: String, shown: String) throws {
    let report = RunReport(info: StageHarness().run, stages: [])
    let text = String(decoding: try brief(title: title).summaryMarkdown(report: report), as: UTF8.self)
    #expect(text.contains("- \(shown) · English · `a.txt`"))
  }

  @Test func pathsWithBackquotesStayCode() throws {
    let report = RunReport(info: StageHarness().run, stages: [])
    let text = String(
      decoding: try brief(title: "T", path: "a``b`.txt").summaryMarkdown(report: report), as: UTF8.self)
    #expect(text.contains("· ```a``b`.txt```"))
  }

  @Test func titlesWithoutEndAreCut() throws {
    let brief = try brief(title: String(repeating: "x", count: 1_000_000))
    #expect(try brief.duplicatesCSV().count < 1000)
  }
}
