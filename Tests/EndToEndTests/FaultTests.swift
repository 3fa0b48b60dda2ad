import Foundation
import Testing

/// What goes wrong at night: the message, the exit code, and what stands afterwards.
@Suite struct FaultTests {
  /// A folder with input, a pipeline and a cache of its own.
  private struct Place {
    let folder: URL

    func write(_ stages: String, top: String = "") throws {
      try folder.write("p.yaml", "version: 1\nname: night\n\(top)stages:\n\(stages)")
    }

    func run(_ arguments: [String] = [], whileRunning: ((Process) throws -> Void)? = nil) throws -> Toolkit.Result {
      try Toolkit.run(
        ["run", folder.appendingPathComponent("p.yaml").path] + arguments,
        environment: ["TOOLKIT_CACHE_DIR": folder.appendingPathComponent("cache").path], in: folder,
        whileRunning: whileRunning)
    }

    func exists(_ path: String) -> Bool {
      FileManager.default.fileExists(atPath: folder.appendingPathComponent(path).path)
    }

    /// Waits until something is there, or the process has ended.
    func wait(for path: String, _ process: Process) {
      while process.isRunning, !exists(path) { usleep(500) }
    }

    /// Hidden files in the folder and in `out`, and run folders.
    func leftovers() throws -> [String] {
      let out = (try? folder.appendingPathComponent("out").names()) ?? []
      let runs = (try? folder.appendingPathComponent("cache/runs").names()) ?? []
      return try (folder.names() + out).filter { $0.hasPrefix(".") } + runs
    }

