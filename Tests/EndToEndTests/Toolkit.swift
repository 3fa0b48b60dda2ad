import Foundation
import StageKit

/// Runs the program as a user would, and gives back what it said.
struct Toolkit {
  struct Result {
    var status: Int32
    var output: String
    var errors: String
  }

  /// The program that was built together with the tests.
  static let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("toolkit")

  /// A cache for all tests that bring none of their own: none of them may see, or fill, the user's.
  private static let cache: URL = {
    atexit { try? FileManager.default.removeItem(at: Toolkit.cachePlace) }
    return cachePlace
  }()
  private static let cachePlace = FileManager.default.temporaryDirectory
    .appendingPathComponent("toolkit-tests-\(getpid())", isDirectory: true)

  /// The checkout.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Whether the sentence encoder's model was fetched; tests of translations need it.
  static var hasModel: Bool {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? NSHomeDirectory() + "/.cache"
    let models = environment["TOOLKIT_MODELS"] ?? cache + "/toolkit/models"
    return FileManager.default.fileExists(atPath: models + "/multilingual-e5-small-q4.bin")
  }

  /// Files for measuring that lie beside some checkouts; tests that want them are skipped elsewhere.
  static func shared(_ path: String) -> URL? {
    let url = root.deletingLastPathComponent().appendingPathComponent("shared/\(path)")
    return FileManager.default.fileExists(atPath: url.path) ? url : nil
  }

  /// Runs `toolkit` with arguments and waits for its end.
  ///
  /// - Parameter whileRunning: called once, shortly after the start, with the process.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], in directory: URL = root,
    whileRunning: ((Process) throws -> Void)? = nil
  ) throws -> Result {
    try start(program, arguments, environment: environment, in: directory, whileRunning: whileRunning)
  }

  /// Runs a tool of the system; nil if it is not installed.
  static func tool(_ name: String, _ arguments: [String], in directory: URL = root) throws -> Result? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    guard
      let path = folders.map({ "\($0)/\(name)" }).first(where: FileManager.default.isExecutableFile(atPath:))
    else { return nil }
    return try start(URL(fileURLWithPath: path), arguments, environment: [:], in: directory)
  }

  private static func start(
    _ program: URL, _ arguments: [String], environment: [String: String], in directory: URL,
    whileRunning: ((Process) throws -> Void)? = nil
  ) throws -> Result {
    try TemporaryFolder.with { folder in
      let files = ["out", "err"].map { folder.appendingPathComponent($0) }
      for file in files { try Data().write(to: file) }
      let process = Process()
      process.executableURL = program
      process.arguments = arguments
      process.currentDirectoryURL = directory
      process.environment = ProcessInfo.processInfo.environment
        .merging(["TOOLKIT_CACHE_DIR": cache.path]) { $1 }.merging(environment) { $1 }
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = try FileHandle(forWritingTo: files[0])
      process.standardError = try FileHandle(forWritingTo: files[1])
      try process.run()
      try whileRunning?(process)
      process.waitUntilExit()
      let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
      return Result(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }
  }
}

/// A folder that is gone when its user is done.
enum TemporaryFolder {
  static func with<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("toolkit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.resolvingSymlinksInPath())
  }
}

extension URL {
  /// Writes a text under this folder and returns its path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String { try write(name, Data(text.utf8)) }

  /// Writes bytes under this folder and returns their path.
  @discardableResult
  func write(_ name: String, _ bytes: Data) throws -> String {
    let file = appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: file)
    return file.path
  }

  /// The documents of a `documents.jsonl` in this folder.
  func documents() throws -> [Document] {
    let data = try Data(contentsOf: appendingPathComponent("documents.jsonl"))
    return try data.split(separator: 0x0A).map { try JSONDecoder().decode(Document.self, from: $0) }
  }

  /// The names of the files in this folder, sorted; hidden ones too.
  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
}
