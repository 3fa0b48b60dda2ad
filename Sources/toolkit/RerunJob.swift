import BundleKit
import Foundation
import PipelineKit
import StageKit

/// A bundle's pipeline and documents in a scratch folder, and the command that runs one on the other.
struct RerunJob {
  /// What `toolkit` is to be started with.
  let arguments: [String]
  /// The bundle that comes out.
  let result: URL
  /// How many documents the first run had dropped: their texts are not in the bundle.
  let dropped: Int

  /// Unpacks what is needed.
  ///
  /// - Throws: `BundleError` when the bundle has no pipeline, or one that can't be read any more.
  init(_ reader: BundleReader, in folder: URL) async throws {
    guard reader.member("pipeline.yaml") != nil else {
      throw BundleError(
        .unknownMember, "there is no pipeline.yaml in it, so it can't be run again", path: reader.url.path)
    }
    let overrules = reader.members.map(\.name).filter { $0.hasPrefix("overrules/") }
    try reader.extract(to: folder, only: ["pipeline.yaml"] + overrules)
    let inputs = folder.appendingPathComponent("inputs.jsonl")
    try await Self.writeInputs(of: reader, to: inputs)
    var dropped = 0
    if reader.member("dropped.jsonl") != nil {
      dropped = try reader.read("dropped.jsonl").split(separator: UInt8(ascii: "\n")).count
    }
    self.dropped = dropped

    let pipeline = folder.appendingPathComponent("pipeline.yaml").path
    result = folder.appendingPathComponent("again.zip")
    let stages = try Self.stages(of: pipeline, reader)
    var arguments = ["run", pipeline, "--quiet", "--no-cache", "--from-quarantine", inputs.path]
    if let date = try Self.date(of: reader) { arguments += ["--date", date] }
    var bundles = 0
    for stage in stages {
      switch stage.use {
      case "write-bundle":
        bundles += 1
        let place = bundles == 1 ? result.path : folder.appendingPathComponent("again-\(bundles).zip").path
        arguments += ["--set", "\(stage.id).path=\(place)", "--set", "\(stage.id).existing=replace"]
        arguments += ["--set", "\(stage.id).keep=0"]
      case "export":
        arguments += ["--set", "\(stage.id).directory=\(folder.appendingPathComponent("out-\(stage.id)").path)"]
      case _ where stage.writesElsewhere:
        throw BundleError(
          .invalidInput, "the stage '\(stage.id)' writes somewhere that can't be moved, so it is not run again",
          path: reader.url.path)
      default: break
      }
      if overrules.contains("overrules/\(stage.id).yaml") {
        arguments += ["--set", "\(stage.id).overrules=\(folder.path)/overrules/\(stage.id).yaml"]
      }
    }
    guard bundles > 0 else {
      throw BundleError(
        .invalidInput, "its pipeline has no stage write-bundle, so there would be nothing to compare",
        path: reader.url.path)
    }
    self.arguments = arguments
  }

  /// What matters of a stage.
  private struct Stage {
    let id: String
    let use: String
    let writesElsewhere: Bool
  }

  /// The stages of the pipeline, which is checked once more when it runs.
  private static func stages(of file: String, _ reader: BundleReader) throws -> [Stage] {
    let text = String(decoding: try reader.read("pipeline.yaml"), as: UTF8.self)
    var request = PipelinePlan.Request(
      plugins: plugins, environment: ProcessInfo.processInfo.environment, encoder: Surroundings.encoder.status)
    request.checksEnds = false
    request.date = try date(of: reader)
    let (plan, findings) = PipelinePlan.make(text: text, file: file, request)
    guard let plan else {
      for finding in findings.items.isEmpty ? [] : [findings] {
        Console.report(DiagnosticRenderer(text: text, file: "pipeline.yaml").render(finding))
      }
      throw BundleError(.invalidInput, "its pipeline can't be run by this toolkit", path: reader.url.path)
    }
    return plan.stages.map { stage in
      let outputs = stage.outputs(
        of: RunInfo(id: "rerun", name: plan.name, date: "2000-01-01", version: Toolkit.version, pipeline: text))
      return Stage(id: stage.id, use: stage.entry.name, writesElsewhere: !outputs.isEmpty)
    }
  }

  private struct Report: Decodable {
    var date: String
  }

  private static func date(of reader: BundleReader) throws -> String? {
    guard reader.member("run.json") != nil else { return nil }
    return (try? JSONDecoder().decode(Report.self, from: reader.read("run.json")))?.date
  }

  /// Writes the documents as a quarantine: what a run takes from there, it takes without what others found out.
  private static func writeInputs(of reader: BundleReader, to file: URL) async throws {
    let failed = BundleError(.io, "can't write the documents to a scratch file; check the space there", path: file.path)
    guard FileManager.default.createFile(atPath: file.path, contents: nil),
      let handle = try? FileHandle(forWritingTo: file)
    else { throw failed }
    defer { try? handle.close() }
    var buffer = Data()
    func flush() throws {
      do { try handle.write(contentsOf: buffer) } catch { throw failed }
      buffer = Data()
    }
    for try await line in reader.lines() {
      buffer += Data("{\"document\":".utf8) + line.bytes
      buffer += Data(",\"error\":{\"code\":\"rerun\",\"message\":\"\"},\"stage\":\"rerun\"}\n".utf8)
      if buffer.count > 1 << 20 { try flush() }
    }
    // What failed then is tried again too.
    if reader.member("quarantine.jsonl") != nil { buffer += try reader.read("quarantine.jsonl") }
    try flush()
  }
}
