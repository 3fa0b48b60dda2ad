import Foundation
import StageKit

/// What goes in and what comes out, as a whole: sources that are replaced, and outputs that would meet.
extension Planner {
  /// Puts a quarantine in the place of all sources.
  func replaceSources(in pipeline: inout PipelineFile, _ reader: inout ConfigReader) {
    guard let quarantine = request.quarantine else { return }
    let place = SourceLocation(file: "--from-quarantine")
    guard let reading = find("read-quarantine") else {
      reader.diagnostics.append(
        .error("no-input", "there is no stage 'read-quarantine' that could read a quarantine", at: place))
      return
    }
    pipeline.entries.removeAll { find($0.use)?.entry.shape == .source }
    var entry = PipelineFile.Entry(
      id: freeID(reading.entry.name, in: pipeline), use: reading.entry.name, location: place)
    let path = ConfigNode(.scalar(quarantine, quoted: true), at: SourceLocation(file: quarantine))
    entry.setOption("paths", to: ConfigNode(.sequence([path]), at: place), at: place)
    pipeline.entries.insert(entry, at: 0)
  }

  /// The name of the stage that drops what is old.
  static let recencyStage = "keep-recent"

  /// Puts a stage behind all sources that drops what is older than asked for.
  func keepRecent(in pipeline: inout PipelineFile, _ reader: inout ConfigReader) {
    guard let since = request.since else { return }
    let place = SourceLocation(file: "--since")
    let last = pipeline.entries.lastIndex { find($0.use)?.entry.shape == .source }
    guard let last, let recency = find(Self.recencyStage) else {
      // A pipeline without a source is reported as such.
      guard last != nil else { return }
      reader.diagnostics.append(
        .error("unknown-stage", "there is no stage '\(Self.recencyStage)' that could tell what is old", at: place))
      return
    }
    var entry = PipelineFile.Entry(id: freeID("since", in: pipeline), use: recency.entry.name, location: place)
    entry.setOption("since", to: ConfigNode(.scalar(since, quoted: true), at: place), at: place)
    pipeline.entries.insert(entry, at: last + 1)
  }

  /// An id that no stage of the file has.
  private func freeID(_ name: String, in pipeline: PipelineFile) -> String {
    var id = name
    while pipeline.entries.contains(where: { $0.id == id }) { id += "-again" }
    return id
  }

  /// Reports stages that would write the same file or folder.
  func checkOutputs(_ stages: [PipelinePlan.Stage], _ pipeline: PipelineFile, _ reader: inout ConfigReader) {
    // What is filled in later stands for itself here.
    let run = RunInfo(id: "{run}", name: pipeline.name, date: "{date}", version: "", pipeline: "")
    var writers: [String: String] = [:]
    for stage in stages {
      for output in stage.configured.outputs {
        let path = output.url(for: run).path
        guard let other = writers[path] else {
          writers[path] = stage.id
          continue
        }
        reader.diagnostics.append(
          .error(
            "same-output",
            "'\(stage.id)' writes '\(output.text)', and so does '\(other)'; give one of them another path",
            at: stage.location))
      }
    }
  }
}
