import ArgumentParser
import PipelineKit
import StageKit

/// `toolkit graph`: a pipeline as a picture.
struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draw a pipeline as a Mermaid flowchart.",
    discussion: """
      Many wikis and code hosts draw what stands in a Markdown block named mermaid. Nothing is read and nothing is \
      written: the files that the pipeline reads need not be there.
      """)

  /// What is printed.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case mermaid, json
  }

  @Argument(help: "The pipeline file (YAML).")
  var pipeline: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Set an option; may be repeated.", valueName: "id.option=value"))
  var overrides: [String] = []

  @Option(help: "mermaid or json.")
  var format = Format.mermaid

  func run() throws {
    let arguments = try PipelineArguments.of(pipeline, overrides: overrides)
    let (plan, findings, text) = try arguments.check(encoder: Surroundings.encoder.status, checksEnds: false)
    guard let plan else {
      // What the machine lacks is of no interest here, mistakes are.
      let mistakes = Diagnostics(findings.items.filter { $0.severity == .error })
      Console.report(DiagnosticRenderer(text: text, file: pipeline).render(mistakes))
      throw ExitCodes.configuration
    }
    let graph = PipelineGraph(plan)
    switch format {
    case .mermaid: Console.print(String(graph.mermaid.dropLast()))
    case .json: try Console.print(json: graph)
    }
  }
}
