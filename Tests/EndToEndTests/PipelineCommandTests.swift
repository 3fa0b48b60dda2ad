import Foundation
import StageKit
import Testing

/// `test`, `new` and `graph`, as a user sees them.
@Suite struct PipelineCommandTests {
  private static let pipeline = """
    version: 1
    name: p
    stages:
      - use: read-files
        with: { paths: [nothing-is-here] }
      - use: detect-language
      - use: find-duplicates
        with: { kinds: [exact] }
      - use: export
        with: { directory: out }
    tests:
      - name: languages
        documents:
          - { id: en, text: "The harbour was closed for the night because of the storm, the authority said." }
          - { id: fr, text: "Le port a été fermé pour la nuit à cause de la tempête, selon les autorités." }
        until: detect-language
        expect:
          - language: { en: en, fr: de }
          - count: 2
      - name: copies
        documents:
          - { id: a, text: "The harbour was closed for the night." }
          - { id: b, text-file: b.txt }
        expect:
          - same-group: [a, b]
    """

  // MARK: test

  @Test func aTestSaysWhatItFound() throws {
    try TemporaryFolder.with { folder in
      try folder.write("p.yaml", Self.pipeline)
      try folder.write("b.txt", "\u{FEFF}The  harbour was closed for the night.\r\n")
      let result = try Toolkit.run(
        ["test", "p.yaml"], environment: ["TOOLKIT_CACHE_DIR": "\(folder.path)/c"], in: folder)
      #expect(result.status == 1)
      let output = result.output.replacing(/[0-9]+\.[0-9]+ s/, with: "N s").replacing(#/ +N s/#, with: " N s")
      #expect(
        output == """
          FAILED N s  p.yaml: languages
          ok N s  p.yaml: copies

          p.yaml:18:9: failed[language]
            expected: fr in de
            found:    fr is in fr

          """)
      #expect(result.errors == "2 tests: 1 ok, 1 failed\n")
      // Nothing was written, and nothing stays.
      #expect(try folder.names() == ["b.txt", "c", "p.yaml"])
      #expect(try folder.appendingPathComponent("c/tests").names() == [])
    }
  }

