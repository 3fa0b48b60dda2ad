import Foundation
import Logging
import StageKit
import Synchronization

/// Runs one stage over documents in a test: no pipeline, no files but the scratch directory.
public struct StageHarness: Sendable {
  /// What came out of a stage, in order.
  public struct Result: Sendable {
    /// The documents that were passed on.
    public var passed: [Document] = []
    /// The documents that were dropped, with the reason.
    public var dropped: [(document: Document, reason: String)] = []
    /// The documents that could not be processed, with the error's words.
    public var quarantined: [(document: Document, error: String)] = []
  }

  /// Facts of the run that the stage sees.
  public var run: RunInfo
  /// How many threads the stage may use.
  public var workers: Int
  /// The encoder that the stage sees; nil for none.
  public var vectors: SentenceVectors?
  /// What the stage said while it ran: warnings, notes, folders that it wants the report in.
  public let services: RecordingServices

  /// A harness with two workers and no encoder.
  public init(workers: Int = 2, encoder: EncoderLoader? = nil, date: String = "2026-03-12") {
    run = RunInfo(id: "\(date)-test", name: "test", date: date, version: "0", pipeline: "version: 1\n")
    self.workers = workers
    vectors = encoder.flatMap { SentenceVectors($0, threads: workers) }
    services = RecordingServices()
  }

  /// The context that a stage is made with.
  public var context: StageContext {
    StageContext(
      id: "stage", run: run, workers: workers, logger: Logger(label: "test"), vectors: vectors, services: services)
  }

  /// Everything that a source reads.
  public func read(_ source: some Source) async throws -> Result {
    let outlet = CollectingOutlet()
    try await source.read(into: outlet)
    return outlet.result
  }

  /// What a document stage makes of each document.
  public func process(_ documents: [Document], with stage: some DocumentStage) async throws -> Result {
    let outlet = CollectingOutlet()
    for document in documents {
      var edited = document
      do {
        switch try await stage.process(&edited) {
        case .pass: try await outlet.pass(edited)
        case .drop(let reason): try await outlet.drop(document, because: reason)
        case .replace(let others): for other in others { try await outlet.pass(other) }
        }
      } catch {
        try await outlet.quarantine(document, because: error)
      }
    }
    return outlet.result
  }

  /// What a corpus stage makes of all documents.
  public func process(_ documents: [Document], with stage: some CorpusStage) async throws -> Result {
    let outlet = CollectingOutlet()
    try await stage.process(Inlet(documents), into: outlet)
    return outlet.result
  }

  /// What a sink confirms as written. It is asked to commit, or to abandon what it wrote if it throws.
  public func write(_ documents: [Document], to sink: some Sink) async throws -> Result {
    let outlet = CollectingOutlet()
    do {
      try await sink.write(Inlet(documents), confirming: outlet)
      try await sink.commit()
    } catch {
      await sink.abandon()
      throw error
    }
    return outlet.result
  }

  /// Reads options from the mapping under `with:`, given as nodes by key, and returns the mistakes too.
  public static func options<Options: StageOptions>(
    _ type: Options.Type, _ entries: [(String, ConfigNode.Content)], baseDirectory: URL = URL(fileURLWithPath: "/")
  ) -> (options: Options, diagnostics: [Diagnostic]) {
    let place = SourceLocation(file: "test.yaml", line: 1, column: 1)
    let node = ConfigNode(
      .mapping(entries.map { .init(key: $0.0, location: place, value: ConfigNode($0.1, at: place)) }), at: place)
    var reader = ConfigReader(baseDirectory: baseDirectory)
    let options = Options.read(node, of: "stage", at: place, &reader)
    return (options, reader.diagnostics)
  }
}

extension Inlet {
  /// An inlet that gives documents out of an array.
  public init(_ documents: [Document]) {
    let rest = Mutex(documents[...])
    self.init { rest.withLock { $0.popFirst() } }
  }
}

/// Keeps what leaves a stage.
public final class CollectingOutlet: Outlet {
  private let state = Mutex(StageHarness.Result())

