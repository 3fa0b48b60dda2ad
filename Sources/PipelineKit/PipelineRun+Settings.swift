import Foundation
import Logging
import StageKit

/// What a run is given, and what it tells while it goes on.
extension PipelineRun {
  /// What a run needs besides its plan.
  public struct Settings: Sendable {
    /// How many documents at once, and how many threads a stage may keep busy.
    public var workers: Int
    /// The sentence encoder, or why there is none.
    public var encoder: EncoderLoader
    /// Where the run keeps what does not fit memory; a folder of its own is made in it.
    public var cacheDirectory: URL
    /// Where the run's log goes.
    public var logger: Logger
    /// How stages with a `timeout` get processes of their own; nil to do without: then a stage that takes too long is
    /// no longer waited for, but goes on in the background.
    public var isolation: StageIsolation?
    /// How many documents may end in quarantine; nil for what the pipeline says.
    public var maximumQuarantine: QuarantineLimit?
    /// Sees each document that went through the whole pipeline, in order, one at a time.
    public var observe: @Sendable (Document) -> Void
    /// What earlier runs left; nil if nothing is to be taken from them or left for later ones.
    public var cache: RunCache?
    /// Keep samples of documents before and after each stage; nil to keep none.
    public var trace: TraceRequest?

    /// Settings of a run.
    public init(
      workers: Int, encoder: EncoderLoader, cacheDirectory: URL, logger: Logger, cache: RunCache? = nil,
      isolation: StageIsolation? = nil, maximumQuarantine: QuarantineLimit? = nil,
      observe: @escaping @Sendable (Document) -> Void = { _ in }, trace: TraceRequest? = nil
    ) {
      self.workers = workers
      self.encoder = encoder
      self.cacheDirectory = cacheDirectory
      self.logger = logger
      self.isolation = isolation
      self.maximumQuarantine = maximumQuarantine
      self.cache = cache
      self.observe = observe
      self.trace = trace
    }
  }

  /// How far one stage is.
  public struct Progress: Sendable {
    /// The stage's id.
    public let id: String
    /// What kind of stage it is.
    public let shape: StageShape
    /// Documents that came and went so far.
    public let counts: RunReport.Counts
    /// Seconds since its first document, until its end.
    public let seconds: Double
    /// Whether it has begun and not ended.
    public let isActive: Bool
    /// Whether it has ended.
    public let hasEnded: Bool
    /// CPU time that it took so far, in seconds.
    public let cpuSeconds: Double
    /// For sources: how many bytes were read, of how many.
    public let bytes: (read: Int, total: Int?)?
    /// What it is busy with, if that takes long.
    public let detail: (done: Int, total: Int, unit: String)?

    package init(
      id: String, shape: StageShape, counts: RunReport.Counts = .init(), seconds: Double = 0, isActive: Bool = false,
      hasEnded: Bool = false, cpuSeconds: Double = 0, bytes: (read: Int, total: Int?)? = nil,
      detail: (done: Int, total: Int, unit: String)? = nil
    ) {
      self.id = id
      self.shape = shape
      self.counts = counts
      self.seconds = seconds
      self.isActive = isActive
      self.hasEnded = hasEnded
      self.cpuSeconds = cpuSeconds
      self.bytes = bytes
      self.detail = detail
    }
  }

  /// A document in quarantine, for the brief.
  public struct QuarantinedDocument: Sendable {
    /// Its path or id.
    public let name: String
    /// The stage that could not process it.
    public let stage: String
    /// Why.
    public let message: String
  }
}
