import FaultyStages
import Foundation
import Logging
import PipelineKit
import StageKit

/// `toolkit-faulty stage-worker …` serves the faulty stages; `toolkit-faulty run MARK CACHE` runs a pipeline whose only
/// document hangs for an hour, with workers that carry the mark in their arguments.
let missing = EncoderLoader(status: .missing(reason: "there is none")) { _ in throw StageError("none", "none") }
if CommandLine.arguments.dropFirst().first == "stage-worker" {
  await StageWorker.serve([faulty], encoder: missing)
}
let (mark, cache) = (CommandLine.arguments[1 + 1], CommandLine.arguments[2 + 1])
let yaml = """
  version: 1
  stages:
    - use: named
      with: { ids: [hang-1] }
    - use: misbehave
      timeout: 1h
  """
let (plan, findings) = PipelinePlan.make(
  text: yaml, file: "hang.yaml", .init(plugins: [faulty], encoder: missing.status))
guard let plan else { fatalError("\(findings)") }
let run = try PipelineRun(
  plan, info: RunInfo(id: mark, name: "hang", date: "2026-03-12", version: "0", pipeline: yaml),
  settings: .init(
    workers: 1, encoder: missing, cacheDirectory: URL(fileURLWithPath: cache), logger: Logger(label: "hang"),
    isolation: .thisProgram(name: "toolkit-faulty", arguments: ["stage-worker", mark])))
_ = await run.execute()