  /// What has left so far.
  public var result: StageHarness.Result { state.withLock { $0 } }

  /// An outlet that nothing has left by yet.
  public init() {}

  /// Keeps a passed document.
  public func pass(_ document: Document) async throws { state.withLock { $0.passed.append(document) } }

  /// Keeps a dropped document.
  public func drop(_ document: Document, because reason: String) async throws {
    state.withLock { $0.dropped.append((document, reason)) }
  }

  /// Keeps a quarantined document.
  public func quarantine(_ document: Document, because error: any Error) async throws {
    state.withLock { $0.quarantined.append((document, "\(error)")) }
  }
}

/// Records what a stage asks of the engine.
public final class RecordingServices: RunServices {
  /// What was recorded.
  public struct Record: Sendable {
    /// Warnings, in order.
    public var warnings: [String] = []
    /// Facts by key.
    public var notes: [String: JSONValue] = [:]
    /// Files and folders that the stage locked.
    public var locked: [URL] = []
    /// Files and folders that the stage wrote.
    public var outputs: [URL] = []
    /// Files that the stage gave to travel with its result.
    public var attachments: [AttachedFile] = []
    /// Folders that the report goes to.
    public var reportDirectories: [URL] = []
    /// What ``StageContext/report()`` answers.
    public var report: RunReport?
    /// What ``StageContext/quarantineFile()`` answers.
    public var quarantineFile: URL?
    /// What ``StageContext/droppedFile()`` answers.
    public var droppedFile: URL?
    /// How many bytes the stage said it has read, and of how many.
    public var read: (bytes: Int, total: Int?)?
  }

  private let state = Mutex(Record())
  private let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("scratch-\(UUID().uuidString)")

  /// Services that have recorded nothing.
  public init() {}

  deinit { try? FileManager.default.removeItem(at: scratch) }

  /// What was recorded so far; set it to choose the answers.
  public var record: Record {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }

  /// Records a warning.
  public func warn(_ message: String, from stage: String) { state.withLock { $0.warnings.append(message) } }

  /// Records a fact.
  public func note(_ key: String, _ value: JSONValue, from stage: String) { state.withLock { $0.notes[key] = value } }

  /// Does nothing.
  public func progress(_ done: Int, of total: Int, _ unit: String, from stage: String) {}

  /// Records the last number.
  public func read(_ bytes: Int, of total: Int?, from stage: String) { state.withLock { $0.read = (bytes, total) } }

  /// A folder in the system's temporary one.
  public func scratchDirectory(for stage: String) throws -> URL {
    let directory = scratch.appendingPathComponent(stage)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    return directory
  }

  /// The recorded report, or an empty one.
  public func report() -> RunReport {
    record.report
      ?? RunReport(info: RunInfo(id: "test", name: "test", date: "2026-03-12", version: "0", pipeline: ""), stages: [])
  }

  /// The recorded file.
  public func quarantineFile(upTo stage: String) throws -> URL? { record.quarantineFile }

  /// The recorded file.
  public func droppedFile(upTo stage: String) throws -> URL? { record.droppedFile }

  /// Records the file or folder, and makes the folder that it will stand in if that is possible.
  public func lock(_ output: URL, from stage: String) {
    try? FileManager.default.createDirectory(at: output.deletingLastPathComponent(), withIntermediateDirectories: true)
    state.withLock { $0.locked.append(output) }
  }

  /// Records the file or folder.
  public func wrote(_ url: URL, from stage: String) { state.withLock { $0.outputs.append(url) } }

  /// Records the file.
  public func attach(_ file: URL, as name: String, from stage: String) {
    state.withLock { $0.attachments.append(AttachedFile(name: name, file: file)) }
  }

  /// The recorded files.
  public func attachments(upTo stage: String) -> [AttachedFile] { record.attachments }

  /// Records the folder.
  public func publishReport(in directory: URL) { state.withLock { $0.reportDirectories.append(directory) } }
}
