import Foundation
import Testing

/// A folder of its own for one test, removed with the object.
final class Scratch: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("bundle-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func file(_ name: String) -> URL { url.appendingPathComponent(name, isDirectory: false) }

  /// Writes a file and says where it is.
  func file(_ name: String, _ bytes: [UInt8]) throws -> URL {
    try Data(bytes).write(to: file(name))
    return file(name)
  }

  /// What lies in the folder, hidden files too.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }
}

/// Another program, as a second opinion.
struct Tool {
  let path: String

  /// Looks for it on the PATH.
  init?(_ name: String) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let paths = folders.map { "\($0)/\(name)" }
    guard let path = paths.first(where: FileManager.default.isExecutableFile) else { return nil }
    self.path = path
  }

  static let unzip = Tool("unzip")
  static let python = Tool("python3")

  /// Runs it and gives its exit status and all that it printed.
  func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}

/// Text that is neither trivial nor random, the same on each call.
func sampleLines(_ count: Int) -> [String] {
  var state: UInt64 = 42
  let words = ["river", "نهر", "ırmak", "река", "河流", "ποτάμι", "flood", "minister", "signed", "harbour", "\u{2028}"]
  return (0..<count).map { number in
    var text = ""
    for _ in 0..<20 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      text += words[Int(state >> 33) % words.count] + " "
    }
    return #"{"id":"d\#(number)","text":"\#(text)"}"#
  }
}
