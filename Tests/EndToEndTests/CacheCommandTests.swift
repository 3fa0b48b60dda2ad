import Foundation
import StageKit
import Testing

/// `toolkit cache …` as a user sees it.
@Suite struct CacheCommandTests {
  @Test func anEmptyCacheIsShownAndClearedWithoutMakingOne() throws {
    try TemporaryFolder.with { folder in
      let cache = folder.appendingPathComponent("cache").path
      let info = try Toolkit.run(["cache", "info", "--cache-dir", cache], environment: ["TOOLKIT_CACHE_SIZE": "2GiB"])
      #expect(info.status == 0, "\(info.errors)")
      #expect(
        info.output == """
          \(cache)
            results        0 in 0 files, 0 bytes of at most 2.0 GiB
            runs left over 0, 0 bytes

          """)
      let clear = try Toolkit.run(["cache", "clear"], environment: ["TOOLKIT_CACHE_DIR": cache])
      #expect(clear.status == 0, "\(clear.errors)")
      #expect(clear.output == "removed 0 results and 0 folders of dead runs from \(cache): 0 bytes freed\n")
      #expect(try folder.names() == [])
    }
  }

  @Test func clearingSaysWhatWasFreedAndLeavesModels() throws {
    try TemporaryFolder.with { folder in
      try folder.write("models/a.bin", "weights")
      try folder.write("runs/old/documents.jsonl", String(repeating: "x", count: 3000))
      let past = Date().addingTimeInterval(-100_000)
      try FileManager.default.setAttributes(
        [.modificationDate: past], ofItemAtPath: folder.appendingPathComponent("runs/old").path)
      try folder.write("runs/new/documents.jsonl", "x")
      let info = try Toolkit.run(["cache", "info", "--cache-dir", folder.path, "--format", "json"])
      #expect(info.output.contains(#""limitBytes" : 8589934592"#), "\(info.output)")
      #expect(info.output.contains(#""folders" : 1"#), "\(info.output)")
      let clear = try Toolkit.run(["cache", "clear", "--cache-dir", folder.path])
      #expect(clear.status == 0, "\(clear.errors)")
      #expect(
        clear.output == "removed 0 results and 1 folder of dead runs from \(folder.path): 2.9 KiB freed\n")
      #expect(try folder.appendingPathComponent("runs").names() == ["new"])
      #expect(try folder.names() == ["models", "runs"])
    }
  }

  @Test func aLimitThatIsNoSizeIsWrongUsage() throws {
    let result = try Toolkit.run(["cache", "info"], environment: ["TOOLKIT_CACHE_SIZE": "lots"])
    #expect(result.status == 2)
    #expect(result.errors.contains("TOOLKIT_CACHE_SIZE must be a size like 500MB or 20GiB, found 'lots'"))
  }
}
