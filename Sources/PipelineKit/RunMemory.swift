import Foundation
import StageKit

/// What is remembered of the last run of a pipeline that ended well: enough to see what has changed since, and to
/// repeat its end without repeating its work.
///
/// A file of JSON in the cache for each pipeline and its inputs. Options that came from the environment are in it as
/// hashes only.
struct RunMemory: Codable, Equatable, Sendable {
  /// A stage as it was.
  struct Stage: Codable, Equatable, Sendable {
    var id: String
    var use: String
    var version: String
    /// As reports show them.
    var options: JSONValue
    /// See ``StageKey``.
    var key: String
  }

  /// A file or folder that a stage had written.
  struct Output: Codable, Equatable, Sendable {
    var stage: String
    var path: String
    var files: [File]
  }

  /// A file as it was after the run.
  struct File: Codable, Equatable, Sendable {
    /// Below the output's path; empty if that is the file.
    var name: String
    var bytes: Int64
    /// Seconds and nanoseconds of the last change.
    var modified: [Int64]
  }

  /// The form of this file; another one is as good as none.
  static let currentForm = 1

  var form = currentForm
  /// The run's id.
  var run: String
  /// When it ended, RFC 3339.
  var ended: String
  /// The build of toolkit.
  var build: String
  /// The models it had.
  var models: [String]
  /// The day it was for: it stands in outputs.
  var date: String
  /// The keys of what the sources had to read; nil if a source can't tell.
  var inputs: [String]?
  /// SHA-256 of the pipeline file: it stands in outputs.
  var pipeline: String
  var stages: [Stage]
  var outputs: [Output]
  var report: RunReport
  /// What the program told its user about documents.
  var brief: Data?

  /// Reads a memory; nil if there is none, or none that can be understood.
  static func load(from file: URL) -> RunMemory? {
    guard let data = try? Data(contentsOf: file), let memory = try? JSONDecoder().decode(RunMemory.self, from: data),
      memory.form == currentForm
    else { return nil }
    return memory
  }

  /// Writes it in one step; its folder must exist.
  func save(to file: URL) throws {
    try PartialFiles.write(JSONLine.encode(self), to: file, run: run)
  }

  /// Whether all that was written still stands as it was left.
  var outputsStand: Bool {
    outputs.allSatisfy { output in output.files.allSatisfy { $0 == File(at: output.path, name: $0.name) } }
  }
}

extension RunMemory.File {
  /// The file as it is now; nil if there is none.
  init?(at path: String, name: String) {
    var isDirectory: ObjCBool = false
    let full = name.isEmpty ? path : path + "/" + name
    guard FileManager.default.fileExists(atPath: full, isDirectory: &isDirectory), !isDirectory.boolValue,
      let mark = FileMark(path: full)
    else { return nil }
    self.init(name: name, bytes: mark.bytes, modified: mark.modified)
  }
}

extension RunMemory.Output {
  /// Names of files that the engine writes anew for each run.
  static let engineFiles: Set = ["run.json", "quarantine.jsonl", "dropped.jsonl", "trace.jsonl"]

  /// What stands at a path now: a file, or the files in a folder, in order of their names. Hidden ones are not counted.
  init(stage: String, at path: String) {
    self.init(stage: stage, path: path, files: [])
    if let file = RunMemory.File(at: path, name: "") {
      files = [file]
      return
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    files = names.filter { !$0.hasPrefix(".") && !Self.engineFiles.contains($0) }.sorted()
      .compactMap { RunMemory.File(at: path, name: $0) }
  }
}
