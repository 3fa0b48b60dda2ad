import Foundation
import Testing

/// What goes wrong at night: the message, the exit code, and what stands afterwards.
@Suite struct FaultTests {
  private typealias Place = NightPlace
  private static let stages = NightPlace.stages

  private func with(_ stages: String = stages, documents: Int = 2, _ body: (Place) throws -> Void) throws {
    try Place.with(stages, documents: documents, body)
  }

  /// A file that takes much longer than 150 ms.
  private func writeLongReport(_ place: Place) throws {
    var text = ""
    for number in 0..<80_000 { text += "Paragraph \(number) says that the harbour has reopened after the storm.\n\n" }
    try place.folder.write("in/big.txt", text)
  }

  // MARK: Documents that fail

  @Test func aDocumentThatTakesTooLongIsStoppedForGood() throws {
    let stages = Self.stages.replacing(
      "detect-language\n", with: "detect-language\n    workers: 1\n    timeout: 150ms\n")
    try with(stages) { place in
      try writeLongReport(place)
      let result = try place.run()
      #expect(result.status == 3, "\(result.errors)")
      #expect(result.output.contains("it took longer than the 150 ms that 'timeout' allows, and was stopped"))
      #expect(try place.accounted() == 3)
      #expect(place.quarantine().count == 1, "those that come first find a stage that has still to load something")
      #expect(place.quarantine().contains { $0.contains("big.txt") && $0.contains(#""code":"timeout""#) })
      #expect(!result.output.contains("Paragraph") && !result.errors.contains("Paragraph"))
      #expect(Self.workers(of: place.folder) == [], "no process is left")
      #expect(place.leftovers() == [])
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

  @Test func aStageThatIsToldToFailDoes() throws {
    let stages = Self.stages.replacing(
      "detect-language\n",
      with: "detect-language\n    workers: 1\n    timeout: 150ms\n    retries: 2\n    on-error: fail\n")
    try with(stages) { place in
      try writeLongReport(place)
      let result = try place.run()
      #expect(result.status == 1)
      #expect(
        result.errors.contains(
          "error: the stage 'detect-language' is set to fail, and did at in/big.txt: it took longer than the 150 ms"),
        "\(result.errors)")
      #expect(!result.errors.contains("tried"), "it would take as long the next time")
      #expect(!place.exists("out") && !place.exists("bundle.zip"))
      #expect(Self.workers(of: place.folder) == [])
      let kept = place.names("cache/runs")
      #expect(place.leftovers() == kept && kept.count == 1, "what it could not process is kept")
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
    let stages = Self.stages.replacing(
      "detect-language\n", with: "detect-language\n    workers: 1\n    timeout: 150ms\n")
    try with(stages) { place in
      try writeLongReport(place)
      try place.folder.write("in/none.txt", "")
      #expect(try place.run().status == 3)
      // Where there is time for it, the document passes; what was never read stays out.
      try place.write(
        Self.stages.replacing("bundle.zip", with: "again.zip").replacing("directory: out", with: "directory: again"))
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
    try with(documents: 3000) { place in
      var second: Toolkit.Result?
      let first = try place.run { process in
        place.wait(for: ".out.lock", process)
        second = try place.run()
      }
      #expect(first.status == 0, "\(first.errors)")
      #expect(second?.status == 11)
      #expect(second?.errors.contains("/out' is locked by another run: process ") == true)
      #expect(second?.errors.contains("wait for its end, stop it, or choose another output") == true)
      #expect(place.leftovers() == [])
    }
  }

  @Test(arguments: [false, true]) func aLockOfADeadRunIsTakenOverAndOneOfAnotherHostIsNot(isForeign: Bool) throws {
    try with { place in
      var name = [CChar](repeating: 0, count: 256)
      #expect(gethostname(&name, name.count - 1) == 0)
      let here = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      let started = isForeign ? Date().ISO8601Format() : "2026-03-11T22:00:00Z"
      try place.folder.write(
        ".out.lock",
        #"{"host":"\#(isForeign ? "elsewhere" : here)","pid":1,"run":"r","started":"\#(started)"}"#)
      let result = try place.run()
      if isForeign {
        #expect(result.status == 11)
        #expect(result.errors.contains("/out' is locked by a run on another host: process 1 on elsewhere, since "))
        #expect(result.errors.contains("/.out.lock'"), "\(result.errors)")
      } else {
        // That a process 1 lives counts for nothing: it does not hold the file.
        #expect(result.status == 0)
        #expect(result.errors.contains("was locked by a run that is dead (process 1, started 2026-03-11T22:00:00Z)"))
        #expect(place.leftovers() == [])
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
    try with(documents: 3000) { place in
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
      if signal == SIGINT {
        #expect(killed.errors.contains("stopping; what was not finished is taken back (once more to stop at once)"))
      }
      let next = try place.run()
      #expect(next.status == 0, "\(next.errors)")
      #expect(place.leftovers() == [])
      #expect(try place.folder.appendingPathComponent("out").documents().count == 3000)
    }
  }

  // MARK: Places that vanish, or are full

  @Test func anOutputFolderThatVanishesFailsTheRun() throws {
    try with(documents: 3000) { place in
      var vanished = false
      let result = try place.run { process in
        place.wait(for: "out", process)
        usleep(50_000)
        vanished = process.isRunning && !place.exists("bundle.zip")
        try? FileManager.default.removeItem(at: place.folder.appendingPathComponent("out"))
      }
      try #require(vanished)
      #expect(result.status == 1)
      #expect(
        result.errors.contains("/out/") && result.errors.contains("': its folder has vanished"), "\(result.errors)")
      #expect(!place.exists("bundle.zip"), "the bundle has not got its name either")
      #expect(place.leftovers() == [])
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
      #expect(try place.accounted() == 3001)
      #expect(place.quarantine().allSatisfy { $0.contains("in/") })
    }
  }

  @Test func aRunFolderThatVanishesFailsTheRun() throws {
    try with(documents: 3000) { place in
      try place.folder.write("in/zzz.txt", "")
      var vanished = false
      let result = try place.run { process in
        place.wait(for: "out", process)
        vanished = process.isRunning
        try? FileManager.default.removeItem(at: place.folder.appendingPathComponent("cache/runs"))
      }
      try #require(vanished)
      if result.status == 3 {
        // All files of the run were open by then, and nobody missed the folder.
        #expect(try place.accounted() == 3001)
        return
      }
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

  @Test func aCacheThatKeepsNothingCostsNoDocument() throws {
    try with(documents: 1000) { place in
      try place.folder.write("cache/results", "this is a file")
      let result = try place.run()
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("warning: can't read the cache "), "\(result.errors)")
      #expect(result.errors.contains("warning: can't write to the cache "), "\(result.errors)")
      #expect(result.errors.contains("the run goes on, but keeps no more results for the next one"))
      #expect(try place.accounted() == 1000)
    }
  }

  @Test(.enabled(if: getuid() == 0, "only root can mount a small disk"), arguments: ["cache", "out", "bundles"])
  func aFullDiskFailsTheRun(disk: String) throws {
    let stages = Self.stages.replacing("bundle.zip", with: "bundles/b.zip").replacing(
      "directory: out", with: "directory: out/files")
    try with(stages, documents: 5000) { place in
      let mount = place.folder.appendingPathComponent(disk)
      try FileManager.default.createDirectory(at: mount, withIntermediateDirectories: true)
      let mounted = try Toolkit.tool("mount", ["-t", "tmpfs", "-o", "size=200k", "tmpfs", mount.path])
      guard mounted?.status == 0 else { return }
      defer { _ = try? Toolkit.tool("umount", [mount.path]) }
      let result = try place.run()
      #expect(result.status == 1)
      let path = ["cache": "cache/runs/", "out": "out/files", "bundles": "bundles/b.zip"][disk] ?? ""
      #expect(result.errors.contains(path) && result.errors.contains("full"), "\(result.errors)")
      #expect(!place.exists("bundles/b.zip") && !place.exists("out/files/documents.jsonl"))
      #expect(place.leftovers() == [] && place.names("bundles").isEmpty && place.names("out").isEmpty)
    }
  }

  @Test func aFileThatGrowsTooLargeFailsTheRun() throws {
    try with(documents: 3000) { place in
      let limited = try #require(try place.run(fileBlocks: 200))
      #expect(limited.status == 1, "\(limited.status) \(limited.errors)")
      #expect(limited.errors.contains("error: ") && limited.errors.contains("arge"), "\(limited.errors)")
      #expect(!place.exists("bundle.zip") && !place.exists("out") && place.leftovers() == [])
      // Nothing is in the way of the next run.
      #expect(try place.run().status == 0)
      #expect(try place.accounted() == 3000)
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
