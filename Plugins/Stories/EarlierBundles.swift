import BundleKit
import Foundation
import StageKit

/// Bundles of earlier runs, as files.
enum EarlierBundles {
  /// The bundles that paths and patterns stand for, each once, in the order of paths.
  static func files(_ paths: [InputPath]) -> [URL] {
    var seen: Set<String> = []
    return paths.flatMap { path in path.isPattern ? matches(of: path) : [path.url] }
      .filter { seen.insert($0.standardizedFileURL.path).inserted }
  }

  /// A bundle, if its run was on a day before `date`; nil if not.
  ///
  /// - Throws: ``StageError`` if it is no bundle that can be read.
  static func open(_ url: URL, before date: String) throws -> BundleReader? {
    do {
      let reader = try BundleReader(at: url)
      guard let day = try? JSONDecoder().decode(Day.self, from: try reader.read("run.json")) else {
        throw StageError("bad-bundle", "its run.json has no date")
      }
      return day.date < date ? reader : nil
    } catch let error as BundleError {
      throw StageError(error.code.rawValue, "\(error)")
    }
  }

  private struct Day: Decodable {
    var date: String
  }

  private static func matches(of path: InputPath) -> [URL] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(path.url.path, 0, nil, &found) == 0, let names = found.gl_pathv else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { names[$0].map { URL(fileURLWithPath: String(cString: $0)) } }
  }
}
