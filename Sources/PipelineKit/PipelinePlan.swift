import Foundation
import StageKit

/// A pipeline that was read, checked and matched with its plugins: ready to run. Nothing has been opened yet.
public struct PipelinePlan: Sendable {
  /// One stage with all that is known of it.
  public struct Stage: Sendable {
    /// Unique in the pipeline.
    public let id: String
    /// What the stage is.
    public let entry: StageEntry
    /// The plugin that it comes from.
    public let plugin: String
    /// That plugin's version.
    public let version: String
    /// The options as reports show them: what came from the environment is not repeated.
    public let options: JSONValue
    /// How many documents at once; nil for the run's.
    public let workers: Int?
    let timeout: Duration?
    let retries: Int
    let onError: PipelineFile.OnError
    let condition: Condition?
    let configured: ConfiguredStage
    /// The options as they are written, for workers that configure the stage again.
    let with: ConfigNode?
    /// Where the stage stands in the file.
    let location: SourceLocation

    /// The files and folders that it will write in a run.
    public func outputs(of run: RunInfo) -> [URL] { configured.outputs.map { $0.url(for: run) } }
  }

  /// The largest pipeline file, in bytes.
  public static let maximumBytes = YAMLReader.maximumBytes

  /// The pipeline's name.
  public let name: String
  /// The file's path as the user gave it.
  public let file: String
  /// The file, byte for byte.
  public let text: String
  /// In order; sources first.
  public internal(set) var stages: [Stage]
  /// How many documents may end in quarantine, if the file says so.
  public let maximumQuarantine: QuarantineLimit?
  /// What the user should know before running it.
  public internal(set) var warnings: [Diagnostic]
  /// What must come out of which documents, in the order of the file.
  public let tests: [PipelineTest]

  /// What is given besides the file.
  public struct Request: Sendable {
    /// Where names of stages are looked up.
    public var plugins: [Plugin]
    /// What `${NAME}` stands for.
    public var environment: [String: String]
    /// What `${date}` stands for: the day of the run, `2026-03-12`. With nil it is looked up like other names.
    public var date: String?
    /// `ID.option=value`, from the command line.
    public var overrides: [String]
    /// Paths that replace the source's own; nil to keep those.
    public var inputs: [String]?
    /// A bundle or `quarantine.jsonl` whose documents take the place of all that sources would read; nil for none.
    public var quarantine: String?
    /// How far back documents may lie, as `keep-recent` reads it; nil for any time.
    public var since: String?
    /// Files, folders and patterns that are left out of what takes the place of the source's own.
    public var except: [String] = []
    /// Whether there is a sentence encoder.
    public var encoder: EncoderLoader.Status
    /// Whether sources and sinks look for their files and folders: not where they will not be opened.
    public var checksEnds = true

    /// A request for a plan.
    public init(
      plugins: [Plugin], environment: [String: String] = [:], overrides: [String] = [], inputs: [String]? = nil,
      quarantine: String? = nil, encoder: EncoderLoader.Status
    ) {
      self.plugins = plugins
      self.environment = environment
      self.overrides = overrides
      self.inputs = inputs
      self.quarantine = quarantine
      self.encoder = encoder
    }
  }

  /// Reads and checks a pipeline.
  ///
  /// - Parameters:
  ///   - text: the file's content.
  ///   - file: its path, for messages and as the start of relative paths.
  ///   - request: plugins, environment and what the command line adds.
  /// - Returns: the plan, or nil if there is an error; and all findings, in the order of the file.
  public static func make(
    text: String, file: String, _ request: Request
  ) -> (plan: PipelinePlan?, findings: Diagnostics) {
    let base = URL(fileURLWithPath: file).deletingLastPathComponent()
    let (root, yamlFindings) = YAMLReader.read(text, file: file)
    guard let root else {
      let empty = Diagnostic.error("empty", "the file holds no pipeline", at: SourceLocation(file: file))
      return (nil, Diagnostics(yamlFindings.isEmpty ? [empty] : yamlFindings).sorted())
    }
    var substitution = Substitution(environment: request.environment, date: request.date)
    var reader = ConfigReader(baseDirectory: base)
    reader.yaml = YAMLReader.read
    var pipeline = PipelineFile(substitution.apply(to: root), file: file, &reader)
    Overrides.apply(request.overrides, to: &pipeline, &reader)

    let planner = Planner(request: request)
    planner.replaceInputs(in: &pipeline, &reader)
    planner.replaceSources(in: &pipeline, &reader)
    planner.keepRecent(in: &pipeline, &reader)
    let stages = pipeline.entries.compactMap { planner.plan($0, &reader) }
    planner.checkOrder(stages, pipeline, &reader)
    planner.checkOutputs(stages, pipeline, &reader)
    planner.checkTests(pipeline, &reader)

    // What is wrong with a value that could not be filled in is said once.
    let unfilled = Set(substitution.diagnostics.compactMap(\.location))
    let others = reader.diagnostics.filter { finding in !(finding.location.map(unfilled.contains) ?? false) }
    let all = Diagnostics(yamlFindings + substitution.diagnostics + others).sorted()
    guard !all.hasErrors else { return (nil, all) }
    let plan = PipelinePlan(
      name: pipeline.name, file: file, text: text, stages: stages, maximumQuarantine: pipeline.maximumQuarantine,
      warnings: all.items.filter { $0.severity == .warning }, tests: pipeline.tests)
    return (plan, all)
  }
}
