import Foundation
import StageKit
import StageTesting
import Testing

/// A power cut, again and again: a run over 5,000 documents is killed, gone on with, and compared byte by byte with one
/// that nobody disturbed. `make test-long` does so at 100 moments, ordinary tests at 10.
@Suite(.serialized) struct KillTests {
  private static let documents = 5000
  private static var moments: Int { ProcessInfo.processInfo.environment["TOOLKIT_LONG_TESTS"] == nil ? 10 : 100 }
  private static let fixed = ["--quiet", "--run-id", "night-1", "--date", "2026-03-12"]

  /// When to kill.
  private enum Moment: CustomStringConvertible {
    /// After a share of the CPU time that an undisturbed run takes: wall time would say little on a busy machine.
    case share(Double)
    /// As soon as a file is there.
    case file(String)

    var description: String {
      switch self {
      case .share(let share): "at \(Int(share * 100)) %"
      case .file(let path): "when \(path) had appeared"
      }
    }
  }

  @Test func aRunKilledAtAnyMomentEndsWithTheSameBytes() throws {
    try NightPlace.with(documents: Self.documents) { place in
      var whole = 0.0
      let undisturbed = try place.run(Self.fixed) { process in
        let start = ContinuousClock.now
        while process.isRunning {
          whole = max(whole, Self.cpuSeconds(of: process, since: start))
          usleep(2000)
        }
      }
      #expect(undisturbed.status == 0, "\(undisturbed.errors)")
      let expected = try Self.traces(in: place)
      #expect(try place.accounted() == Self.documents)
      var random = SeededRandom(seed: 3)
      // A share of moments in each part of the run, and some in its last milliseconds, where names are given.
      let files = ["out/documents.jsonl", "bundle.zip", "out/run.json"]
      let ends = max(files.count, Self.moments / 10)
      let moments: [Moment] = (0..<Self.moments).map { index in
        let shares = Self.moments - ends
        if index >= shares { return .file(files[index % files.count]) }
        return .share((Double(index) + .random(in: 0..<1, using: &random)) / Double(shares))
      }
      var killed = 0
      for moment in moments {
        for path in ["out", "cache", "bundle.zip"] { place.remove(path) }
        let first = try place.run(Self.fixed) { Self.kill($0, at: moment, of: whole, in: place) }
        if first.status == SIGKILL { killed += 1 }
        try goOn(place, after: moment)
        #expect(try Self.traces(in: place) == expected, "killed \(moment)")
        #expect(place.leftovers() == [], "killed \(moment)")
      }
      #expect(killed >= Self.moments * 2 / 3, "most runs were killed before their end")
    }
  }

  /// Goes on with the run, unless it was killed before it had begun or after it had ended.
  private func goOn(_ place: NightPlace, after moment: Moment) throws {
    let note = place.exists("cache/unfinished/night-1.json")
    let resumed = try place.command(["run", "--resume"])
    if note {
      #expect(resumed.status == 0, "killed \(moment): \(resumed.errors)")
      #expect(resumed.errors == "going on with the run night-1\n", "killed \(moment)")
    } else {
      #expect(resumed.status == 1 && resumed.errors.contains("there is no interrupted run to go on with"))
      if !place.exists("out/run.json") {
        let again = try place.run(Self.fixed)
        #expect(again.status == 0, "killed \(moment): \(again.errors)")
      }
    }
  }

