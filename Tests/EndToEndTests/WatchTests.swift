import Foundation
import Testing

/// `toolkit watch` with the real program: an inbox, and what comes into it.
@Suite struct WatchTests {
  private struct Place {
    let folder: URL

    func watch(_ arguments: [String], whileRunning: ((Process) throws -> Void)? = nil) throws -> Toolkit.Result {
      try Toolkit.run(
        ["watch", "p.yaml", "in", "--debounce", "0.3"] + arguments,
        environment: ["TOOLKIT_CACHE_DIR": folder.appendingPathComponent("cache").path], in: folder,
        whileRunning: whileRunning)
    }

    /// Whether as many documents are in the output, and the run has ended, before two minutes have passed.
    func waits(for count: Int, _ process: Process) -> Bool {
      let out = folder.appendingPathComponent("out")
      return waits(process) { (try? out.documents().count) == count } && waitsForTheEnd(process)
    }

    /// Whether a run takes back its note that it has begun before two minutes have passed.
    func waitsForTheEnd(_ process: Process) -> Bool {
      let notes = folder.appendingPathComponent("cache/unfinished")
      defer { usleep(500_000) }
      return waits(process) { (try? notes.names()) == [] }
    }

    private func waits(_ process: Process, for condition: () -> Bool) -> Bool {
      for _ in 0..<1200 where process.isRunning {
        if condition() { return true }
        usleep(100_000)
      }
      return false
    }
  }

  private func with(_ body: (Place) throws -> Void) throws {
    try TemporaryFolder.with { folder in
      try folder.write(
        "p.yaml",
        """
        version: 1
        name: inbox
        stages:
          - use: read-files
            with: { paths: [elsewhere.txt] }
          - use: export
            with: { directory: out, formats: [jsonl] }
        """)
      try folder.write("elsewhere.txt", "Not in the inbox.")
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("in"), withIntermediateDirectories: true)
      try body(Place(folder: folder))
    }
  }

  @Test func whatComesInIsRunAndCtrlCEndsTheWatch() throws {
    try with { place in
      let result = try place.watch([]) { process in
        try place.folder.write("in/a.txt", "The first report of the day.")
        #expect(place.waits(for: 1, process))
        try place.folder.write("in/sub/b.txt", "The second report of the day.")
        try place.folder.write("in/.hidden.txt", "Nobody looks at this one.")
        #expect(place.waits(for: 2, process))
        process.interrupt()
      }
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("1 new: running\n"), "\(result.errors)")
      #expect(result.output.contains("2 documents"), "\(result.output)")
    }
  }

  @Test func onceRunsOnceAndPassesTheExitCodeOn() throws {
    try with { place in
      let empty = try place.watch(["--once"])
      #expect(empty.status == 0 && empty.errors.contains("nothing to read in in"), "\(empty.errors)")
      try place.folder.write("in/a.txt", "The first report of the day.")
      let first = try place.watch(["--once"])
      #expect(first.status == 0 && first.output.contains("1 document "), "\(first.errors)")
      let again = try place.watch(["--once"])
      #expect(again.status == 0 && again.errors.contains("nothing new since the run"), "\(again.errors)")
      try place.folder.write("in/b.txt", "")
      #expect(try place.watch(["--once"]).status == 3)
      #expect(try place.watch(["--once", "--", "--max-quarantine", "0"]).status == 1)
    }
  }

  @Test func aFileThatGrowsIsLeftOutUntilItHasSettled() throws {
    try with { place in
      try place.folder.write("in/whole.txt", "This report is complete.")
      let growing = place.folder.appendingPathComponent("in/growing.txt")
      let result = try place.watch([]) { process in
        try Data("Begun. ".utf8).write(to: growing)
        let file = try FileHandle(forWritingTo: growing)
        for _ in 0..<600 where process.isRunning {
          try file.seekToEnd()
          try file.write(contentsOf: Data("More. ".utf8))
          if FileManager.default.fileExists(atPath: place.folder.appendingPathComponent("out/documents.jsonl").path) {
            break
          }
          usleep(100_000)
        }
        let documents = try place.folder.appendingPathComponent("out").documents()
        #expect(documents.map(\.origin?.path) == ["in/whole.txt"])
        try file.write(contentsOf: Data("Done.".utf8))
        try file.close()
        #expect(place.waits(for: 2, process))
        process.interrupt()
      }
      #expect(result.errors.contains("running without what is still being written: in/growing.txt"), "\(result.errors)")
      #expect(try place.folder.appendingPathComponent("out").documents().contains { $0.text.hasSuffix("Done.") })
    }
  }

  @Test func aRunThatFailsDoesNotEndTheWatch() throws {
    try with { place in
      // An empty file goes to quarantine, which these runs do not bear.
      try place.folder.write("in/a.txt", "")
      let result = try place.watch(["--", "--max-quarantine", "0"]) { process in
        #expect(place.waitsForTheEnd(process))
        #expect(process.isRunning)
        try place.folder.write("in/a.txt", "The first report of the day.")
        #expect(place.waits(for: 1, process))
        process.interrupt()
      }
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("warning: the run failed with exit code 1; the next change"), "\(result.errors)")
    }
  }

  @Test func mistakesAreToldAtOnce() throws {
    try with { place in
      let run = { (arguments: [String]) in
        try Toolkit.run(["watch"] + arguments, in: place.folder)
      }
      let gone = try run(["p.yaml", "gone"])
      #expect(gone.status == 78 && gone.errors.contains("gone: error[missing-folder]"), "\(gone.errors)")
      let pipeline = try run(["none.yaml", "in"])
      #expect(pipeline.status == 78 && pipeline.errors.contains("there is no such file"), "\(pipeline.errors)")
      let option = try run(["p.yaml", "in", "--", "--workers", "0"])
      #expect(option.status == 2 && option.errors.contains("--workers must be from 1 to 256"), "\(option.errors)")
      let debounce = try run(["p.yaml", "in", "--debounce", "0"])
      #expect(debounce.status == 2 && debounce.errors.contains("--debounce must be"), "\(debounce.errors)")
      let loop = try run(["p.yaml", "in", "--", "--set", "export.directory=in/out"])
      #expect(loop.status == 78 && loop.errors.contains("'export' writes into the watched folder"), "\(loop.errors)")
    }
  }
}
