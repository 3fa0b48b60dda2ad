import Foundation
import StageKit

/// A small night for tests of reports: documents that pass, that are dropped and that fail, and two pipelines.
///
/// `first.yaml` reads three reports and an empty file, and writes `out1` and `one.zip`. `second.yaml` reads that bundle
/// and a copy of it, so that the copy's documents are dropped, and the files in `more`, and writes `out2` and
/// `two.zip`. Neither needs the model.
struct Night {
  let folder: URL

  static let harbour = """
    Harbour of Varna reopens

    The harbour of Varna was opened again on Tuesday after the storm. Three ships had waited for two days. The harbour \
    master said that nobody was hurt. Repairs of the northern pier will take until April.
    """

  init(in folder: URL) throws {
    self.folder = folder
    try folder.write("in/harbour.txt", Self.harbour)
    try folder.write("in/harbour-copy.txt", Self.harbour)
    try folder.write(
      "in/port.txt",
      """
      Le port rouvre

      Le port a été fermé pour deux nuits à cause de la tempête, selon les autorités de la ville. Personne n'a été \
      blessé, et les bateaux attendent toujours dans la baie.
      """)
    try folder.write("in/empty.txt", "")
    let tail = """
        - use: find-duplicates
          with: { kinds: [exact, near] }
        - use: export
          with: { directory: OUT }
        - use: write-bundle
          with: { path: BUNDLE }
      """
    try folder.write(
      "first.yaml",
      """
      version: 1
      name: first
      stages:
        - use: read-files
          with: { paths: [in] }
        - use: detect-language

      """ + tail.replacing("OUT", with: "out1").replacing("BUNDLE", with: "one.zip"))
    try folder.write(
      "second.yaml",
      """
      version: 1
      name: second
      stages:
        - use: read-bundle
          with: { paths: [one.zip, copy.zip], results: drop }
        - use: read-files
          with: { paths: [more] }
        - use: detect-language
          with: { overwrite: true }

      """ + tail.replacing("OUT", with: "out2").replacing("BUNDLE", with: "two.zip"))
  }

  /// Runs `toolkit run` on one of the pipelines, with a cache of its own.
  func run(_ pipeline: String, _ arguments: [String] = []) throws -> Toolkit.Result {
    try toolkit(["run", pipeline, "--date", "2026-03-12"] + arguments)
  }

  /// Runs `toolkit` in the folder.
  func toolkit(_ arguments: [String]) throws -> Toolkit.Result {
    try Toolkit.run(
      arguments, environment: ["TOOLKIT_CACHE_DIR": folder.appendingPathComponent("cache").path], in: folder)
  }

  /// The report in a folder that `export` wrote.
  func report(_ directory: String) throws -> RunReport {
    try JSONDecoder().decode(
      RunReport.self, from: Data(contentsOf: folder.appendingPathComponent("\(directory)/run.json")))
  }

  /// The objects of a JSON Lines file; none if there is no file.
  func lines(_ path: String) throws -> [[String: JSONValue]] {
    guard let data = try? Data(contentsOf: folder.appendingPathComponent(path)) else { return [] }
    return try data.split(separator: 0x0A).map { try JSONDecoder().decode([String: JSONValue].self, from: $0) }
  }
}
