import StageKit
import Testing

@testable import PipelineKit

@Suite struct PipelineGraphTests {
  private func graph(_ yaml: String) throws -> PipelineGraph {
    let request = PipelinePlan.Request(plugins: [samples], encoder: .missing(reason: ""))
    let (plan, findings) = PipelinePlan.make(text: yaml, file: "p.yaml", request)
    return PipelineGraph(try #require(plan, "\(findings)"))
  }

  @Test func everyShapeAndWay() throws {
    let graph = try graph(
      """
      version: 1
      name: night
      stages:
        - use: count-up
        - { use: count-up, id: more }
        - use: upcase
          workers: 3
        - use: picky
          id: choice
          when: { language: [ar, "zh"], kind: document }
          on-error: fail
        - use: reverse
        - use: counter
      """)
    #expect(
      graph.mermaid == """
        ---
        title: "night"
        ---
        flowchart TD
          s1[/"count-up"/]
          s2[/"more: count-up"/]
          s3["upcase<br/>3 at once<br/>finds languages"]
          s4["choice: picky<br/>an error ends the run"]
          s5[["reverse"]]
          s6[("counter")]
          s1 --> s3
          s2 --> s3
          s3 -->|"when kind document; language ar, zh"| s4
          s4 --> s5
          s5 --> s6
          quarantine[/"quarantine"\\]
          s1 -.-> quarantine
          s2 -.-> quarantine
          s3 -.-> quarantine
          s5 -.-> quarantine
          s6 -.-> quarantine

        """)
  }

  @Test func whatMeansSomethingToMermaidIsWrittenByNumber() throws {
    #expect(
      PipelineGraph.escaped("a\"b]c|d#e;<br/>`%%{x}`\\\n& Ω 中 ع")
        == "a#34;b#93;c#124;d#35;e;#60;br/#62;#96;#37;#37;#123;x#125;#96;#92; #38; Ω 中 ع")
    let graph = try graph(
      """
      version: 1
      stages:
        - use: count-up
        - use: upcase
          when: { language: ["\\"] --> x[", русский] }
        - use: counter
      """)
    #expect(graph.mermaid.contains("  s1 -->|\"when language #34;#93; --#62; x#91;, русский\"| s2\n"))
  }

  @Test func aSourceAloneIsAGraph() throws {
    let graph = try graph("version: 1\nname: lone\nstages:\n  - { use: count-up, on-error: fail }\n")
    #expect(
      graph.mermaid == "---\ntitle: \"lone\"\n---\nflowchart TD\n  s1[/\"count-up<br/>an error ends the run\"/]\n")
    #expect(graph.edges.isEmpty)
  }
}
