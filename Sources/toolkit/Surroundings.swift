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

  /// The day in the machine's time zone, `2026-03-12`.
  static func today() -> String { text(of: Date(), "yyyy-MM-dd") }

  /// Facts about a run that starts now.
  static func runInfo(name: String, pipeline: String, date: String?, id: String? = nil) -> RunInfo {
    let now = Date()
    return RunInfo(
      id: id ?? "\(text(of: now, "yyyyMMdd-HHmmss-SSS"))-\(name)", name: name,
      date: date ?? text(of: now, "yyyy-MM-dd"), version: Toolkit.version, pipeline: pipeline)
  }

  private static func text(of moment: Date, _ format: String) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = format
    return formatter.string(from: moment)
  }

  private static func nonEmpty(_ variable: String) -> String? {
    environment[variable].flatMap { $0.isEmpty ? nil : $0 }
  }
}
