import ArgumentParser
import PipelineKit

/// `toolkit stage-worker`: what a run starts for a stage with a `timeout`. Not for people.
struct StageWorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stage-worker", abstract: "Process documents for a run.", shouldDisplay: false)

  @Argument(help: "The stage's name, for lists of processes; the run says the rest.")
  var stage: String

  /// How a run starts it.
  static let isolation = StageIsolation.thisProgram(name: "toolkit", arguments: ["stage-worker"])

  func run() async throws { await StageWorker.serve(plugins, encoder: Surroundings.encoder) }
}
