/// A named, versioned set of stages: a value, so that a list of plugins is all that has to be written down.
public struct Plugin: Sendable {
  /// In kebab case.
  public let name: String
  /// Semantic version; stamped into the history of documents.
  public let version: String
  /// What it offers, in the order of the pipeline they make sense in.
  public let stages: [StageEntry]

  /// A plugin with its stages.
  public init(_ name: String, version: String, _ stages: [StageEntry]) {
    self.name = name
    self.version = version
    self.stages = stages
  }
}

/// The four shapes of stages.
public enum StageShape: String, Sendable, Codable {
  /// See ``Source``.
  case source
  /// See ``DocumentStage``.
  case document
  /// See ``CorpusStage``.
  case corpus
  /// See ``Sink``.
  case sink
}

/// A stage that runs.
public enum RunningStage: Sendable {
  /// World to documents.
  case source(any Source)
  /// One document at a time.
  case document(any DocumentStage)
  /// The whole stream.
  case corpus(any CorpusStage)
  /// Documents to world.
  case sink(any Sink)
}

/// A stage with its options: what a plan is made of.
public struct ConfiguredStage: Sendable {
  /// All options, defaults included.
  public let options: JSONValue
  /// Looks at the options and at what the machine has; see ``Stage/check(_:in:)``.
  public let check: @Sendable (PlanContext) -> [Diagnostic]
  /// What the stage will write; see ``Stage/outputs(_:)``.
  public let outputs: [OutputPath]
  /// Whether it works otherwise at another hour; see ``Stage/dependsOnTime(_:)``.
  public let dependsOnTime: Bool
  /// The models that its results follow from; see ``Stage/models(_:)``.
  public let models: [String]
  /// Makes the stage for one run.
  public let make: @Sendable (StageContext) async throws -> RunningStage
}

/// What is known of a stage without its type: its name, shape and options, and how to configure it.
public struct StageEntry: Sendable {
  /// The name in YAML.
  public let name: String
  /// What it does, in one line.
  public let summary: String
  /// Which of the four shapes it has.
  public let shape: StageShape
  /// What documents must have when they arrive.
  public let needs: [Facet]
  /// What it gives to documents.
  public let provides: [Facet]
  /// Whether what becomes of a document is kept for later runs; see ``DocumentStage/keepsResults``.
  public let keepsResults: Bool
  /// Its options, in the order of the table.
  public let settings: [SettingDescription]
  /// Reads its `with:` and reports mistakes to the reader.
  public let configure: @Sendable (ConfigNode?, SourceLocation, inout ConfigReader) -> ConfiguredStage

  /// Offers a source.
  public init<S: Source>(_ stage: S.Type) { self.init(stage, .source) { .source($0) } }

  /// Offers a document stage.
  public init<S: DocumentStage>(_ stage: S.Type) {
    self.init(stage, .document, keepsResults: stage.keepsResults) { .document($0) }
  }

  /// Offers a corpus stage.
  public init<S: CorpusStage>(_ stage: S.Type) { self.init(stage, .corpus) { .corpus($0) } }

  /// Offers a sink.
  public init<S: Sink>(_ stage: S.Type) { self.init(stage, .sink) { .sink($0) } }

  private init<S: Stage>(
    _ stage: S.Type, _ shape: StageShape, keepsResults: Bool = false, wrap: @escaping @Sendable (S) -> RunningStage
  ) {
    self.keepsResults = keepsResults
    name = S.name
    summary = S.summary
    self.shape = shape
    needs = S.needs
    provides = S.provides
    settings = S.Options.descriptions
    configure = { node, location, reader in
      let options = S.Options.read(node, of: S.name, at: location, &reader)
      return ConfiguredStage(
        options: options.json,
        check: { S.check(options, in: $0) },
        outputs: S.outputs(options),
        dependsOnTime: S.dependsOnTime(options),
        models: S.models(options),
        make: { wrap(try await S(options, in: $0)) })
    }
  }
}
