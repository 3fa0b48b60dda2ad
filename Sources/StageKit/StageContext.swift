import Foundation
import Logging

/// What every stage of a run may know of it.
public struct RunInfo: Sendable, Equatable {
  /// Unlike any other run's: `20260312-081500-daily`.
  public let id: String
  /// The pipeline's name.
  public let name: String
  /// The day of the run, `2026-03-12`, in the machine's time zone.
  public let date: String
  /// The version of toolkit.
  public let version: String
  /// The pipeline file, byte for byte.
  public let pipeline: String

  /// Facts about a run.
  public init(id: String, name: String, date: String, version: String, pipeline: String) {
    self.id = id
    self.name = name
    self.date = date
    self.version = version
    self.pipeline = pipeline
  }
}

extension RunInfo {
  /// The moment that spans of hours count back from: when the run began, as its id tells; or the end of ``date``, if the
  /// run is for another day. Nil if neither can be told.
  ///
  /// A run that goes on after an interruption has the same id and day, so it counts from the same moment.
  public var moment: Date? {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .current
    if id.prefix(8) == date.replacing("-", with: ""),
      let time = id.prefixMatch(of: /(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-/)?.output
    {
      let numbers = [time.1, time.2, time.3, time.4, time.5, time.6].compactMap { Int($0) }
      guard numbers.count == 6 else { return nil }
      return calendar.date(
        from: DateComponents(
          year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3], minute: numbers[4],
          second: numbers[5]))
    }
    let day = date.split(separator: "-").compactMap { Int($0) }
    guard day.count == 3 else { return nil }
    return calendar.date(from: DateComponents(year: day[0], month: day[1], day: day[2] + 1))
  }
}

/// What a stage may ask for before a run starts.
public struct PlanContext: Sendable {
  /// Whether there is a sentence encoder.
  public let encoder: EncoderLoader.Status
  /// Where the stage stands in the pipeline file.
  public let location: SourceLocation

  /// A context for the stage at `location`.
  public init(encoder: EncoderLoader.Status, location: SourceLocation) {
    self.encoder = encoder
    self.location = location
  }
}

/// What the engine does for stages while they run.
public protocol RunServices: Sendable {
  /// Adds a warning to the report and the log.
  func warn(_ message: String, from stage: String)
  /// Adds a fact to the stage's part of the report.
  func note(_ key: String, _ value: JSONValue, from stage: String)
  /// Shows how far a stage is with something that takes long.
  func progress(_ done: Int, of total: Int, _ unit: String, from stage: String)
  /// Shows how many bytes a source has read, of how many.
  func read(_ bytes: Int, of total: Int?, from stage: String)
  /// A folder of the stage's own that is gone after the run; made on first use.
  func scratchDirectory(for stage: String) throws -> URL
  /// The report as far as it is known: complete for all stages before the one that asks.
  func report() -> RunReport
  /// The documents that a stage and those before it have put into quarantine, as JSON Lines; nil if there are none.
  func quarantineFile(upTo stage: String) throws -> URL?
  /// Which documents a stage and those before it have dropped and why, as JSON Lines; nil if there are none.
  func droppedFile(upTo stage: String) throws -> URL?
  /// Locks a file or folder that the stage will write, for the whole run.
  func lock(_ output: URL, from stage: String) throws
  /// Names a file or folder that the stage has written.
  func wrote(_ url: URL, from stage: String)
  /// Gives a file that belongs to a stage's result and is to travel with it.
  func attach(_ file: URL, as name: String, from stage: String)
  /// The files that a stage and those before it have given, in the order of the pipeline.
  func attachments(upTo stage: String) -> [AttachedFile]
  /// Asks for `run.json`, and `quarantine.jsonl` and `dropped.jsonl` if there are any, in a folder at the run's end.
  func publishReport(in directory: URL)
}

extension RunServices {
  /// Only stages that see all documents have such files.
  public func attach(_ file: URL, as name: String, from stage: String) {}
  /// None.
  public func attachments(upTo stage: String) -> [AttachedFile] { [] }
}

