import ArgumentParser
import Foundation
import PipelineKit
import StageKit

/// `toolkit test`: the tests that pipelines bring along.
struct TestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run the tests that stand in pipeline files.",
    discussion: """
      A test sends documents of its own through the pipeline's stages, without its sources and sinks, and compares what \
      comes out with what it expects. Nothing is written. Exits with 1 if a test failed, or could not be run on this \
      machine; with 78 if a pipeline has mistakes: then no test is run.
      """)

  @Argument(help: "The pipeline files (YAML).")
  var pipelines: [String]

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Set an option; may be repeated.", valueName: "id.option=value"))
  var overrides: [String] = []

  @Option(help: "Documents at once, and threads a stage may use; by default as many as there are processors.")
  var workers = ProcessInfo.processInfo.activeProcessorCount

  @Flag(help: "Tests that can't be run on this machine are no failure.")
  var allowSkipped = false

  @Option(help: "text or json.")
  var format = OutputFormat.text

  private struct Tested: Encodable {
    var pipeline: String
    var tests: [PipelineTestResult]
  }

  func validate() throws {
    guard (1...256).contains(workers) else { throw ValidationError("--workers must be from 1 to 256.") }
  }

  func run() async throws {
    let encoder = Surroundings.encoder
    let plans = try check(encoder.status)
    let task = Task { try await run(plans, encoder) }
    let interrupts = Interrupts { task.cancel() }
    defer { interrupts.stop() }
    let tested: [Tested]
    do {
      tested = try await task.value
    } catch {
      Console.report("interrupted")
      throw ExitCodes.interrupted
    }
    let results = tested.flatMap(\.tests)
    if format == .json {
      try Console.print(json: tested)
    } else {
      for failure in results.flatMap(\.failures) { Self.show(failure) }
    }
    try end(results)
  }

  /// All plans; if one has mistakes, those of all are reported.
  private func check(_ encoder: EncoderLoader.Status) throws -> [PipelinePlan] {
    var plans: [PipelinePlan] = []
    for path in pipelines {
      let arguments = try PipelineArguments.of(path, overrides: overrides)
      do {
        let (plan, findings, text) = try arguments.check(encoder: encoder, checksEnds: false)
        // What this machine can't do is said with the tests that want it.
        let mistakes = Diagnostics(findings.items.filter { $0.severity == .error })
        if !mistakes.items.isEmpty { Console.report(DiagnosticRenderer(text: text, file: path).render(mistakes)) }
        if let plan { plans.append(plan) }
      } catch is ExitCode {
        continue
      }
    }
    guard plans.count == pipelines.count else { throw ExitCodes.configuration }
    return plans
  }

  private func run(_ plans: [PipelinePlan], _ encoder: EncoderLoader) async throws -> [Tested] {
    var all: [Tested] = []
    for plan in plans {
      if plan.tests.isEmpty { Console.report("\(plan.file) has no tests") }
      let info = Surroundings.runInfo(name: plan.name, pipeline: plan.text, date: nil)
      let run = PipelineTestRun(
        plan, info: info, workers: workers, encoder: encoder, cacheDirectory: Surroundings.cacheDirectory)
      var tested = Tested(pipeline: plan.file, tests: [])
      for test in plan.tests {
        let result = try await run.run(test)
        if format == .text { Self.show(result, of: plan.file) }
        tested.tests.append(result)
      }
      all.append(tested)
    }
    return all
  }

  private static func show(_ result: PipelineTestResult, of file: String) {
    let word =
      switch result.outcome {
      case .ok: "ok     "
      case .failed: "FAILED "
      case .notRun: "not run"
      }
    let seconds = String(format: "%6.2f s", result.seconds)
    Console.print("\(word) \(seconds)  \(file): \(result.name)\(result.reason.map { " (\($0))" } ?? "")")
  }

  private static func show(_ failure: PipelineTestResult.Failure) {
    Console.print(
      """

      \(failure.location): failed[\(failure.expectation)]
        expected: \(failure.expected)
        found:    \(failure.found)
      """)
  }

  private func end(_ results: [PipelineTestResult]) throws {
    let failed = results.count { $0.outcome == .failed }
    let skipped = results.count { $0.outcome == .notRun }
    if results.isEmpty {
      Console.report("there is nothing to test; docs/pipelines.md explains 'tests:'")
      throw ExitCodes.failure
    }
    var words = ["\(results.count - failed - skipped) ok"]
    if failed > 0 { words.append("\(failed) failed") }
    if skipped > 0 { words.append("\(skipped) not run") }
    Console.report("\(count(results.count, "test")): \(words.joined(separator: ", "))")
    if failed > 0 || (skipped > 0 && !allowSkipped) { throw ExitCodes.failure }
  }
}
