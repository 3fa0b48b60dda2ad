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
    var id = reading.entry.name
    while pipeline.entries.contains(where: { $0.id == id }) { id += "-again" }
    var entry = PipelineFile.Entry(id: id, use: reading.entry.name, location: place)
    let path = ConfigNode(.scalar(quarantine, quoted: true), at: SourceLocation(file: quarantine))
    entry.setOption("paths", to: ConfigNode(.sequence([path]), at: place), at: place)
    pipeline.entries.insert(entry, at: 0)
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