    func quarantine(_ path: String = "out/quarantine.jsonl") -> [String] {
      let text = (try? String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)) ?? ""
      return text.split(separator: "\n").map(String.init)
    }
  }

  private static let stages = """
      - use: read-files
        with: { paths: [in] }
      - use: detect-language
      - use: find-duplicates
        with: { kinds: [exact, near] }
      - use: export
        with: { directory: out, formats: [jsonl] }
      - use: write-bundle
        with: { path: bundle.zip }
    """

  private func with(_ stages: String = stages, documents: Int = 2, _ body: (Place) throws -> Void) throws {
    try TemporaryFolder.with { folder in
      let place = Place(folder: folder)
      try place.write(stages)
      let lines = (0..<documents).map { #"{"id":"d\#($0)","text":"Report number \#($0) of this long night."}"# }
      try folder.write("in/a.jsonl", lines.joined(separator: "\n") + "\n")
      try body(place)
    }
  }

  // MARK: Documents that fail

  @Test func aDocumentThatTakesTooLongIsStoppedForGood() throws {
    let stages = Self.stages.replacing("detect-language\n", with: "detect-language\n    timeout: 20ms\n")
    try with(stages) { place in
      var text = ""
      for number in 0..<200_000 { text += "Paragraph \(number) says that the harbour has reopened after the storm.\n\n" }
      try place.folder.write("in/big.txt", text)
      let result = try place.run()
      #expect(result.status == 3, "\(result.errors)")
      #expect(result.output.contains("it took longer than the 20 ms that 'timeout' allows, and was stopped"))
      let documents = try place.folder.appendingPathComponent("out").documents()
      #expect(documents.count + place.quarantine().count == 3)
      #expect(place.quarantine().contains { $0.contains("big.txt") && $0.contains(#""code":"timeout""#) })
      #expect(!result.output.contains("Paragraph") && !result.errors.contains("Paragraph"))
      #expect(Self.workers(of: place.folder) == [], "no process is left")
      #expect(try place.leftovers() == [])
    }
  }

  @Test func aSourceThatIsToldToFailDoes() throws {
    let stages = Self.stages.replacing("read-files\n", with: "read-files\n    on-error: fail\n")
    try with(stages) { place in
      try place.folder.write("in/broken.txt", "")
      let result = try place.run()
      #expect(result.status == 1)
      #expect(
        result.errors.contains(
          "error: the stage 'read-files' is set to fail, and did at in/broken.txt: 'in/broken.txt' is empty"),
        "\(result.errors)")
      #expect(!place.exists("out") && !place.exists("bundle.zip"))
    }
  }

  @Test func tooManyInQuarantineFailTheRunAndNothingIsWritten() throws {
    try with(documents: 18) { place in
      for name in ["x.txt", "y.txt"] { try place.folder.write("in/\(name)", "") }
      let allowed = try place.run(["--max-quarantine", "10%"])
      #expect(allowed.status == 3)
      let before = try Data(contentsOf: place.folder.appendingPathComponent("bundle.zip"))
      for limit in ["9%", "1", "0"] {
        let result = try place.run(["--max-quarantine", limit])
        #expect(result.status == 1)
        #expect(result.errors.contains("'max-quarantine' allows \(limit); most by the stage 'read-files'"))
        #expect(result.errors.contains("nothing was written"))
      }
      #expect(try Data(contentsOf: place.folder.appendingPathComponent("bundle.zip")) == before, "the old one stands")
      let kept = try place.folder.appendingPathComponent("cache/runs").names()
      #expect(kept.count == 3, "what each of them could not process is kept")
      try place.write(Self.stages, top: "max-quarantine: 1\n")
      #expect(try place.run().status == 1)
      #expect(try place.run(["--max-quarantine", "2"]).status == 3, "the command line has the last word")
      #expect(try place.run(["--max-quarantine", "half"]).status == 2)
    }
  }

  @Test func quarantineCanBeFedAgain() throws {
    let stages = Self.stages.replacing("detect-language\n", with: "detect-language\n    timeout: 20ms\n")
    try with(stages) { place in
      var text = ""
      for number in 0..<200_000 { text += "Paragraph \(number) says that the harbour has reopened after the storm.\n\n" }
      try place.folder.write("in/big.txt", text)
      try place.folder.write("in/none.txt", "")
      #expect(try place.run().status == 3)
      // Where there is time for it, the document passes; what was never read stays out.
      try place.write(Self.stages.replacing("bundle.zip", with: "again.zip").replacing("directory: out", with: "directory: again"))
      let lines = place.quarantine().count
      for path in ["bundle.zip", "out/quarantine.jsonl"] {
        let again = try place.run(["--from-quarantine", path])
        #expect(again.status == 3, "\(again.errors)")
        #expect(again.errors.contains("fed again from quarantine: \(lines - 1) of detect-language, 1 of read-files"))
        let documents = try place.folder.appendingPathComponent("again").documents()
        #expect(documents.contains { $0.origin?.path == "in/big.txt" && $0.language?.code == "en" })
        #expect(documents.count == lines - 1)
        #expect(documents.allSatisfy { $0.history.first?.stage == "read-quarantine" })
        #expect(again.output.contains("it was never read, so there is nothing to try again"), "\(again.output)")
      }
      #expect(try place.run(["--from-quarantine", "bundle.zip", "in"]).status == 2)
      let missing = try place.run(["--from-quarantine", "gone.zip"])
      #expect(missing.status == 78)
      #expect(missing.errors.contains("error[missing-file]: there is no file 'gone.zip'"), "\(missing.errors)")
    }
  }

  // MARK: Locks and leftovers

  @Test func anOutputThatIsLockedIs11() throws {
    try with(documents: 30_000) { place in
      var second: Toolkit.Result?
      let first = try place.run { process in
        place.wait(for: ".out.lock", process)
        second = try place.run()
      }
      #expect(first.status == 0, "\(first.errors)")
      #expect(second?.status == 11)
      #expect(second?.errors.contains("/out' is locked by another run: process ") == true)
      #expect(second?.errors.contains("wait for its end, stop it, or choose another output") == true)
      #expect(try place.leftovers() == [])
    }
  }

  @Test func aLockThatWasLeftBehindIsTakenOver() throws {
    try with { place in
      let host = ProcessInfo.processInfo.hostName
      try place.folder.write(
        ".out.lock", #"{"host":"\#(host)","pid":1,"run":"r","started":"2026-03-11T22:00:00Z"}"#)
      let result = try place.run()
      if result.status == 11 {
        // The name that the system has for this host differs from the one that Foundation found.
        #expect(result.errors.contains("on another host"))
      } else {
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("was locked by a run that is dead (process 1, started 2026-03-11T22:00:00Z)"))
        #expect(try place.leftovers() == [])
      }
    }
  }

  @Test func twoSinksWithOneOutputAre78() throws {
    let twice = Self.stages + "\n  - use: write-bundle\n    id: twin\n    with: { path: in/../bundle.zip }"
    try with(twice) { place in
      let result = try place.run()
      #expect(result.status == 78)
      #expect(
        result.errors.contains("error[same-output]: 'twin' writes 'in/../bundle.zip', and so does 'write-bundle'"),
        "\(result.errors)")
    }
  }

  @Test(arguments: [SIGKILL, SIGINT]) func whatAKilledRunLeavesTheNextOneSweeps(signal: Int32) throws {
    try with(documents: 30_000) { place in
      let killed = try place.run { process in
        place.wait(for: "out", process)
        kill(process.processIdentifier, signal)
        if signal == SIGINT {
          usleep(1000)
          kill(process.processIdentifier, signal)
        }
      }
      #expect(killed.status == (signal == SIGINT ? 130 : SIGKILL), "\(killed.errors)")
      #expect(!place.exists("bundle.zip") && !place.exists("out/documents.jsonl"))
      let next = try place.run()
      #expect(next.status == 0, "\(next.errors)")
      #expect(try place.leftovers() == [])
      #expect(try place.folder.appendingPathComponent("out").documents().count == 30_000)
    }
  }

  // MARK: Places that vanish, or are full

  @Test func anOutputFolderThatVanishesFailsTheRun() throws {
    try with(documents: 30_000) { place in
      var vanished = false
      let result = try place.run { process in
        place.wait(for: "out", process)
        usleep(50_000)
        vanished = process.isRunning && !place.exists("bundle.zip")
        try? FileManager.default.removeItem(at: place.folder.appendingPathComponent("out"))
      }
      try #require(vanished)
      #expect(result.status == 1)
      #expect(result.errors.contains("out/documents.jsonl': its folder has vanished"), "\(result.errors)")
      #expect(!place.exists("bundle.zip"), "the bundle has not got its name either")
      #expect(try place.leftovers() == [])
    }
  }

  @Test func anInputFolderThatVanishesIsQuarantinedFileByFile() throws {
    try with(documents: 1) { place in
      for index in 0..<3000 {
        try place.folder.write(String(format: "in/%05d.txt", index), "Report number \(index) of this long night.")
      }
      let result = try place.run { process in
        place.wait(for: "out", process)
        try? FileManager.default.moveItem(
          at: place.folder.appendingPathComponent("in"), to: place.folder.appendingPathComponent("gone"))
      }
      #expect(result.status == 0 || result.status == 3, "\(result.errors)")
      let documents = try place.folder.appendingPathComponent("out").documents()
      #expect(documents.count + place.quarantine().count == 3001)
      #expect(place.quarantine().allSatisfy { $0.contains("in/") })
    }
  }

  @Test func aRunFolderThatVanishesFailsTheRun() throws {
    try with(documents: 30_000) { place in
      try place.folder.write("in/zzz.txt", "")
      var vanished = false
      let result = try place.run { process in
        place.wait(for: "out", process)
        vanished = process.isRunning
        try? FileManager.default.removeItem(at: place.folder.appendingPathComponent("cache/runs"))
      }
      try #require(vanished)
      #expect(result.status == 1, "\(result.errors)")
      #expect(result.errors.contains("cache/runs/"), "\(result.errors)")
      #expect(result.errors.contains("its folder does not exist, or has vanished"), "\(result.errors)")
      #expect(!place.exists("bundle.zip") && !place.exists("out"))
    }
  }

  @Test func aCacheThatCanNotBeMadeSaysSo() throws {
    try with { place in
      try place.folder.write("cache", "this is a file")
      let result = try place.run()
      #expect(result.status == 1)
      #expect(result.errors.contains("can't make the run's folder"), "\(result.errors)")
      #expect(result.errors.contains("TOOLKIT_CACHE_DIR"))
    }
  }

  @Test(.enabled(if: getuid() == 0, "only root can mount a small disk"))
  func aFullCacheFailsTheRun() throws {
    try with(documents: 10_000) { place in
      let cache = place.folder.appendingPathComponent("cache")
      try FileManager.default.createDirectory(at: cache, withIntermediateDirectories: true)
      let mounted = try Toolkit.tool("mount", ["-t", "tmpfs", "-o", "size=200k", "tmpfs", cache.path])
      guard mounted?.status == 0 else { return }
      defer { _ = try? Toolkit.tool("umount", [cache.path]) }
      let result = try place.run()
      #expect(result.status == 1)
      #expect(result.errors.contains("cache/runs/"), "\(result.errors)")
      #expect(result.errors.contains("full"), "\(result.errors)")
      #expect(!place.exists("bundle.zip") && !place.exists("out"))
      #expect(try cache.appendingPathComponent("runs").names() == [])
    }
  }

  @Test func aWorkerIsNoCommandForPeople() throws {
    let result = try Toolkit.run(["stage-worker", "detect-language"])
    #expect(result.status == 2)
    #expect(result.errors.contains("this is no command for people"), "\(result.errors)")
    #expect(try !Toolkit.run(["--help"]).output.contains("stage-worker"))
  }

  /// Worker processes of runs whose cache lies in a folder.
  private static func workers(of folder: URL) -> [String] {
    let pids = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).filter { Int($0) != nil }
    return pids.filter { pid in
      func read(_ name: String) -> String {
        let data = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/\(name)"))) ?? Data()
        return String(decoding: data, as: UTF8.self)
      }
      return read("cmdline").contains("stage-worker") && read("environ").contains(folder.lastPathComponent)
    }
  }
}
