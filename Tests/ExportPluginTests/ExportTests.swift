import ExportPlugin
import Foundation
import StageKit
import StageTesting
import Testing

@Suite("export")
struct ExportTests {
  @Test func everythingAppearsTogetherAndEveryDocumentIsPassedOn() async throws {
    let folder = try Folder()
    let harness = StageHarness()
    let result = try await folder.export(Sample.documents, folder.options("out/{date}-{name}"), harness: harness)
    #expect(result.passed == Sample.documents)
    #expect(folder.names("out") == ["2026-03-12-test"])
    #expect(
      folder.names("out/2026-03-12-test")
        == ["brief.json", "documents.jsonl", "duplicates.csv", "stories.jsonl", "summary.md"])
    #expect(harness.services.record.reportDirectories.map(\.path) == [folder.path("out/2026-03-12-test")])
    #expect(harness.services.record.outputs.map(\.path) == [folder.path("out/2026-03-12-test")])
  }

  @Test func documentsAreOneLineEachInTheOrderOfArrival() async throws {
    let folder = try Folder()
    let documents = Sample.documents
    _ = try await folder.export(documents, folder.options("out", [.jsonl]))
    let lines = try folder.text("out/documents.jsonl").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 6 && lines.last == "")
    #expect(try lines.dropLast().map { try JSONDecoder().decode(Document.self, from: Data($0.utf8)) } == documents)
    #expect(
      lines[1]
        == ##"{"id":"d","kind":"document","language":{"code":"fr","confidence":1},"source":{"bytes":19,"path":"in/d.txt","##
        + ##""sha256":"0000000000000000000000000000000000000000000000000000000000000000"},"story":"s2","text":"Le pont est fermé."}"##
    )
    #expect(folder.names("out") == ["documents.jsonl", "stories.jsonl"])
  }

  @Test func storiesCarryMembersLanguagesDaysAndSummary() async throws {
    let folder = try Folder()
    _ = try await folder.export(Sample.documents, folder.options())
    #expect(
      try folder.text("out/stories.jsonl") == """
        {"continues":false,"duplicates":1,"earliest":"2026-01-27","id":"s1","languages":["ar","en"],"latest":"2026-01-28",\
        "members":["a","b","c"],"new":3,"summary":[{"from":[{"id":"b","sentence":0},{"id":"a","sentence":0}],"text":"The ferry sank."},\
        {"from":[{"id":"c","sentence":3}],"text":"All were saved."}],\
        "timeline":[{"date":"2026-01-27","members":["a"]},{"date":"2026-01-28","members":["b","c"]}],\
        "title":"Ferry sinks, all saved"}
        {"continues":false,"duplicates":0,"id":"s2","languages":["fr"],"members":["d"],"new":1}

        """)
  }

  @Test func duplicatesAreARowForEachCopy() async throws {
    let folder = try Folder()
    _ = try await folder.export(Sample.documents, folder.options())
    #expect(
      try folder.text("out/duplicates.csv")
        == "group,kind,score,original_id,original_path,original_title,original_language,copy_id,copy_path,copy_title,"
        + "copy_language,original_coverage,copy_coverage,aligned_sentences,source,decided_by,copy_reported_earlier\r\n"
        + "g1,translation,0.9123,b,in/b.txt,\"Ferry sinks, all saved\",en,a,in/a.txt,غرق عبارة,ar,0.97,1.0,2,,,\r\n")
  }

  @Test func whatIsKnownBesidesTheGroupIsShown() async throws {
    var documents = Sample.documents
    documents[0].duplicate?.direction = .init(
      source: .theirs, signs: [.init(on: .mine, .translation, "Translated by *N*")])
    documents[0].decisions = [.init(.same, other: "b", by: "R. Haddad", why: "confirmed")]
    documents[0].earlier = [
      .init(id: "x", bundle: "daily-1.zip", date: "2026-01-20", kind: .near, score: 1, coverage: [1, 1])
    ]
    documents[1].decisions = [.init(.different, other: "b"), .init(.different, other: "gone", by: "N.")]
    documents[2].decisions = [.init(.different, other: "d")]
    let folder = try Folder()
    _ = try await folder.export(documents, folder.options())
    #expect(try folder.text("out/duplicates.csv").hasSuffix(",2,original,R. Haddad,2026-01-20\r\n"))
    let brief = try folder.text("out/summary.md")
    #expect(
      brief.contains(
        "2 sentences match; the first was made from the second (“Translated by \\*N\\*”); "
          + "decided by R. Haddad: confirmed."))
    #expect(
      brief.contains(
        """
        ## Not the same article

        - “Le pont est fermé.” · French · `in/d.txt`\("  ")
          **Ferry sinks, all saved** · English, 28 January 2026 · `in/b.txt`\("  ")
          Decided by an analyst
        - “Le pont est fermé.” · French · `in/d.txt`\("  ")
          `gone`\("  ")
          Decided by N.

        ## Reported earlier

        - **غرق عبارة** · Arabic, 27 January 2026 · `in/a.txt` · near copy of a report of 20 January 2026 in \
        `daily-1.zip`

        """))
  }

  @Test func theBriefReadsAsAPage() async throws {
    let folder = try Folder()
    let harness = StageHarness()
    var report = RunReport(
      info: RunInfo(id: "r", name: "daily", date: "2026-01-28", version: "0", pipeline: ""),
      stages: [.init(id: "read", use: "read-files", plugin: "input", version: "0", options: .null)])
    report.stages[0].counts.quarantined = 2
    report.stages[0].reasons = ["language not kept": 1]
    report.warnings = [.init(stage: "read", message: "'x' is named more than once; it was read once")]
    harness.services.record.report = report
    _ = try await folder.export(Sample.documents, folder.options(), harness: harness)
    #expect(
      try folder.text("out/summary.md") == """
        # daily, 28 January 2026

        **4 documents** in 3 languages (English 2, Arabic 1, French 1), **2 stories**, 1 translated copy.

        ## Stories

        ### 1. Ferry sinks, all saved

        3 reports, 2 different articles · Arabic, English · 27 to 28 January 2026

        > The ferry sank. [1, 2] All were saved. [3]

        27 January 2026: 1 report [2] · 28 January 2026: 2 reports [1, 3]

        1. **Ferry sinks, all saved** · English, 28 January 2026 · `in/b.txt`
        2. **غرق عبارة** · Arabic, 27 January 2026 · `in/a.txt` · same article as 1, in another language
        3. **Rescue "at sea"** · English, 28 January 2026 · `in/c.jsonl`

        ## Told by one report only

        - “Le pont est fermé.” · French · `in/d.txt`

        ## The same article

        ### In another language

        - **غرق عبارة** · Arabic, 27 January 2026 · `in/a.txt`\("  ")
          **Ferry sinks, all saved** · English, 28 January 2026 · `in/b.txt`\("  ")
          All of the first text is in the second, 97% of the second in the first; 2 sentences match.

        ## Left out

        - 2 documents could not be processed by `read`; see `quarantine.jsonl`
        - 1 document left out by `read`: language not kept

        ## To keep in mind

        - 'x' is named more than once; it was read once (`read`)

        """)
  }

  private var keywords: JSONValue {
    .object([
      "names": .array(["Ferry Co."]), "places": .array(["Malta"]), "numbers": .array(["212"]), "dates": .array([]),
    ])
  }

  /// A story of three reports, told in one sentence, with what they do not share.
  private var told: [Document] {
    var documents = Sample.documents.filter { $0.kind == .document && $0.story == "s1" }
    var summary = Document(id: "summary-s1", kind: .summary, text: "The ferry sank.")
    summary.story = "s1"
    summary.parents = documents.map(\.id)
    summary.summary = [.init(text: "La nave affondò.", from: [.init(id: "b", sentence: 0)], language: "it")]
    func statement(_ id: String, _ text: String, _ language: String, _ number: String? = nil) -> JSONValue {
      var fields: [String: JSONValue] = [
        "id": .string(id), "sentence": 1, "text": .string(text), "language": .string(language),
      ]
      if let number { fields["number"] = .string(number) }
      return .object(fields)
    }
    func difference(_ kind: String, _ statements: [JSONValue]) -> JSONValue {
      .object(["kind": .string(kind), "statements": .array(statements)])
    }
    summary.metadata = [
      "keywords": keywords,
      "differences": .array([
        difference(
          "numbers", [statement("b", "212 were on board.", "en", "212"), statement("c", "Some 198.", "en", "198")]),
        difference("report", [statement("c", "It was foggy.", "en")]),
        difference("language", [statement("a", "غرق.", "ar")]), .object(["kind": "nonsense"]),
      ]),
    ]
    documents.append(summary)
    return documents
  }

  @Test func theBriefShowsWhatReportsDoNotShare() async throws {
    let folder = try Folder()
    _ = try await folder.export(told, folder.options())
    let text = try folder.text("out/summary.md")
    #expect(
      text.contains(
        """
        > In Italian: La nave affondò. [1]

        Malta · Ferry Co.

        27 January 2026: 1 report [2] · 28 January 2026: 2 reports [1, 3]

        What the reports do not share:

        - The figures differ:
          - **212** · “212 were on board.” [1]
          - **198** · “Some 198.” [3]
        - Only in [3]: “It was foggy.”
        - Only in Arabic: “غرق.” (Arabic) [2]

        1.
        """), "\(text)")
  }

  @Test func theBriefForProgramsHasStoriesWithTheirReports() async throws {
    let folder = try Folder()
    _ = try await folder.export(told, folder.options("out", [.json]))
    #expect(folder.names("out") == ["brief.json"])
    let value = try JSONDecoder().decode(JSONValue.self, from: Data(try folder.text("out/brief.json").utf8))
    guard case .object(let page) = value, case .array(let stories)? = page["stories"],
      case .object(let story)? = stories.first, case .array(let reports)? = story["reports"],
      case .array(let differences)? = story["differences"]
    else {
      Issue.record("\(value)")
      return
    }
    #expect(page["documents"] == 3)
    #expect(page["duplicates"] == .object(["translation": 1]))
    #expect(story["id"] == "s1" && story["new"] == 3)
    #expect(reports.count == 3 && differences.count == 3)
    #expect(story["keywords"] == keywords)
  }

  @Test func whatIsNewComesFirst() async throws {
    let folder = try Folder()
    var documents = (0..<3).map { Sample.report("old\($0)", "o.txt", "Old", "Text.", "en", story: "s-before") }
    for index in documents.indices {
      documents[index].earlier = [
        .init(id: "x", bundle: "b.zip", date: "2026-03-01", kind: .exact, score: 1, coverage: [1, 1])
      ]
    }
    documents += (0..<2).map { Sample.report("new\($0)", "n.txt", "New", "Text.", "en", story: "s-new0") }
    _ = try await folder.export(documents, folder.options())
    let lines = try folder.text("out/stories.jsonl").split(separator: "\n")
    #expect(lines[0].contains("\"continues\":false") && lines[0].contains("\"new\":2"))
    #expect(lines[1].contains("\"continues\":true") && lines[1].contains("\"new\":0"))
    #expect(
      try folder.text("out/summary.md").contains("3 reports · English · nothing new · goes on from an earlier day"))
  }

  @Test func aRunWithoutStoriesOrDocumentsHasFilesTooAndNoHeadingsWithoutContent() async throws {
    let folder = try Folder()
    _ = try await folder.export([], folder.options())
    #expect(try folder.text("out/summary.md") == "# test, 12 March 2026\n\n**0 documents**.\n")
    #expect(try folder.text("out/stories.jsonl") == "")
    #expect(try folder.text("out/documents.jsonl") == "")
  }

  @Test func thousandsOfReportsGiveAShortBrief() throws {
    let brief = BriefBuilder()
    for number in 0..<5000 {
      try brief.add(
        Sample.report("\(number)", "\(number).txt", "Report \(number)", "Text.", "en", story: "s\(number % 100)"))
    }
    let report = RunReport(info: StageHarness().run, stages: [])
    let text = String(decoding: try brief.summaryMarkdown(report: report), as: UTF8.self)
    #expect(text.contains("### 50. ") && !text.contains("### 51. "))
    #expect(text.contains("… and 50 smaller stories, in `stories.jsonl`."))
    #expect(text.contains("… and 38 more reports, in `stories.jsonl`."))
    #expect(text.utf8.count < 100_000)
  }

  @Test func blocksOfDocumentsKeepTheirOrderAndEachIsPassedOnOnce() async throws {
    let folder = try Folder()
    // Two blocks by number, and one by size.
    var documents = (0..<2100).map { Document(id: "d\($0)", text: "Text \($0).") }
    documents.append(Document(id: "long", text: String(repeating: "long ", count: 300_000)))
    documents.append(Document(id: "last", text: "The end."))
    let result = try await folder.export(documents, folder.options("out", [.jsonl]))
    #expect(result.passed == documents)
    let lines = try folder.text("out/documents.jsonl").split(separator: "\n")
    let decoded = try lines.map { try JSONDecoder().decode(Document.self, from: Data($0.utf8)).id }
    #expect(decoded == documents.map(\.id))
  }

  @Test func tablesOfManyBlocksAreWholeAndInOrder() throws {
    let folder = try Folder()
    let brief = BriefBuilder(scratch: folder.url)
    let title = String(repeating: "A long title ", count: 20)
    for number in 0..<4000 {
      let duplicate = Document.Duplicate(
        group: "g\(number / 2)", role: number % 2 == 0 ? .original : .copy,
        of: number % 2 == 0 ? nil : "d\(number - 1)",
        kind: .near, score: 0.5, coverage: [0.5, 1])
      try brief.add(
        Sample.report("d\(number)", "a.jsonl", title, "Text.", "en", story: "s\(number % 1500)", duplicate: duplicate))
    }
    var blocks: [Data] = []
    try brief.writeDuplicates { blocks.append($0) }
    #expect(blocks.count > 1, "more than one block")
    let rows = String(decoding: blocks.reduce(Data(), +), as: UTF8.self).split(separator: "\r\n").dropFirst()
    #expect(rows.map { $0.split(separator: ",")[0] } == (0..<2000).map { "g\($0)" })
    #expect(rows.allSatisfy { $0.contains(",near,0.5,d") })

    var stories = Data()
    try brief.writeStories { stories += $0 }
    let records = try stories.split(separator: 0x0A).map { try JSONDecoder().decode(StoryRecord.self, from: $0) }
    // 1000 stories of three documents come before 500 of two.
    #expect(records.map(\.id) == (0..<1500).map { "s\($0)" })
    #expect(records.map(\.members.count) == Array(repeating: 3, count: 1000) + Array(repeating: 2, count: 500))
    #expect(records.first?.members == ["d0", "d1500", "d3000"])
    #expect(records.first?.duplicates == 0)
  }

  @Test func documentsWithoutStoryOrCopiesTakeNoRoom() throws {
    let folder = try Folder()
    let brief = BriefBuilder(scratch: folder.url)
    for number in 0..<20_000 { try brief.add(Sample.report("d\(number)", "a.txt", "Title \(number)", "Text.", "en")) }
    let text = String(
      decoding: try brief.summaryMarkdown(report: RunReport(info: StageHarness().run, stages: [])), as: UTF8.self)
    #expect(text.contains("**20000 documents** in 1 language (English 20000)."))
    #expect(text.contains("**Title 99**") && !text.contains("**Title 100**"))
    #expect(text.contains("… and 19900 more, in `documents.jsonl`."))
    var status = stat()
    let kept = try #require(OpenFiles.withoutName(from: folder.url).first)
    #expect(stat(kept, &status) == 0 && status.st_size < 50_000, "only what is shown is kept")
  }

  @Test(arguments: [
    ("zh-Hant", "Chinese, Traditional"), ("sr-Latn", "Serbian (Latin)"), ("und", "unknown language"),
    ("qqq", "qqq"), ("not a code", "not a code"),
  ])
  func languagesHaveNames(code: String, name: String) throws {
    let brief = BriefBuilder()
    try brief.add(Sample.report("a", "a.txt", "Title", "Text.", code))
    let text = String(
      decoding: try brief.summaryMarkdown(report: RunReport(info: StageHarness().run, stages: [])), as: UTF8.self)
    #expect(text.contains("**1 document** in 1 language (\(name) 1)."))
  }

  @Test func unknownFormatsAreRefusedWithWhatExists() {
    let place = SourceLocation(file: "t.yaml", line: 1, column: 1)
    let formats = ConfigNode.Content.sequence([ConfigNode(.scalar("markdwon", quoted: false), at: place)])
    let mistakes = StageHarness.options(
      Export.Options.self, [("directory", .scalar("o", quoted: false)), ("formats", formats)]
    ).diagnostics
    #expect(
      mistakes.map(\.message) == ["'markdwon' is not one of jsonl, csv, markdown, json; did you mean 'markdown'?"])
    #expect(
      StageHarness.options(Export.Options.self, []).diagnostics.map(\.code) == ["missing-option"])
  }
}
