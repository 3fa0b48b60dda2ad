import StageKit
import Testing

@testable import PipelineKit

/// Wording and position of every mistake: what a user of a pipeline file sees first.
@Suite struct PipelinePlanTests {
  private func findings(
    _ yaml: String, environment: [String: String] = [:], overrides: [String] = [], inputs: [String]? = nil
  ) -> [String] {
    let request = PipelinePlan.Request(
      plugins: [samples], environment: environment, overrides: overrides, inputs: inputs,
      encoder: .missing(reason: "there is none"))
    return PipelinePlan.make(text: yaml, file: "p.yaml", request).findings.items.map(\.description)
  }

  private func stage(_ lines: String) -> String {
    "version: 1\nstages:\n  - use: count-up\n  - use: upcase\n  - use: picky\n" + lines + "\n  - use: counter\n"
  }

  @Test func aGoodFileHasNoFindings() {
    #expect(findings(stage("    with: { threshold: 0.8 }")) == [])
  }

  @Test(arguments: [
    (
      "    with: { treshold: 0.8 }",
      "p.yaml:6:13: error[unknown-option]: 'treshold' is not an option of picky; did you mean 'threshold'?"
    ),
    (
      "    with: { colour: 0.8 }",
      "p.yaml:6:13: error[unknown-option]: 'colour' is not an option of picky; it has refuse, drop, split, threshold"
    ),
    (
      "    with: { threshold: high }",
      "p.yaml:6:24: error[wrong-type]: 'threshold' must be a number, found 'high'"
    ),
    (
      "    with: { threshold: \"0.8\" }",
      "p.yaml:6:24: error[wrong-type]: 'threshold' must be a number, found the text \"0.8\""
    ),
    (
      "    with: { threshold: 8 }",
      "p.yaml:6:24: error[out-of-range]: 'threshold' is 8, but must be from 0.0 to 1.0"
    ),
    ("    with: { drop: d1 }", "p.yaml:6:19: error[wrong-type]: 'drop' must be a list, found 'd1'"),
    ("    with: { drop: [a, [b]] }", "p.yaml:6:23: error[wrong-type]: 'drop[1]' must be a text, found a list"),
    ("    with: [a]", "p.yaml:6:11: error[wrong-type]: 'with' must be a mapping of options, found a list"),
    ("    wiht: {}", "p.yaml:6:5: error[unknown-key]: 'wiht' is not a key of a stage; did you mean 'with'?"),
    ("    workers: 0", "p.yaml:6:14: error[out-of-range]: 'workers' is 0, but must be from 1 to 256"),
    (
      "    timeout: 30",
      "p.yaml:6:14: error[wrong-type]: 'timeout' must be a duration such as 500ms, 30s, 2m or 1h, found '30'"
    ),
    (
      "    on-error: quarentine",
      "p.yaml:6:15: error[unknown-value]: 'quarentine' is not one of quarantine, fail; did you mean 'quarantine'?"
    ),
    (
      "    with: { drop: [no] }",
      "p.yaml:6:20: warning[yaml-surprise]: 'no' without quotes is false for many YAML tools; write \"no\" for the text, or false"
    ),
    (
      "    with: { drop: [012] }",
      "p.yaml:6:20: warning[yaml-surprise]: '012' without quotes is an octal number for many YAML tools; "
        + "write \"012\" for the text, or leave out the zero"
    ),
    (
      "    with: { drop: [\"${GONE}\"] }",
      "p.yaml:6:20: error[unset-variable]: GONE is not set; set it, or write ${GONE:-default}"
    ),
    (
      "    with: { drop: [\"${GONE:?name an id}\"] }",
      "p.yaml:6:20: error[unset-variable]: GONE: name an id"
    ),
    (
      "    id: upcase",
      "p.yaml:6:5: error[duplicate-id]: the stage on line 4 is called 'upcase' too; give one of them an 'id' of its own"
    ),
    (
      "    when: { kind: documnet }",
      "p.yaml:6:19: error[unknown-value]: 'documnet' is not one of document, summary; did you mean 'document'?"
    ),
    (
      "    when: { language: [] }",
      "p.yaml:6:23: error[no-values]: 'when.language' is empty, so it never holds; name some values"
    ),
    (
      "    when: { langage: ar }",
      "p.yaml:6:13: error[unknown-key]: 'langage' is not a key of 'when'; did you mean 'language'?"
    ),
    ("  - use: pickey", "p.yaml:6:10: error[unknown-stage]: there is no stage 'pickey'; did you mean 'picky'?"),
    (
      "  - reverse",
      "p.yaml:6:5: error[wrong-type]: a stage is a mapping with 'use', found 'reverse'; write '- use: reverse'"
    ),
    (
      "  - use: reverse\n    timeout: 3s",
      "p.yaml:7:5: error[not-for-this-stage]: 'timeout' is for stages that take one document at a time; reverse is a corpus stage"
    ),
    (
      "  - use: count-up\n    id: again",
      "p.yaml:6:10: error[late-source]: count-up is a source: it must stand before all other stages"
    ),
    ("\t- use: reverse", "p.yaml:6:1: error[tab]: a tab indents this line; YAML takes spaces only"),
    (
      "    with: { drop: [a, b }",
      "p.yaml:6:25: error[syntax]: did not find expected ',' or ']' (while parsing a flow sequence)"
    ),
    (
      "    with: {}\n    with: {}",
      "p.yaml:7:5: error[duplicate-key]: 'with' is given twice; it stands on line 6 already"
    ),
    ("    with: *nothing", "p.yaml:6:11: error[unknown-alias]: '*nothing' has no anchor '&nothing' before it"),
    (
      "    with: !!python/object {}",
      "p.yaml:6:11: error[unknown-tag]: the tag 'tag:yaml.org,2002:python/object' means nothing here; remove it"
    ),
  ]) func mistakesAreNamedWithTheirPlace(lines: String, expected: String) {
    #expect(findings(stage(lines)).first == expected)
  }

