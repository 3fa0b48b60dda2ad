import ArgumentParser
import Foundation
import PipelineKit
import StageKit

/// What `run`, `validate` and `plan` have in common: a pipeline, and what is put in the place of parts of it.
struct PipelineArguments: ParsableArguments {
  @Argument(help: "The pipeline file (YAML).")
  var pipeline: String

  @Argument(help: "Files, folders or patterns to read, in the place of the pipeline's own.")
  var paths: [String] = []

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Set an option; may be repeated.", valueName: "id.option=value"))
  var overrides: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Leave out files, folders or patterns among the paths given; may be repeated.", valueName: "path"))
  var except: [String] = []

  func validate() throws {
    guard except.isEmpty || !paths.isEmpty else {
      throw ValidationError("--except leaves out of paths on the command line; give some, or set 'except' in the file.")
    }
  }

  /// Reads and checks the pipeline; findings go to stderr.
  ///
  /// - Parameters:
  ///   - quarantine: whose documents take the place of what the sources read; nil for none.
  ///   - date: the day of the run; nil for today.
  ///   - since: how far back documents may lie; nil for any time.
  /// - Throws: the exit code for bad configuration if there is an error.
  func plan(
    encoder: EncoderLoader.Status, format: OutputFormat = .text, quarantine: String? = nil, date: String? = nil,
    since: String? = nil
  ) throws -> PipelinePlan {
    let (plan, findings, text) = try check(encoder: encoder, quarantine: quarantine, date: date, since: since)
    if format == .text || plan == nil {
      for finding in findings.items.isEmpty ? [] : [findings] {
        Console.report(DiagnosticRenderer(text: text, file: pipeline).render(finding))
      }
    }
    guard let plan else { throw ExitCodes.configuration }
    return plan
  }

  /// Reads and checks the pipeline and says nothing.
  ///
  /// - Parameters:
  ///   - quarantine: what takes the place of all that sources would read; nil for nothing.
  ///   - checksEnds: whether sources and sinks look for their files and folders.
  ///   - date: the day of the run; nil for today.
  ///   - since: how far back documents may lie; nil for any time.
  func check(
    encoder: EncoderLoader.Status, quarantine: String? = nil, checksEnds: Bool = true, date: String? = nil,
    since: String? = nil
  ) throws -> (plan: PipelinePlan?, findings: Diagnostics, text: String) {
    let data: Data
    do {
      let attributes = try FileManager.default.attributesOfItem(
        atPath: URL(fileURLWithPath: pipeline).resolvingSymlinksInPath().path)
      // A pipe or device would never end.
      guard attributes[.type] as? FileAttributeType == .typeRegular else {
        Console.report("\(pipeline): error[unreadable]: this is no ordinary file; name the pipeline's YAML file")
        throw ExitCodes.configuration
      }
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: pipeline))
      defer { try? file.close() }
      data = try file.read(upToCount: PipelinePlan.maximumBytes + 1) ?? Data()
    } catch let code as ExitCode {
      throw code
    } catch {
      Console.report("\(pipeline): error[unreadable]: the pipeline can't be read: \(reason(of: error))")
      throw ExitCodes.configuration
    }
    // Bytes that are no UTF-8 become U+FFFD here; libyaml then has nothing to object to, so look for them first.
    guard let text = String(validating: data, as: UTF8.self) else {
      let at = firstInvalidByte(in: data)
      Console.report("\(pipeline): error[bad-character]: the file is not UTF-8 (byte \(at)); save it as UTF-8")
      throw ExitCodes.configuration
    }
    var request = PipelinePlan.Request(
      plugins: plugins, environment: ProcessInfo.processInfo.environment, overrides: overrides,
      inputs: paths.isEmpty ? nil : paths, quarantine: quarantine, encoder: encoder)
    request.checksEnds = checksEnds
    request.date = date ?? Surroundings.today()
    request.since = since
    request.except = except
    let (plan, findings) = PipelinePlan.make(text: text, file: pipeline, request)
    return (plan, findings, text)
  }

  /// How many bytes of valid UTF-8 come before the first that is not.
  private func firstInvalidByte(in data: Data) -> Int {
    var bytes = data.makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    var offset = 0
    while case .valid(let scalar) = parser.parseScalar(from: &bytes) { offset += scalar.count }
    return offset
  }

  private func reason(of error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileReadNoSuchFile, .fileNoSuchFile: "there is no such file"
    case .fileReadNoPermission: "you have no permission to"
    default: error.localizedDescription
    }
  }
}

extension PipelineArguments {
  /// The same for commands that read several pipelines, or no paths.
  static func of(_ pipeline: String, overrides: [String]) throws -> PipelineArguments {
    try parse(overrides.map { "--set=\($0)" } + ["--", pipeline])
  }
}

/// How results are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  /// For people.
  case text
  /// For programs.
  case json
}
