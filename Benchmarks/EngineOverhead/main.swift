/// What the engine itself takes: documents of 3 KB from memory through five empty stages to an empty sink.
///
///     engine-overhead [DOCUMENTS [WORKERS [RUNS]]]
///
/// Prints a line a run: documents a second, and documents a second of CPU time of all threads, which is what one core
/// moves. Making the documents of texts in memory is counted too. Build it in release.

import Foundation
import Logging
import PipelineKit
import StageKit

let numbers = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }
guard numbers.count <= 3, numbers.allSatisfy({ $0 > 0 }) else {
  FileHandle.standardError.write(Data("usage: engine-overhead [DOCUMENTS [WORKERS [RUNS]]]\n".utf8))
  exit(2)
}
let count = numbers.first ?? 1_000_000
let workers = numbers.count > 1 ? numbers[1] : ProcessInfo.processInfo.activeProcessorCount
let runs = numbers.count > 2 ? numbers[2] : 3

let stages = (1...5).map { "  - { id: stage-\($0), use: leave-alone }" }
let text = """
  version: 1
  stages:
    - use: make-documents
      with: { count: \(count) }
  \(stages.joined(separator: "\n"))
    - use: confirm-all
  """
let missing = EncoderLoader(status: .missing(reason: "empty stages need none")) { _ in
  throw StageError("no-encoder", "empty stages need no encoder")
}
let (plan, findings) = PipelinePlan.make(
  text: text, file: "empty.yaml", .init(plugins: [emptyStages], encoder: missing.status))
guard let plan else {
  for finding in findings.items { print(finding) }
  exit(1)
}
let folder = FileManager.default.temporaryDirectory.appendingPathComponent("engine-overhead-\(getpid())")
defer { try? FileManager.default.removeItem(at: folder) }
for number in 1...runs {
  let run = try PipelineRun(
    plan, info: RunInfo(id: "run-\(number)", name: "empty", date: "2026-01-01", version: "0", pipeline: text),
    settings: .init(
      workers: workers, encoder: missing, cacheDirectory: folder, logger: Logger(label: "engine-overhead")))
  let (start, used) = (ContinuousClock.now, ResourceUse.processNanoseconds())
  let report = await run.execute()
  let seconds = start.duration(to: .now) / .seconds(1)
  let cpuSeconds = Double(ResourceUse.processNanoseconds() &- used) / 1e9
  guard report.outcome == .finished, report.stages.last?.counts.passed == count else {
    print("the run failed: \(report.failure ?? "documents are missing")")
    exit(1)
  }
  let rates = [seconds, cpuSeconds].map { (Double(count) / $0).formatted(.number.precision(.fractionLength(0))) }
  let peak = ResourceUse.memory().map { "\($0.peak >> 20) MB at most" } ?? "memory unknown"
  print("\(count) documents, \(workers) workers: \(rates[0]) documents/s, \(rates[1]) documents/s a core, \(peak)")
}
