import BundleKit
import Foundation
import StageKit

/// `read-quarantine`: the documents that a run could not process, to be tried again from the start.
///
/// Each comes as it came to the stage that failed, without history and without what only holds among the documents of
/// that run (duplicates, stories). What no run ever read, such as a file without permission, has no text to go on with
/// and stays in quarantine; its own file has to be read again.
public struct ReadQuarantine: Source {
  /// The options of `read-quarantine`.
  public struct Options: StageOptions {
    var paths: [InputPath] = []
    var maxBytes = 64 << 20

    /// All defaults.
    public init() {}

    /// The table of options.
    public static let settings: [Setting<Options>] = [
      Setting("paths", \.paths, "Bundles, and files such as quarantine.jsonl, in this order.", required: true),
      Setting(
        "max-bytes", \.maxBytes,
        "The most that one line may have, in bytes; a longer one goes to quarantine.", in: 1...1 << 32),
    ]
  }

  /// One line, as the engine writes it.
  private struct Record: Decodable {
    struct Failure: Decodable {
      var code: String
      var message: String
    }
    var document: Document
    var error: Failure
    var stage: String
  }

  /// As YAML spells it.
  public static let name = "read-quarantine"
  /// For `toolkit stages`.
  public static let summary = "Reads what another run put into quarantine, to try it again."
  /// What documents had found when they failed comes along.
  public static let provides = Facet.allCases

  private let options: Options
  private let context: StageContext

  /// Looks at nothing yet.
  public init(_ options: Options, in context: StageContext) async throws {
    self.options = options
    self.context = context
  }

  /// Says which files are not there, and which bundles have no quarantine.
  public static func check(_ options: Options, in plan: PlanContext) -> [Diagnostic] {
    options.paths.compactMap { path in
      do {
        guard try QuarantineFile.isBundle(path.url) else { return nil }
        guard try BundleReader(at: path.url).member(QuarantineFile.member) == nil else { return nil }
        return .error(
          "no-quarantine", "'\(path.text)' has no quarantine: every document of that run was processed",
          at: path.location)
      } catch let error as BundleError {
        return .error(error.code.rawValue, "\(error)", at: path.location)
      } catch {
        let isThere = FileManager.default.fileExists(atPath: path.url.path)
        return isThere
          ? .error("unreadable", "'\(path.text)' can't be read; is it a file, and may you read it?", at: path.location)
          : .error("missing-file", "there is no file '\(path.text)'", at: path.location)
      }
    }
  }

  /// Reads one file after the other.
  public func read(into outlet: any Outlet) async throws {
    var stages: [String: Int] = [:]
    for path in options.paths {
      do {
        let file = try await open(path)
        var cutter = LineCutter(limit: options.maxBytes)
        while let block = try await offload({ try file.next() }) {
          for line in cutter.lines(in: block) { try await read(line, of: path, &stages, into: outlet) }
        }
        if let line = cutter.rest() { try await read(line, of: path, &stages, into: outlet) }
      } catch let error as BundleError {
        throw StageError(error.code.rawValue, "\(error)")
      } catch let error as CocoaError {
        throw StageError("unreadable", "'\(path.text)' can't be read: \(error.localizedDescription)")
      }
    }
    context.note("fed-again", .object(stages.mapValues { .integer($0) }))
  }

  private func open(_ path: InputPath) async throws -> QuarantineFile {
    let bundle = try await offload { () throws -> BundleReader? in
      try QuarantineFile.isBundle(path.url) ? try BundleReader(at: path.url) : nil
    }
    guard let bundle else { return try await offload { try QuarantineFile(lines: path.url) } }
    try await bundle.refuseDamage(path.text, workers: context.workers)
    return try await offload { try QuarantineFile(bundle) }
  }

  private func read(
    _ line: LineCutter.Line, of path: InputPath, _ stages: inout [String: Int], into outlet: any Outlet
  ) async throws {
    let place = "\(path.text), line \(line.number)"
    guard let bytes = line.bytes else {
      let fault = StageError(
        "too-large", "\(place) has more than the \(options.maxBytes) bytes that 'max-bytes' allows; raise it")
      return try await outlet.quarantine(Document(unreadAt: place, Data()), because: fault)
    }
    guard !bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) else { return }
    guard let record = try? JSONDecoder().decode(Record.self, from: Data(bytes)) else {
      let fault = StageError(
        "bad-record", "\(place) is no line of a quarantine: {\"document\", \"error\", \"stage\", …}")
      return try await outlet.quarantine(Document(unreadAt: place, Data(bytes)), because: fault)
    }
    stages[record.stage, default: 0] += 1
    var document = record.document
    if document.kind == .summary {
      return try await outlet.drop(document, because: "summaries are made anew from their documents")
    }
    if document.text.isEmpty, document.history.isEmpty {
      let fault = StageError(
        record.error.code, "it was never read, so there is nothing to try again; read its file: \(record.error.message)"
      )
      return try await outlet.quarantine(document, because: fault)
    }
    document.forgetHistory()
    document.duplicate = nil
    document.decisions = nil
    document.earlier = nil
    document.story = nil
    try await outlet.pass(document)
  }
}
