import Foundation
import StageTesting

/// A folder with documents to read, a pipeline and a cache of its own.
struct NightPlace {
  let folder: URL

  /// Reads `in`, writes the folder `out` and `bundle.zip`.
  static let stages = """
      - use: read-files
        with: { paths: [in] }
      - use: detect-language
      - use: find-duplicates
        with: { kinds: [exact, near] }
      - use: export
        with: { directory: out, formats: [jsonl, csv] }
      - use: write-bundle
        with: { path: bundle.zip }
    """

  /// Makes a place with a pipeline and documents in two or more files, and removes it in the end.
  static func with(_ stages: String = stages, documents: Int = 2, _ body: (NightPlace) throws -> Void) throws {
    try TemporaryFolder.with { folder in
      let place = NightPlace(folder: folder)
      try place.write(stages)
      var texts = NightTexts(seed: 7)
      for start in stride(from: 0, to: documents, by: 500) {
        let lines = (start..<min(documents, start + 500)).map { #"{"id":"d\#($0)","text":"\#(texts.next())"}"# }
        try folder.write(String(format: "in/%05d.jsonl", start), lines.joined(separator: "\n") + "\n")
      }
      try body(place)
    }
  }

  func write(_ stages: String, top: String = "") throws {
    try folder.write("p.yaml", "version: 1\nname: night\n\(top)stages:\n\(stages)")
  }

  func run(_ arguments: [String] = [], whileRunning: ((Process) throws -> Void)? = nil) throws -> Toolkit.Result {
    try command(["run", folder.appendingPathComponent("p.yaml").path] + arguments, whileRunning: whileRunning)
  }

  func command(_ arguments: [String], whileRunning: ((Process) throws -> Void)? = nil) throws -> Toolkit.Result {
    try Toolkit.run(
      arguments, environment: ["TOOLKIT_CACHE_DIR": folder.appendingPathComponent("cache").path], in: folder,
      whileRunning: whileRunning)
  }

  /// Runs with a limit on the size of every file, in blocks of `ulimit -f`.
  func run(fileBlocks: Int) throws -> Toolkit.Result? {
    let line = #"ulimit -f \#(fileBlocks); TOOLKIT_CACHE_DIR="$PWD/cache" exec "\#(Toolkit.program.path)" run p.yaml"#
    return try Toolkit.tool("sh", ["-c", line], in: folder)
  }

  func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent(path).path)
  }

  func remove(_ path: String) { try? FileManager.default.removeItem(at: folder.appendingPathComponent(path)) }

  func names(_ path: String) -> [String] { (try? folder.appendingPathComponent(path).names()) ?? [] }

  /// Waits until something is there, or the process has ended.
  func wait(for path: String, _ process: Process) {
    while process.isRunning, !exists(path) { usleep(500) }
  }

  /// Hidden files, folders of runs and notes of unfinished ones.
  func leftovers() -> [String] {
    (names(".") + names("out") + names("cache/pipelines")).filter { $0.hasPrefix(".") } + names("cache/runs")
      + names("cache/unfinished")
  }

  func quarantine(_ path: String = "out/quarantine.jsonl") -> [String] {
    let text = (try? String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
  }

  /// How many documents are in `out` or in quarantine; nil if the counts of `run.json` say anything else.
  func accounted() throws -> Int? {
    struct Report: Decodable {
      struct Stage: Decodable { var counts: [String: Int] }
      var stages: [Stage]
    }
    let file = folder.appendingPathComponent("out/run.json")
    let report = try JSONDecoder().decode(Report.self, from: Data(contentsOf: file))
    let balance = report.stages.allSatisfy { stage in
      func count(_ name: String) -> Int { stage.counts[name] ?? 0 }
      return count("taken") + count("made") == count("passed") + count("dropped") + count("quarantined")
    }
    let (documents, quarantined) = (try folder.appendingPathComponent("out").documents().count, quarantine().count)
    let made = report.stages.reduce(0) { $0 + ($1.counts["made"] ?? 0) }
    let refused = report.stages.reduce(0) { $0 + ($1.counts["quarantined"] ?? 0) }
    return balance && made == documents + quarantined && refused == quarantined ? made : nil
  }
}

/// Reports in made-up words; one in ten is a copy of an earlier one, one in ten has a word changed.
struct NightTexts {
  private var random: SeededRandom
  private var earlier: [[String]] = []
  private let words: [String]

  init(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    words = (0..<700).map { _ in
      (0..<Int.random(in: 1...3, using: &random)).map { _ in
        "\("bdfgklmnprst".randomElement(using: &random) ?? "b")\("aeiou".randomElement(using: &random) ?? "a")"
      }.joined()
    }
    self.random = random
  }

  mutating func next() -> String {
    var text = (0..<16).map { _ in words.randomElement(using: &random) ?? "" }
    let chance = Int.random(in: 0..<10, using: &random)
    if chance < 2, let old = earlier.randomElement(using: &random) {
      text = old
      if chance == 1 { text[Int.random(in: 0..<16, using: &random)] = "changed" }
    }
    earlier.append(text)
    return text.joined(separator: " ")
  }
}