  @Test(arguments: [
    ("    timeout: ${GONE}", "6:14: error[unset-variable]: GONE is not set; set it, or write ${GONE:-default}"),
    ("    timeout: ${no name}", "6:14: error[bad-variable]: '${no name}' is no variable's name"),
    ("    with: { drop: [\"${GONE\"] }", "6:20: error[bad-variable]: '${' has no '}' after it; '$$' is a dollar sign"),
  ]) func whatCannotBeFilledInIsSaidOnce(line: String, expected: String) {
    #expect(findings(stage(line)) == ["p.yaml:\(expected)"])
  }

  @Test func allMistakesComeAtOnceInTheOrderOfTheFile() {
    let all = findings(
      """
      version: 2
      nmae: x
      stages:
        - use: count-up
          with: { count: many, depth: 3 }
        - use: nothing-like-it
        - use: picky
          with: { threshold: 3 }
      """)
    #expect(
      all == [
        "p.yaml:1:10: error[unknown-version]: this toolkit reads version 1 of pipeline files, not '2'",
        "p.yaml:2:1: error[unknown-key]: 'nmae' is not a key of a pipeline; did you mean 'name'?",
        "p.yaml:5:20: error[wrong-type]: 'count' must be a whole number, found 'many'",
        "p.yaml:5:26: error[unknown-option]: 'depth' is not an option of count-up; it has count, paths, twins",
        "p.yaml:6:10: error[unknown-stage]: there is no stage 'nothing-like-it'; there are count-up, upcase, picky, "
          + "sleepy, reverse, greedy, twice, impatient, adder, counter",
        "p.yaml:8:24: error[out-of-range]: 'threshold' is 3, but must be from 0.0 to 1.0",
      ])
  }

  @Test func orderIsChecked() {
    #expect(
      findings("version: 1\nstages:\n  - use: upcase\n  - use: counter\n")
        == ["p.yaml:3:10: error[no-source]: a pipeline starts with a source, and upcase is none"])
    #expect(
      findings("version: 1\nstages:\n  - use: count-up\n  - use: picky\n  - use: upcase\n  - use: counter\n")
        == ["p.yaml:4:10: error[impossible-order]: picky needs languages, but upcase comes after it"])
    #expect(
      findings("version: 1\nstages:\n  - use: count-up\n  - use: picky\n")
        == [
          "p.yaml:4:10: warning[unmet-need]: picky needs languages and no stage before it finds them; "
            + "documents that don't bring their own are treated as unknown",
          "p.yaml:4:10: warning[no-sink]: no stage writes anything: the run will only be counted",
        ])
  }

  @Test func emptyAndForeignFilesAreRefused() {
    #expect(findings("") == ["p.yaml: error[empty]: the file holds no pipeline"])
    #expect(findings("# only a comment\n") == ["p.yaml: error[empty]: the file holds no pipeline"])
    #expect(
      findings("- a\n- b\n")
        == ["p.yaml:1:1: error[wrong-type]: a pipeline file is a mapping with version, name and stages"])
    #expect(
      findings("version: 1\nstages: []\n")
        == ["p.yaml:2:9: error[wrong-type]: 'stages' must be a list with at least one '- use: …'"])
    #expect(
      findings("version: 1\n---\nversion: 1\n").last
        == "p.yaml:2:1: error[several-documents]: a pipeline file holds one YAML document, this is another")
    #expect(
      findings("version: 1\nname: \"a\u{1}b\"\n")
        == [
          "p.yaml:2:9: error[bad-character]: the file is not plain UTF-8 text here (control characters are not allowed)"
        ])
  }

  @Test func aliasBombsAreRefused() {
    var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...8 {
      yaml += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
    }
    #expect(findings(yaml).contains { $0.contains("error[alias-bomb]") })
    #expect(findings(String(repeating: "[", count: 5000)).contains { $0.contains("error[too-deep]") })
  }

  @Test func overridesReplaceOptions() throws {
    let yaml = stage("    with: { threshold: 0.1 }")
    let request = PipelinePlan.Request(
      plugins: [samples], overrides: ["picky.threshold=0.9", "picky.drop=[x, y]"], encoder: .missing(reason: ""))
    let plan = try #require(PipelinePlan.make(text: yaml, file: "p.yaml", request).plan)
    guard case .object(let options) = plan.stages[2].options else { throw StageError("shape", "no options") }
    #expect(options["threshold"] == .number(0.9))
    #expect(options["drop"] == .array(["x", "y"]))
    #expect(
      findings(
        yaml, overrides: ["pickey.drop=[]", "picky.thresold=1", "picky", "picky.threshold=[", "picky.threshold=no"])
        == [
          "--set pickey.drop=[]: error[unknown-id]: the pipeline has no stage 'pickey'; did you mean 'picky'?",
          "--set picky: error[bad-override]: an override is written ID.option=value",
          "--set picky.threshold=[: error[syntax]: did not find expected node content (while parsing a flow node)",
          "--set picky.threshold=no: warning[yaml-surprise]: 'no' without quotes is false for many YAML tools; "
            + "write \"no\" for the text, or false",
          "--set picky.thresold=1: error[unknown-option]: 'thresold' is not an option of picky; "
            + "did you mean 'threshold'?",
          "--set picky.threshold=no: error[wrong-type]: 'threshold' must be a number, found 'no'",
        ])
  }

  @Test func variablesAreFilledInAfterParsing() throws {
    let yaml = stage("    with:\n      threshold: ${LEVEL}\n      drop: [\"${IDS}\", \"$$5\", \"${NONE:-none}\"]")
    let request = PipelinePlan.Request(
      plugins: [samples], environment: ["LEVEL": "0.7", "IDS": "a, b]\nversion: 2"], encoder: .missing(reason: ""))
    let (plan, findings) = PipelinePlan.make(text: yaml, file: "p.yaml", request)
    #expect(findings.items == [])
    // What came from the environment is used, and kept out of reports.
    guard case .object(let options) = try #require(plan).stages[2].options else { throw StageError("shape", "") }
    #expect(options["threshold"] == "(from the environment)")
    #expect(options["drop"] == "(from the environment)")
    #expect(options["refuse"] == .array([]))
  }

  @Test func messagesDoNotRepeatWhatCameFromTheEnvironment() {
    let yaml = stage("    with:\n      threshold: ${LEVEL}")
    #expect(
      findings(yaml, environment: ["LEVEL": "hunter2"])
        == ["p.yaml:7:18: error[wrong-type]: 'threshold' must be a number, found a value from the environment"])
    #expect(!findings(yaml, environment: ["LEVEL": "77"]).joined().contains("77"))
  }

  @Test func commandLinePathsReplaceTheSourcesOwn() async throws {
    let request = PipelinePlan.Request(plugins: [samples], inputs: ["x.txt", "no"], encoder: .missing(reason: ""))
    let plan = try #require(PipelinePlan.make(text: stage(""), file: "p.yaml", request).plan)
    guard case .object(let options) = plan.stages[0].options else { throw StageError("shape", "") }
    #expect(options["paths"] == .array(["x.txt", "no"]))
    #expect(
      findings("version: 1\nstages:\n  - use: upcase\n", inputs: ["x"]).first
        == "command line: error[no-input]: paths were given, but no stage of the pipeline takes 'paths'")
  }

  @Test func findingsShowTheLineAndACaret() {
    let yaml = "version: 1\nstages:\n  - use: count-up\n    with: { cuont: 3 }\n"
    let request = PipelinePlan.Request(plugins: [samples], encoder: .missing(reason: ""))
    let findings = PipelinePlan.make(text: yaml, file: "p.yaml", request).findings
    let rendered = DiagnosticRenderer(text: yaml, file: "p.yaml").render(
      Diagnostics(findings.items.filter { $0.severity == .error }))
    #expect(
      rendered == """
        p.yaml:4:13: error[unknown-option]: 'cuont' is not an option of count-up; did you mean 'count'?
          4 |     with: { cuont: 3 }
            |             ^
        """)
  }
}
