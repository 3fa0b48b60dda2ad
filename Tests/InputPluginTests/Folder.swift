import Foundation
import InputPlugin
import StageKit
import StageTesting

/// A folder that is gone after the test.
final class Folder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("input-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

  /// Options for paths as a pipeline file in this folder would give them.
  func options(_ paths: [String], maxBytes: Int? = nil) -> ReadFiles.Options {
    var options = ReadFiles.Options()
    options.paths = paths.enumerated().map { index, path in
      InputPath(path, base: url, location: SourceLocation(file: "test.yaml", line: index + 1, column: 3))
    }
    if let maxBytes { options.maxBytes = maxBytes }
    return options
  }

  /// Reads paths, and returns what was said as well.
  func read(
    _ paths: String..., maxBytes: Int? = nil
  ) async throws -> (result: StageHarness.Result, warnings: [String]) {
    let harness = StageHarness()
    let stage = try await ReadFiles(options(paths, maxBytes: maxBytes), in: harness.context)
    return (try await harness.read(stage), harness.services.record.warnings)
  }

  /// Reads one text as a file of its own.
  func read(text: String, as name: String = "a.txt") async throws -> Document? {
    try write(name, text)
    return try await read(name).result.passed.first
  }
}

extension StageHarness.Result {
  /// Paths of what was passed.
  var paths: [String] { passed.map { $0.origin?.path ?? "" } }

  /// The words of the only error.
  var onlyError: String? { quarantined.count == 1 && passed.isEmpty ? quarantined[0].error : nil }
}
