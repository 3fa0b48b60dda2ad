import Foundation

/// One step of a pipeline. A stage is one of four shapes: ``Source``, ``DocumentStage``, ``CorpusStage`` or ``Sink``.
public protocol Stage: Sendable {
  /// The stage's options; ``NoOptions`` if it has none.
  associatedtype Options: StageOptions = NoOptions

  /// The name in YAML, in kebab case: "detect-language".
  static var name: String { get }

  /// What it does, in one line, for `toolkit stages`.
  static var summary: String { get }

  /// What documents must already have when they arrive.
  static var needs: [Facet] { get }

  /// What it gives to documents.
  static var provides: [Facet] { get }

  /// Looks at the options and at what the machine has, before anything is opened.
  ///
  /// - Returns: errors that would stop the run, and warnings for the plan and the report.
  static func check(_ options: Options, in plan: PlanContext) -> [Diagnostic]

  /// The files and folders that it will write. Two stages of a pipeline can't have one output.
  static func outputs(_ options: Options) -> [OutputPath]

  /// Whether it works otherwise at another hour of the same day: then a run is not repeated from memory.
  static func dependsOnTime(_ options: Options) -> Bool

  /// Identities of the models that its results follow from, besides that of the sentence encoder: names with content
  /// hashes. What was made with other models is not used again.
  static func models(_ options: Options) -> [String]

  /// Makes the stage for one run. Called once, before the first document flows; a document stage with a `timeout` is
  /// made once in each of its processes.
  init(_ options: Options, in context: StageContext) async throws
}

extension Stage {
  /// Nothing.
  public static var needs: [Facet] { [] }
  /// Nothing.
  public static var provides: [Facet] { [] }
  /// Finds nothing wrong.
  public static func check(_ options: Options, in plan: PlanContext) -> [Diagnostic] { [] }
  /// Writes nothing.
  public static func outputs(_ options: Options) -> [OutputPath] { [] }
  /// None.
  public static func models(_ options: Options) -> [String] { [] }
  /// It does not.
  public static func dependsOnTime(_ options: Options) -> Bool { false }
}

/// Something that a stage gives to documents and another may need: what decides whether an order of stages is possible.
public enum Facet: String, Sendable, CaseIterable, Comparable {
  /// ``Document/language``
  case language = "languages"
  /// ``Document/duplicate``
  case duplicates
  /// ``Document/story``
  case stories
  /// Documents of kind ``Document/Kind/summary``
  case summaries

  /// By name.
  public static func < (a: Facet, b: Facet) -> Bool { a.rawValue < b.rawValue }
}

/// World to documents.
///
/// `read` passes on every document that it finds, in a stable order, and quarantines what it finds but can't read;
/// it must not leave anything out silently. It returns when there is no more. What it throws ends the run.
public protocol Source: Stage {
  /// Reads everything into `outlet`; waits there while the next stage is full.
  func read(into outlet: any Outlet) async throws

  /// What there is to read, without reading it: names, sizes and times of change, as one key.
  ///
  /// Equal keys mean that nothing has changed, so it has to be right, and quick. Called before ``read(into:)``.
  /// - Returns: nil if only reading can tell; then every run reads.
  func snapshot() async throws -> ContentKey?
}

extension Source {
  /// Only reading can tell.
  public func snapshot() async throws -> ContentKey? { nil }
}

/// One document at a time, in any order, several at once.
///
/// What `process` throws sends the document, as it was before, to quarantine; the run goes on.
public protocol DocumentStage: Stage {
  /// Whether its results are kept for later runs. They may be if they follow from the document, the options and the
  /// model alone; it pays if a document takes longer than looking up what became of it, some ten microseconds.
  static var keepsResults: Bool { get }

  /// Looks at one document, edits it if need be, and says what becomes of it.
  func process(_ document: inout Document) async throws -> Verdict
}

extension DocumentStage {
  /// They are kept.
  public static var keepsResults: Bool { true }
}

/// What becomes of a document after a ``DocumentStage``.
public enum Verdict: Sendable {
  /// It goes on.
  case pass
  /// It ends here, for a reason that the report counts; the reason never holds document content.
  case drop(because: String)
  /// These take its place; each has it among its parents.
  case replace(with: [Document])
}

/// The whole stream; state lives in local variables, and in the scratch directory when it grows with the corpus.
///
/// Each document that comes out of `documents` must leave through `outlet` exactly once, edited or not; new documents
/// may be passed as well. The order of passing is the order of the results, so it follows from the input alone.
/// What `process` throws ends the run.
public protocol CorpusStage: Stage {
  /// Pulls all documents and passes, drops or quarantines each.
  func process(_ documents: Inlet, into outlet: any Outlet) async throws
}

/// Documents to world, from anywhere in a pipeline.
///
/// A sink works in two steps. `write` writes everything to a temporary place; when all stages have ended and every
/// document is accounted for, the engine asks each sink to `commit`, in the order of the pipeline. If anything fails
/// before that, it asks each to `abandon` instead, and nothing stands under a final name. A sink locks what it will write
/// in its initializer, with ``StageContext/lock(output:)``.
public protocol Sink: Stage {
  /// Writes all documents to a temporary place and passes each on through `receipts` once it is written.
  ///
  /// Returns when all is written and safe on disk, so that nothing but names is missing. What it throws ends the run.
  func write(_ documents: Inlet, confirming receipts: any Outlet) async throws

  /// Gives what was written its final name, which must be quick, and names it with ``StageContext/wrote(_:)``.
  ///
  /// Called once, and only if the whole run has succeeded. If it throws, the run has failed, and what it could not name
  /// is gone.
  func commit() async throws

  /// Takes back what has no final name yet. May be called at any time after `init`, and more than once.
  func abandon() async
}

extension Sink {
  /// Nothing, for sinks that have no output of their own.
  public func commit() async throws {}
  /// Nothing, for sinks that have no output of their own.
  public func abandon() async {}
}

/// The only ways out of a stage. The engine counts them: taken + made = passed + dropped + quarantined.
public protocol Outlet: Sendable {
  /// Passes a document to the next stage; waits while that one is full.
  ///
  /// - Throws: when the run is cancelled, or when the document has already left the stage.
  func pass(_ document: Document) async throws

  /// Ends a document's way, for a reason that the report counts.
  func drop(_ document: Document, because reason: String) async throws

  /// Puts a document that could not be processed where nothing is lost, with the stage and the error.
  func quarantine(_ document: Document, because error: any Error) async throws
}

/// The documents that arrive at a stage, in order; to be iterated once, by one task.
public struct Inlet: AsyncSequence, Sendable {
  private let pull: @Sendable () async throws -> Document?

  /// An inlet that asks `next` for each document until it returns nil.
  public init(next: @escaping @Sendable () async throws -> Document?) { pull = next }

  /// Starts at the next document that nobody has taken.
  public func makeAsyncIterator() -> Iterator { Iterator(pull: pull) }

  /// Takes documents one by one.
  public struct Iterator: AsyncIteratorProtocol {
    let pull: @Sendable () async throws -> Document?

    /// The next document, or nil after the last; throws on cancellation.
    public mutating func next() async throws -> Document? { try await pull() }
  }
}

/// Why something went wrong, in words that may be shown: without document content.
public struct StageError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A stable name of the kind of error: "invalid-utf8".
  public let code: String
  /// What, where, and what to do about it.
  public let message: String

  /// An error to show.
  public init(_ code: String, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
