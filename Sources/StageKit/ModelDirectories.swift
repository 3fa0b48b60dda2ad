import Foundation

/// Where the models lie that `make setup` fetches.
public enum ModelDirectories {
  /// `TOOLKIT_MODELS` if it is set, else `toolkit/models` in the user's cache directory (`XDG_CACHE_HOME`, or `.cache`
  /// in the home directory).
  public static func all(environment: [String: String] = ProcessInfo.processInfo.environment) -> [URL] {
    if let models = environment["TOOLKIT_MODELS"], !models.isEmpty {
      return [URL(fileURLWithPath: models, isDirectory: true)]
    }
    var cache = FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".cache", isDirectory: true)
    // The specification of XDG directories: a relative path is to be ignored.
    if let path = environment["XDG_CACHE_HOME"], path.hasPrefix("/") {
      cache = URL(fileURLWithPath: path, isDirectory: true)
    }
    return [cache.appendingPathComponent("toolkit/models", isDirectory: true)]
  }
}
