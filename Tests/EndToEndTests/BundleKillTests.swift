import Foundation
import StageTesting
import Testing

/// A power cut while a bundle is written, and disks that take no more. `make test-long` kills at 200 moments, ordinary
/// tests at 10.
@Suite(.serialized) struct BundleKillTests {
  private static var moments: Int { ProcessInfo.processInfo.environment["TOOLKIT_LONG_TESTS"] == nil ? 10 : 200 }

  private static func documents(_ count: Int, _ mark: String) -> String {
    var random = SeededRandom(seed: 9)
    return (0..<count).map { number in
      let words = (0..<150).map { _ in "w\(Int.random(in: 0..<5000, using: &random))" }.joined(separator: " ")
      return #"{"id":"\#(mark)\#(number)","text":"\#(words)"}"#
    }.joined(separator: "\n")
  }

  @Test func aKilledWriteLeavesTheOldBundleOrTheNew() throws {
    try TemporaryFolder.with { folder in
      try folder.write("old.jsonl", Self.documents(10, "old"))
      try folder.write("new.jsonl", Self.documents(8000, "new"))
      func create(_ name: String, _ target: String, whileRunning: ((Process) throws -> Void)? = nil) throws
        -> Toolkit.Result
      {
        try Toolkit.run(
          ["bundle", "create", target, "--documents", "\(name).jsonl", "--quiet"], in: folder,
          whileRunning: whileRunning)
      }
      // What is called alike has the same bytes: the name stands in datapackage.json.
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("whole"), withIntermediateDirectories: true)
      #expect(try create("old", "old.zip").status == 0)
      let old = try Data(contentsOf: folder.appendingPathComponent("old.zip"))
      var whole = 0.0
      #expect(
        try create("new", "whole/a.zip") { process in
          let start = ContinuousClock.now
          while process.isRunning { usleep(500) }
          whole = (ContinuousClock.now - start) / .seconds(1)
        }.status == 0)
      let new = try Data(contentsOf: folder.appendingPathComponent("whole/a.zip"))
      #expect(new.count > 1 << 20)
      var random = SeededRandom(seed: 5)
      var (killed, replaced) = (0, 0)
      for _ in 0..<Self.moments {
        try old.write(to: folder.appendingPathComponent("a.zip"))
        let wait = Double.random(in: 0...1.1, using: &random) * whole
        let result = try create("new", "a.zip") { process in
          let start = ContinuousClock.now
          while process.isRunning, (ContinuousClock.now - start) / .seconds(1) < wait { usleep(200) }
          kill(process.processIdentifier, SIGKILL)
        }
        if result.status == SIGKILL { killed += 1 }
        let left = try Data(contentsOf: folder.appendingPathComponent("a.zip"))
        #expect(left == old || left == new)
        if left == new { replaced += 1 }
        for name in try folder.names() where name.hasPrefix(".") {
          #expect(name.hasPrefix(".a.zip.") && name.hasSuffix(".partial"))
          try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
        }
      }
      #expect(killed >= Self.moments / 3, "most writes were killed before their end")
      #expect(replaced < Self.moments)
    }
  }

  @Test func aFileSizeLimitIsAnErrorAndLeavesNothing() throws {
    try TemporaryFolder.with { folder in
      try folder.write("new.jsonl", Self.documents(2000, "new"))
      let command = "ulimit -f 200; exec '\(Toolkit.program.path)' bundle create a.zip --documents new.jsonl"
      let result = try #require(try Toolkit.tool("bash", ["-c", command], in: folder))
      #expect(result.status == 1)
      #expect(result.errors.contains("the file system or 'ulimit -f' allows no larger file"), "\(result.errors)")
      #expect(try folder.names() == ["new.jsonl"])
    }
  }

  @Test func aFolderThatIsReadOnlyIsAnErrorAndLeavesNothing() throws {
    try TemporaryFolder.with { folder in
      try folder.write("new.jsonl", Self.documents(10, "new"))
      let target = geteuid() == 0 ? "/proc/a.zip" : folder.appendingPathComponent("closed/a.zip").path
      if geteuid() != 0 {
        try FileManager.default.createDirectory(
          at: folder.appendingPathComponent("closed"), withIntermediateDirectories: true,
          attributes: [.posixPermissions: 0o500])
      }
      let result = try Toolkit.run(["bundle", "create", target, "--documents", "new.jsonl"], in: folder)
      #expect(result.status == 1)
      #expect(result.errors.contains("error[io]: cannot create the file: "), "\(result.errors)")
    }
  }
}
