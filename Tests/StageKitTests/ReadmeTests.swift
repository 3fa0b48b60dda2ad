import Foundation
import StageKit
import StageTesting
import Testing

/// The README's example of a stage is a file that is compiled, run, and the same to the letter.
@Suite struct ReadmeTests {
  @Test func theExampleIsTheOneInTheReadme() throws {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let root = here.deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    let example = try String(contentsOf: here.appendingPathComponent("KeepLanguages.swift"), encoding: .utf8)
    #expect(readme.contains("```swift\n\(example)```"))
    #expect(example.split(separator: "\n", omittingEmptySubsequences: false).count <= 41)
  }

  @Test func theExampleWorks() async throws {
    let (options, diagnostics) = StageHarness.options(
      KeepLanguages.Options.self,
      [("keep", .sequence([ConfigNode(.scalar("ar", quoted: false), at: SourceLocation(file: "x", line: 1))]))])
    #expect(diagnostics.isEmpty)
    let harness = StageHarness()
    var arabic = Document(id: "a", text: "x")
    arabic.language = .init(code: "ar", confidence: 1)
    let result = try await harness.process(
      [arabic, Document(id: "b", text: "y")], with: KeepLanguages(options, in: harness.context))
    #expect(result.passed.map(\.id) == ["a"])
    #expect(result.dropped.map(\.reason) == ["another language"])
  }
}
