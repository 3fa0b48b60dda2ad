import ArgumentParser
import PipelineKit
import StageKit

/// `toolkit validate`: every mistake of a pipeline, and nothing is run.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check a pipeline file and say everything that is wrong with it.",
    discussion: "Exits with 1 if there are errors, or warnings with --strict.")

  @OptionGroup var arguments: PipelineArguments

  @Flag(help: "Treat warnings as errors.")
  var strict = false

  @Option(help: "text or json.")
  var format = OutputFormat.text

  private struct Finding: Encodable {
    var severity: Diagnostic.Severity
    var code: String
    var message: String
    var file: String?
    var line: Int?
    var column: Int?
  }

  func run() throws {
    let (plan, findings, text) = try arguments.check(encoder: Surroundings.encoder.status)
    switch format {
    case .json:
      let list = findings.items.map {
        Finding(
          severity: $0.severity, code: $0.code, message: $0.message, file: $0.location?.file, line: $0.location?.line,
          column: $0.location?.column)
      }
      try Console.print(json: list)
    case .text:
      if !findings.items.isEmpty {
        Console.report(DiagnosticRenderer(text: text, file: arguments.pipeline).render(findings))
      }
      let count = findings.items.count
      let verdict = plan == nil ? "can't run" : count == 0 ? "is fine" : "can run"
      Console.report(
        "\(arguments.pipeline) \(verdict)\(count == 0 ? "" : ": \(count) finding\(count == 1 ? "" : "s")")")
    }
    if plan == nil || (strict && !findings.items.isEmpty) { throw ExitCodes.failure }
  }
}
