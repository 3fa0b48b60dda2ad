import Foundation
import Testing

/// Exit codes and messages of the command line, as the documentation promises them.
@Suite struct ExitCodeTests {
  @Test func helpAndVersionAreFine() throws {
    for arguments in [["--help"], ["run", "--help"], ["--version"], ["stages"], ["stages", "find-duplicates"]] {
      let result = try Toolkit.run(arguments)
      #expect(result.status == 0)
      #expect(!result.output.isEmpty && result.errors.isEmpty)
    }
  }

  @Test func wrongUsageIs2() throws {
    for arguments in [["rnu"], ["run"], ["run", "x.yaml", "--workers", "0"], ["stages", "detect-langauge"]] {
      let result = try Toolkit.run(arguments)
      #expect(result.status == 2, "\(arguments)")
      #expect(result.output.isEmpty && !result.errors.isEmpty)
    }
    #expect(try Toolkit.run(["stages", "detect-langauge"]).errors.contains("did you mean 'detect-language'?"))
  }

  @Test func badConfigurationIs78() throws {
    try TemporaryFolder.with { folder in
      let file = try folder.write("p.yaml", "version: 1\nstages:\n  - use: read-files\n    with: { path: [a] }\n")
      let result = try Toolkit.run(["run", "p.yaml"], in: folder)
      #expect(result.status == 78)
      #expect(
        result.errors.hasPrefix(
          "p.yaml:3:10: error[missing-option]: read-files needs the option 'paths'"), "\(result.errors)")
      #expect(
        result.errors.contains(
          "p.yaml:4:13: error[unknown-option]: 'path' is not an option of read-files; did you mean 'paths'?"))
      #expect(try Toolkit.run(["validate", file]).status == 1)
      #expect(try Toolkit.run(["run", "none.yaml"], in: folder).status == 78)
      let missing = try Toolkit.run(["run", Toolkit.root.path + "/pipelines/daily.yaml", "gone.txt"], in: folder)
      #expect(missing.status == 78)
      #expect(missing.errors.contains("gone.txt: error[missing-file]"), "\(missing.errors)")
    }
  }

  @Test func everyPipelineIsValid() throws {
    let pipelines = try Toolkit.root.appendingPathComponent("pipelines").names().filter { $0.hasSuffix(".yaml") }
    #expect(!pipelines.isEmpty)
    for pipeline in pipelines {
      let result = try Toolkit.run(["validate", "pipelines/\(pipeline)", "--format", "json"])
      #expect(result.status == 0, "\(result.output)")
    }
  }

  @Test func theSampleBundleIsWhole() throws {
    let result = try Toolkit.run(["bundle", "verify", "archives/sample.zip"])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
  }

  @Test func aDamagedBundleIs4() throws {
    try TemporaryFolder.with { folder in
      let file = try folder.write("x.zip", "this is no bundle")
      for command in ["list", "verify", "extract"] {
        let result = try Toolkit.run(["bundle", command, file], in: folder)
        #expect(result.status == 4)
        #expect(result.errors.contains("error[not-a-bundle]"), "\(result.errors)")
      }
    }
  }

  @Test func ctrlCIs130AndLeavesNothing() throws {
    try NightPlace.with(documents: 5000) { place in
      let result = try place.run { process in
        place.wait(for: "out", process)
        process.interrupt()
      }
      #expect(result.status == 130, "\(result.errors)")
      #expect(result.errors.contains("interrupted"))
      #expect(!place.exists("bundle.zip") && !place.exists("out/documents.jsonl"))
      #expect(place.leftovers() == [])
      #expect(place.names("out").filter { $0 != "run.json" } == [])
    }
  }

  @Test func aFileThatVanishesMidRunIsQuarantined() throws {
    try TemporaryFolder.with { folder in
      // The first file is a pipe of work: long enough for the last one to go.
      for index in 0..<3000 {
        try folder.write(String(format: "in/%05d.txt", index), "Report number \(index) of this long night.")
      }
      let last = try folder.write("in/zzz.txt", "This one is deleted while the run goes on.")
      let pipeline = try folder.write(
        "p.yaml",
        """
        version: 1
        stages:
          - use: read-files
            with: { paths: [in] }
          - use: detect-language
          - use: export
            with: { directory: out, formats: [jsonl] }
        """)
      var vanished = false
      let result = try Toolkit.run(["run", pipeline]) { process in
        // As soon as the run has listed its files: the scratch folder of the export is the sign that stages were made.
        while process.isRunning, !FileManager.default.fileExists(atPath: folder.appendingPathComponent("out").path) {
          usleep(200)
        }
        vanished = process.isRunning && unlink(last) == 0
      }
      let documents = try folder.appendingPathComponent("out").documents()
      if vanished, result.status == 3 {
        #expect(documents.count == 3000)
        #expect(result.output.contains("zzz.txt"), "\(result.output)")
      } else {
        // It was read before it went, or before it was listed: then nothing is amiss either.
        #expect(result.status == 0, "\(result.errors)")
      }
    }
  }
}