  @Test func startingThePipelineAgainGoesOnByItself() throws {
    try NightPlace.with(documents: Self.documents) { place in
      let first = try place.run(Self.fixed) { process in
        // Results are kept once a second.
        while process.isRunning, place.results() < 20_000 { usleep(500) }
        process.terminateNow()
      }
      #expect(first.status == SIGKILL)
      let second = try place.run(["--quiet", "--date", "2026-03-12"])
      #expect(second.status == 0 && second.errors == "", "\(second.errors)")
      let report = try JSONDecoder().decode(
        RunReport.self, from: Data(contentsOf: place.folder.appendingPathComponent("out/run.json")))
      #expect((report.stages[1].cached ?? 0) > 0, "what the first had kept is not done again")
      #expect(place.leftovers() == [])
      #expect(try place.accounted() == Self.documents)
      let outputs = try ["documents.jsonl", "duplicates.csv"].map {
        try Data(contentsOf: place.folder.appendingPathComponent("out/\($0)"))
      }
      for path in ["out", "cache", "bundle.zip"] { place.remove(path) }
      #expect(try place.run(Self.fixed).status == 0)
      #expect(
        try outputs
          == ["documents.jsonl", "duplicates.csv"].map {
            try Data(contentsOf: place.folder.appendingPathComponent("out/\($0)"))
          })
      // The killed run was made good: there is nothing to go on with.
      #expect(try place.command(["run", "--resume"]).status == 1)
    }
  }

  @Test func aRunCanBeKilledMoreThanOnce() throws {
    try NightPlace.with(documents: 2000) { place in
      func killSoon(_ process: Process) {
        place.wait(for: "out", process)
        usleep(100_000)
        process.terminateNow()
      }
      #expect(try place.run(Self.fixed + ["--if-changed"], whileRunning: killSoon).status == SIGKILL)
      let pipeline = place.folder.appendingPathComponent("p.yaml").path
      #expect(try place.command(["run", "--resume", pipeline], whileRunning: killSoon).status == SIGKILL)
      let other = try place.command(["run", "--resume", place.folder.path + "/other.yaml"])
      #expect(other.status == 1 && other.errors.contains("there is no interrupted run of "), "\(other.errors)")
      let wrong = try place.command(["run", "--resume", "--set", "export.formats=[html]"])
      #expect(wrong.status == 2)
      #expect(wrong.errors.contains("--resume goes on with a run as it was started"), "\(wrong.errors)")
      let last = try place.command(["run", "--progress", "none", "--resume", "--workers", "1"])
      #expect(last.status == 0, "\(last.errors)")
      #expect(last.errors == "going on with the run night-1\n")
      #expect(try place.accounted() == 2000)
      #expect(place.leftovers() == [])
    }
  }

  // MARK: Helpers

  private static func kill(_ process: Process, at moment: Moment, of whole: Double, in place: NightPlace) {
    let start = ContinuousClock.now
    switch moment {
    case .share(let share):
      while process.isRunning, cpuSeconds(of: process, since: start) < share * whole { usleep(1000) }
    case .file(let path):
      while process.isRunning, !place.exists(path) { usleep(100) }
    }
    process.terminateNow()
  }

  /// What a run leaves: the bytes of its outputs, its report without what differs each time, and the names of all files.
  private static func traces(in place: NightPlace) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for folder in [".", "out", "cache/pipelines", "cache/runs"] {
      found["names in \(folder)"] = Data(place.names(folder).joined(separator: "\n").utf8)
    }
    for path in ["bundle.zip"] + place.names("out").map({ "out/\($0)" }) where !path.hasSuffix("run.json") {
      found[path] = try Data(contentsOf: place.folder.appendingPathComponent(path))
    }
    let report = try Data(contentsOf: place.folder.appendingPathComponent("out/run.json"))
    found["run.json"] = try JSONLine.encode(withoutTimes(JSONDecoder().decode(JSONValue.self, from: report)))
    return found
  }

  /// Times, memory, and how much came out of the cache.
  private static let measures: Set = [
    "seconds", "cpuSeconds", "started", "peakMemoryBytes", "memoryBytes", "cached",
  ]

  private static func withoutTimes(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let members):
      .object(members.filter { !measures.contains($0.key) }.mapValues(withoutTimes))
    case .array(let elements): .array(elements.map(withoutTimes))
    default: value
    }
  }

  /// The CPU time of a process so far, where the system tells; else the time since it began.
  private static func cpuSeconds(of process: Process, since start: ContinuousClock.Instant) -> Double {
    guard let text = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return FileManager.default.fileExists(atPath: "/proc/self") ? 0 : start.duration(to: .now) / .seconds(1) }
    // A bracket, the state and ten numbers, then the ticks in user mode and in the kernel.
    let fields = text[end...].split(separator: " ")
    guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return 0 }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}

extension NightPlace {
  /// How many bytes of results the cache has.
  fileprivate func results() -> Int {
    names("cache/results").reduce(0) { sum, name in
      let file = folder.appendingPathComponent("cache/results/\(name)").path
      return sum + ((try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0)
    }
  }
}

extension Process {
  /// Ends it without a chance to tidy up.
  fileprivate func terminateNow() {
    if isRunning { kill(processIdentifier, SIGKILL) }
  }
}
