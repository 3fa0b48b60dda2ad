import Foundation
import StageKit

/// What a run and its worker processes say to each other. On the wire: four bytes of length (big endian, of what
/// follows the kind), one byte for the kind, then the content.
enum WorkerMessage: UInt8, Sendable {
  // From the run.
  /// ``WorkerOpening``: which stage, with which options. Comes first, and once.
  case open = 1
  /// A document to process; the next comes when this one was answered.
  case document

  // From the worker.
  /// The stage stands, with the worker's ``CPUTime``; or `failed` with a ``Failure``.
  case ready = 16
  case failed
  /// The document was read, the stage begins: the time runs from here …
  case begun
  /// … to here, with the worker's ``CPUTime``. The answer follows.
  case ended
  /// The document, as the stage left it.
  case pass
  /// The reason.
  case drop
  /// A list of documents.
  case replace
  /// What the stage threw, as a ``Failure``.
  case error

  // From the worker, at any time: what the stage said to its context.
  /// A text.
  case warning
  /// A ``Note``.
  case note
  /// A ``Progress``.
  case progress
  /// A path.
  case wrote
  /// A path.
  case report
  /// A ``LogLine``.
  case log

  /// An error in words.
  struct Failure: Codable {
    var code: String
    var message: String

    init(_ error: any Error) {
      code = errorCode(error)
      message = describe(error)
    }

    var error: StageError { StageError(code, message) }
  }

  /// A fact for the report.
  struct Note: Codable {
    var key: String
    var value: JSONValue
  }

  /// How far a stage is.
  struct Progress: Codable {
    var done: Int
    var total: Int
    var unit: String
  }

  /// What the worker has taken of the processors since its start, on all threads.
  struct CPUTime {
    var nanoseconds: UInt64

    /// Of this process, by now.
    static var now: CPUTime { CPUTime(nanoseconds: ResourceUse.processNanoseconds()) }

    /// Decimal digits: this is said for every document.
    var content: Data { Data("\(nanoseconds)".utf8) }

    init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// Reads ``content``; nil if it is none.
    init?(_ content: Data) {
      guard let nanoseconds = UInt64(String(decoding: content, as: UTF8.self)) else { return nil }
      self.nanoseconds = nanoseconds
    }
  }

  /// A line for the log.
  struct LogLine: Codable {
    var level: String
    var message: String
  }
}

/// The first message to a worker: all that it takes to make the stage again.
struct WorkerOpening: Codable, Sendable {
  /// A part of the pipeline file, with its places: relative paths start from where they were written.
  indirect enum Node: Codable, Sendable {
    case scalar(String, quoted: Bool, fromEnvironment: Bool, Place)
    case sequence([Node], Place)
    case mapping([Field], Place)
  }

  struct Field: Codable, Sendable {
    var key: String
    var place: Place
    var value: Node
  }

  struct Place: Codable, Sendable {
    var file: String
    var line: Int?
    var column: Int?
  }

  /// Of these messages. Both sides are one program, unless somebody mixes installations.
  static let currentVersion = 2

  var messages = Self.currentVersion
  var id: String
  var use: String
  var plugin: String
  var version: String
  var options: Node?
  var place: Place
  /// The folder of the pipeline file.
  var base: String
  var workers: Int
  /// A folder that the worker may make and use; the run removes it.
  var scratch: String
  var logLevel: String
  var run: Run

  struct Run: Codable, Sendable {
    var id: String
    var name: String
    var date: String
    var version: String
    var pipeline: String
  }
}

extension WorkerOpening.Place {
  init(_ location: SourceLocation) { self.init(file: location.file, line: location.line, column: location.column) }
  var location: SourceLocation { SourceLocation(file: file, line: line, column: column) }
}

extension WorkerOpening.Node {
  init(_ node: ConfigNode) {
    let place = WorkerOpening.Place(node.location)
    switch node.content {
    case .scalar(let text, let quoted):
      self = .scalar(text, quoted: quoted, fromEnvironment: node.isFromEnvironment, place)
    case .sequence(let elements): self = .sequence(elements.map(Self.init), place)
    case .mapping(let entries):
      self = .mapping(
        entries.map { WorkerOpening.Field(key: $0.key, place: .init($0.location), value: Self($0.value)) }, place)
    }
  }

  var node: ConfigNode {
    switch self {
    case .scalar(let text, let quoted, let fromEnvironment, let place):
      var node = ConfigNode(.scalar(text, quoted: quoted), at: place.location)
      node.isFromEnvironment = fromEnvironment
      return node
    case .sequence(let elements, let place): return ConfigNode(.sequence(elements.map(\.node)), at: place.location)
    case .mapping(let fields, let place):
      return ConfigNode(
        .mapping(fields.map { .init(key: $0.key, location: $0.place.location, value: $0.value.node) }),
        at: place.location)
    }
  }
}

/// The stable name of a kind of error.
func errorCode(_ error: any Error) -> String {
  (error as? StageError)?.code ?? (error as? Diagnostic)?.code ?? "error"
}