/// A file that belongs to a stage's result, such as decisions that it followed: bundles take it in.
public struct AttachedFile: Sendable, Equatable {
  /// Its path in a bundle: `overrules/find-duplicates.yaml`.
  public let name: String
  /// Where it lies until the run has ended.
  public let file: URL

  /// A file with its path in a bundle.
  public init(name: String, file: URL) {
    self.name = name
    self.file = file
  }
}

/// What the engine gives a stage when it makes it.
public struct StageContext: Sendable {
  /// The stage's id in the pipeline.
  public let id: String
  /// Facts about the run.
  public let run: RunInfo
  /// How many threads or tasks the stage may keep busy.
  public let workers: Int
  /// A log that names the stage.
  public let logger: Logger
  /// The sentence encoder with its memory; nil if there is no model.
  public let vectors: SentenceVectors?
  /// Results of earlier runs; nil if the user wants none used.
  public let store: (any ResultStore)?
  private let services: any RunServices

  /// A context; made by the engine, and by tests.
  public init(
    id: String, run: RunInfo, workers: Int, logger: Logger, vectors: SentenceVectors?,
    store: (any ResultStore)? = nil, services: any RunServices
  ) {
    self.id = id
    self.run = run
    self.workers = workers
    self.logger = logger
    self.vectors = vectors
    self.store = store
    self.services = services
  }

  /// Tells the user something that is odd but no error; it stands in the report. No document content.
  public func warn(_ message: String) { services.warn(message, from: id) }

  /// Adds a fact to this stage's part of the run report.
  public func note(_ key: String, _ value: JSONValue) { services.note(key, value, from: id) }

  /// Shows how far the stage is with work that takes long: 120 of 4000 "sentences".
  public func progress(_ done: Int, of total: Int, _ unit: String) {
    services.progress(done, of: total, unit, from: id)
  }

  /// For sources: how many bytes have been read so far, and how many there are in all, if that is known.
  public func read(_ bytes: Int, of total: Int?) { services.read(bytes, of: total, from: id) }

  /// A folder of the stage's own for what must not lie in memory; it is gone after the run.
  public func scratchDirectory() throws -> URL { try services.scratchDirectory(for: id) }

  /// The report as far as it is known: complete for all stages before this one.
  public func report() -> RunReport { services.report() }

  /// The documents that this stage and those before it have put into quarantine, as JSON Lines; nil if there are none.
  public func quarantineFile() throws -> URL? { try services.quarantineFile(upTo: id) }

  /// Which documents this stage and those before it have dropped, as JSON Lines without text; nil if there are none.
  ///
  /// A line is `{ id, path?, offset?, stage, reason }`.
  public func droppedFile() throws -> URL? { try services.droppedFile(upTo: id) }

  /// Locks a file or folder that the stage will write, until the run has ended: `.NAME.lock` beside it. The folder that
  /// it stands in is made if need be. To be called in the stage's initializer, before a document is read.
  ///
  /// - Throws: ``StageError`` when another run, or another stage of this one, writes there.
  public func lock(output: URL) throws { try services.lock(output, from: id) }

  /// Names a file or folder that the stage has written, for the brief and `run.json`.
  public func wrote(_ url: URL) { services.wrote(url, from: id) }

  /// Gives a file that belongs to this stage's result and is to travel with it; it must stay where it is, unchanged,
  /// until the run has ended, as files in the scratch directory do.
  ///
  /// - Parameters:
  ///   - file: where it lies.
  ///   - folder: what it is: `overrules`.
  ///   - ending: of the name that it gets in bundles, which is that of the stage's id.
  public func attach(_ file: URL, in folder: String, ending: String) {
    services.attach(file, as: "\(folder)/\(id).\(ending)", from: id)
  }

  /// The files that this stage and those before it have given, in the order of the pipeline.
  public func attachments() -> [AttachedFile] { services.attachments(upTo: id) }

  /// Asks the engine to leave `run.json`, `quarantine.jsonl` and `dropped.jsonl` in a folder when the run has ended.
  public func publishReport(in directory: URL) { services.publishReport(in: directory) }
}