  @Test func aTestForPrograms() throws {
    struct Tested: Decodable {
      struct Test: Decodable {
        struct Failure: Decodable {
          var expectation: String
          var line: Int
          var column: Int
          var expected: String
          var found: String
        }
        var name: String
        var line: Int
        var outcome: String
        var seconds: Double
        var failures: [Failure]
      }
      var pipeline: String
      var tests: [Test]
    }
    try TemporaryFolder.with { folder in
      try folder.write("p.yaml", Self.pipeline)
      let result = try Toolkit.run(["test", "p.yaml", "--format", "json"], in: folder)
      #expect(result.status == 1)
      let tested = try JSONDecoder().decode([Tested].self, from: Data(result.output.utf8))
      #expect(tested.map(\.pipeline) == ["p.yaml"])
      #expect(tested[0].tests.map(\.name) == ["languages", "copies"])
      #expect(tested[0].tests.map(\.outcome) == ["failed", "failed"])
      let failures = tested[0].tests.flatMap(\.failures)
      #expect(failures.map(\.expectation) == ["language", "run"])
      #expect(failures.map(\.line) == [18, 20])
      #expect(
        failures[1].found
          == "the text of 'b', b.txt, can't be read: there is no such file (paths start from the pipeline file's folder)"
      )
    }
  }

  @Test func whatIsOverriddenIsTested() throws {
    try TemporaryFolder.with { folder in
      try folder.write("p.yaml", Self.pipeline.replacing("fr: de", with: "fr: fr"))
      try folder.write("b.txt", "The harbour was closed for the night.")
      #expect(try Toolkit.run(["test", "p.yaml"], in: folder).status == 0)
      let strict = try Toolkit.run(["test", "p.yaml", "--set", "detect-language.abstain-below=1"], in: folder)
      #expect(strict.status == 1)
      #expect(strict.output.contains("found:    en is in und; fr is in und"), "\(strict.output)")
      #expect(try Toolkit.run(["test", "p.yaml", "--set", "find-duplicates.kidns=[near]"], in: folder).status == 78)
    }
  }

  @Test func withoutTheModelATestIsNotRun() throws {
    try TemporaryFolder.with { folder in
      let environment = ["TOOLKIT_MODELS": "\(folder.path)/none"]
      try folder.write("p.yaml", Self.pipeline.replacing("[exact]", with: "[exact, translation]"))
      let result = try Toolkit.run(["test", "p.yaml"], environment: environment, in: folder)
      #expect(result.status == 1)
      #expect(
        result.output.contains("p.yaml: copies ('find-duplicates' would do less than it should: the model"),
        "\(result.output)")
      #expect(result.errors.hasSuffix("2 tests: 0 ok, 1 failed, 1 not run\n"))
      try folder.write(
        "q.yaml", Self.pipeline.replacing("[exact]", with: "[translation]").replacing("fr: de", with: "fr: fr"))
      #expect(try Toolkit.run(["test", "q.yaml"], environment: environment, in: folder).status == 1)
      #expect(try Toolkit.run(["test", "q.yaml", "--allow-skipped"], environment: environment, in: folder).status == 0)
    }
  }

  @Test func mistakesAreBadConfiguration() throws {
    try TemporaryFolder.with { folder in
      try folder.write("good.yaml", Self.pipeline)
      try folder.write("p.yaml", Self.pipeline.replacing("until: detect-language", with: "untli: detect-language"))
      let result = try Toolkit.run(["test", "good.yaml", "p.yaml", "gone.yaml"], in: folder)
      #expect(result.status == 78)
      #expect(result.output.isEmpty)
      #expect(
        result.errors.contains(
          "p.yaml:16:5: error[unknown-key]: 'untli' is not a key of a test; did you mean 'until'?"),
        "\(result.errors)")
      #expect(result.errors.contains("gone.yaml: error[unreadable]"))
      #expect(try Toolkit.run(["validate", "p.yaml"], in: folder).errors.contains("error[unknown-key]: 'untli'"))
    }
  }

  @Test func aFileWithoutTestsIsNoSuccess() throws {
    try TemporaryFolder.with { folder in
      let text = try #require(Self.pipeline.split(separator: "tests:").first)
      try folder.write("p.yaml", String(text))
      let result = try Toolkit.run(["test", "p.yaml"], in: folder)
      #expect(result.status == 1)
      #expect(result.errors == "p.yaml has no tests\nthere is nothing to test; docs/pipelines.md explains 'tests:'\n")
    }
  }

  @Test func ourOwnPipelinesPassTheirTests() throws {
    let pipelines = try Toolkit.root.appendingPathComponent("pipelines").names().filter { $0.hasSuffix(".yaml") }
    #expect(!pipelines.isEmpty)
    let skip = Toolkit.hasModel ? [] : ["--allow-skipped"]
    let result = try Toolkit.run(["test"] + pipelines.map { "pipelines/\($0)" } + skip)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
  }

  // MARK: new

  @Test(arguments: ["minimal", "daily", "nightly"])
  func aStarterRunsAsItStands(template: String) throws {
    try TemporaryFolder.with { folder in
      let made = try Toolkit.run(["new", "pipeline", "night-1", "--from", template], in: folder)
      #expect(made.status == 0 && made.output.isEmpty)
      #expect(made.errors.hasPrefix("night-1.yaml is written. What to do next:\n  toolkit validate night-1.yaml "))
      #expect(try folder.names() == ["night-1.yaml"])
      // The model is this machine's affair, not the file's.
      let strict = Toolkit.hasModel || template == "minimal" ? ["--strict"] : []
      let valid = try Toolkit.run(["validate", "night-1.yaml"] + strict, in: folder)
      #expect(valid.status == 0, "\(valid.errors)")
      let tested = try Toolkit.run(["test", "night-1.yaml", "--allow-skipped"], in: folder)
      #expect(tested.status == 0, "\(tested.output)")
      let ran = try Toolkit.run(["run", "night-1.yaml", "--quiet"], in: folder)
      #expect(ran.status == 0, "\(ran.errors)")
      #expect(try folder.names().contains("out"))
    }
  }

  @Test func whatExistsIsNotReplaced() throws {
    try TemporaryFolder.with { folder in
      let file = try folder.write("mine.yaml", "mine")
      let result = try Toolkit.run(["new", "pipeline", "mine"], in: folder)
      #expect(result.status == 1)
      #expect(result.errors == "error: mine.yaml exists already; choose another name, or move it away\n")
      #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
      let deep = try Toolkit.run(["new", "pipeline", "no/where.yml"], in: folder)
      #expect(deep.status == 1)
      #expect(deep.errors.hasPrefix("error: no/where.yml can't be written: there is no folder "), "\(deep.errors)")
      for arguments in [
        ["new", "pipeline", "a b"], ["new", "pipeline", "x", "--from", "weekly"], ["new", "plugin", "x"],
      ] {
        #expect(try Toolkit.run(arguments, in: folder).status == 2)
      }
      #expect(try folder.names() == ["mine.yaml"])
    }
  }

  // MARK: graph

  @Test func theGraphOfOurPipeline() throws {
    let result = try Toolkit.run(["graph", "pipelines/daily.yaml"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.hasPrefix("---\ntitle: \"daily\"\n---\nflowchart TD\n  s1[/\"read-files\"/]\n"))
    #expect(result.output.contains("\n  s2[\"detect-language<br/>finds languages\"]\n"))
    #expect(result.output.contains("\n  s1 --> s2\n"))
    #expect(result.output.hasSuffix("\n  s7 -.-> quarantine\n"))
  }

  @Test func aGraphNeedsNoFiles() throws {
    try TemporaryFolder.with { folder in
      try folder.write("p.yaml", Self.pipeline)
      let result = try Toolkit.run(["graph", "p.yaml", "--format", "json"], in: folder)
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
      let graph = try JSONDecoder().decode([String: JSONValue].self, from: Data(result.output.utf8))
      #expect(graph["name"] == "p")
      try folder.write("p.yaml", Self.pipeline.replacing("use: export", with: "use: exprot"))
      let wrong = try Toolkit.run(["graph", "p.yaml"], in: folder)
      #expect(wrong.status == 78 && wrong.output.isEmpty)
      #expect(wrong.errors.contains("did you mean 'export'?"))
    }
  }
}
