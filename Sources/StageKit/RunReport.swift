/// What happened in a run: `run.json`.
public struct RunReport: Sendable, Equatable, Codable {
  /// How a run ended.
  public enum Outcome: String, Sendable, Codable {
    /// It still runs, or the report was taken before its end.
    case running
    /// Every document went through.
    case finished
    /// It ended, and some documents are in quarantine.
    case quarantined
    /// It could not go on.
    case failed
    /// It was interrupted.
    case cancelled
  }

  /// How many documents came and went at a stage. At the end, `taken + made = passed + dropped + quarantined`.
  public struct Counts: Sendable, Equatable, Codable {
    /// Documents from the stage before.
    public var taken = 0
    /// Documents that the stage made.
    public var made = 0
    /// Documents that went on.
    public var passed = 0
    /// Documents that the stage ended.
    public var dropped = 0
    /// Documents that it could not process.
    public var quarantined = 0

    /// Nothing yet.
    public init() {}

    /// Whether every document is accounted for.
    public var balances: Bool { taken + made == passed + dropped + quarantined }
  }

  /// One stage's part of the report.
  public struct StageReport: Sendable, Equatable, Codable {
    /// Its id in the pipeline.
    public var id: String
    /// The stage's name.
    public var use: String
    /// The plugin that it came from.
    public var plugin: String
    /// That plugin's version.
    public var version: String
    /// All options, defaults included.
    public var options: JSONValue
    /// How many documents came and went.
    public var counts = Counts()
    /// For dropped documents: how many for each reason.
    public var reasons: [String: Int] = [:]
    /// How many documents were not looked at again because an earlier run had; absent in bundles, and where that is
    /// not kept.
    public var cached: Int?
    /// Facts that the stage reported.
    public var notes: [String: JSONValue] = [:]
    /// From its first document to its end, in seconds of wall time; absent in bundles.
    public var seconds: Double?
    /// CPU time of all threads that worked for the stage, in seconds; absent in bundles.
    ///
    /// For a source, a corpus stage and a sink that is all they do, reading, writing and passing on included. For stages
    /// that take one document at a time it is the time in the stage itself; a batch of documents in which a stage waited
    /// and went on on another thread is not counted. A stage with a `timeout` works in processes of its own: it is all
    /// that those took, their start included. What the engine does between stages is in the run's CPU time only.
    public var cpuSeconds: Double?
    /// The most memory that the whole process had held by the time the stage ended, in bytes: the peak of its resident
    /// set, not the stage's own share, and without the processes of stages with a `timeout`. Absent in bundles, and where
    /// the system does not say.
    public var peakMemoryBytes: Int?
    /// The memory that the whole process held when the stage ended, in bytes: its resident set. Absent as above.
    public var memoryBytes: Int?
    /// How many bytes a source has read, if it says; absent in bundles.
    public var bytesRead: Int?

    /// A stage that has not run yet.
    public init(id: String, use: String, plugin: String, version: String, options: JSONValue) {
      self.id = id
      self.use = use
      self.plugin = plugin
      self.version = version
      self.options = options
    }
  }

  /// Something that the user should know.
  public struct Warning: Sendable, Equatable, Codable {
    /// The stage that said so; nil for the pipeline as a whole.
    public var stage: String?
    /// What it said.
    public var message: String

    /// A warning.
    public init(stage: String?, message: String) {
      self.stage = stage
      self.message = message
    }
  }

  /// The version of toolkit.
  public var toolkit: String
  /// The pipeline's name.
  public var pipeline: String
  /// SHA-256 of the pipeline file.
  public var pipelineSHA256: String
  /// The day of the run.
  public var date: String
  /// The run's id; absent in bundles.
  public var run: String?
  /// When it started, RFC 3339; absent in bundles.
  public var started: String?
  /// How long it took, in seconds; absent in bundles.
  public var seconds: Double?
  /// CPU time from the start of the run, in seconds, on all threads, of the process and of those of stages with a
  /// `timeout`; absent in bundles.
  public var cpuSeconds: Double?
  /// The most memory that the process has held since it started, in bytes; absent in bundles, and where the system does
  /// not say.
  public var peakMemoryBytes: Int?
  /// The earlier run whose result this is, because nothing had changed; absent if the work was done, and in bundles.
  public var repeats: String?
  /// How it ended.
  public var outcome = Outcome.running
  /// Why it failed, if it did.
  public var failure: String?
  /// The models that were used: name and content hash.
  public var models: [String] = []
  /// The files and folders that were written; absent in bundles.
  public var outputs: [String]?
  /// The stages in order.
  public var stages: [StageReport]
  /// In the order in which stages stand in the pipeline.
  public var warnings: [Warning] = []

  /// A report on a run that has not started.
  public init(info: RunInfo, stages: [StageReport]) {
    toolkit = info.version
    pipeline = info.name
    pipelineSHA256 = ContentHash.sha256(info.pipeline)
    date = info.date
    self.stages = stages
  }

  /// The report without what differs between two runs over the same input: run id, times, memory, what came from a
  /// cache, and where outputs went.
  public func withoutTimes() -> RunReport {
    var copy = self
    copy.run = nil
    copy.started = nil
    copy.seconds = nil
    copy.cpuSeconds = nil
    copy.peakMemoryBytes = nil
    copy.outputs = nil
    copy.repeats = nil
    for index in copy.stages.indices {
      copy.stages[index].seconds = nil
      copy.stages[index].cpuSeconds = nil
      copy.stages[index].peakMemoryBytes = nil
      copy.stages[index].memoryBytes = nil
      copy.stages[index].cached = nil
      copy.stages[index].bytesRead = nil
    }
    return copy
  }
}
