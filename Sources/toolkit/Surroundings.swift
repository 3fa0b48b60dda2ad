import EncoderKit
import Foundation
import StageKit

/// Where this machine keeps what toolkit needs besides its files.
enum Surroundings {
  private static let environment = ProcessInfo.processInfo.environment

  /// `TOOLKIT_CACHE_DIR`, else toolkit's folder where the platform keeps caches.
  static var cacheDirectory: URL {
    if let path = nonEmpty("TOOLKIT_CACHE_DIR") { return URL(fileURLWithPath: path, isDirectory: true) }
    let caches = nonEmpty("XDG_CACHE_HOME") ?? NSHomeDirectory() + "/.cache"
    return URL(fileURLWithPath: caches, isDirectory: true).appendingPathComponent("toolkit", isDirectory: true)
  }

  /// The sentence encoder, or why there is none; `make setup` fetches its model.
  static var encoder: EncoderLoader {
    E5Encoder.loader(searching: E5Encoder.modelDirectories(environment: environment))
  }

  /// Facts about a run that starts now.
  static func runInfo(name: String, pipeline: String, date: String?, id: String? = nil) -> RunInfo {
    let now = Date()
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = "yyyyMMdd-HHmmss-SSS"
    let started = formatter.string(from: now)
    formatter.dateFormat = "yyyy-MM-dd"
    return RunInfo(
      id: id ?? "\(started)-\(name)", name: name, date: date ?? formatter.string(from: now), version: Toolkit.version,
      pipeline: pipeline)
  }

  private static func nonEmpty(_ variable: String) -> String? {
    environment[variable].flatMap { $0.isEmpty ? nil : $0 }
  }
}
