import Foundation
import StageKit
import Testing

/// The whole daily run on the sample corpus, against the answer that `pipelines/samples/expected.json` gives.
@Suite struct DailyRunTests {
  private struct Expected: Decodable {
    struct Answer: Decodable {
      var group: String?
      var kind: String?
      var language: String
      var story: String
    }
    var documents: [String: Answer]
  }

  private func daily(in folder: URL, _ more: [String] = [], environment: [String: String] = [:]) throws
    -> Toolkit.Result
  {
    try Toolkit.run(
      [
        "run", "pipelines/daily.yaml", "--date", "2026-03-12", "--set", "export.directory=\(folder.path)/out",
        "--set", "write-bundle.path=\(folder.path)/bundle.zip",
      ] + more, environment: environment.merging(["TOOLKIT_CACHE_DIR": "\(folder.path)/cache"]) { $1 })
  }

  /// The path under `samples`, with the id for documents of JSON Lines, as `expected.json` names them.
  private func name(_ document: Document) -> String {
    let path = document.origin?.path.split(separator: "/").drop { $0 == "samples" }.joined(separator: "/") ?? ""
    return path.hasSuffix(".jsonl") ? "\(path)#\(document.id)" : path
  }

  @Test(.enabled(if: Toolkit.hasModel, "the model is not here: make setup"))
  func findsWhatTheSampleCorpusHides() throws {
    try TemporaryFolder.with { folder in
      let result = try daily(in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let all = try folder.appendingPathComponent("out").documents()
      let documents = all.filter { $0.kind == .document }
      let expected = try JSONDecoder().decode(
        Expected.self,
        from: Data(contentsOf: Toolkit.root.appendingPathComponent("pipelines/samples/expected.json"))
      ).documents
      #expect(Set(documents.map(name)) == Set(expected.keys))

      for document in documents {
        let answer = try #require(expected[name(document)])
        let code = try #require(document.language?.code)
        #expect(code == answer.language || code.hasPrefix(answer.language + "-"), "\(name(document))")
        #expect((document.duplicate == nil) == (answer.group == nil), "\(name(document))")
        if let duplicate = document.duplicate, duplicate.kind == .translation, duplicate.role == .copy {
          let other = try #require(documents.first { $0.id == duplicate.of })
          let evidence = try #require(duplicate.evidence)
          #expect(evidence.allSatisfy { $0.mine < document.sentences?.count ?? 0 })
          #expect(evidence.allSatisfy { $0.theirs < other.sentences?.count ?? 0 })
          #expect(evidence.count >= 10, "\(name(document))")
        }
      }
      // The same partition, whatever groups and stories are called.
      func partition(_ key: (Document) -> String?) -> Set<Set<String>> {
        Set(Dictionary(grouping: documents, by: key).filter { $0.key != nil }.values.map { Set($0.map(name)) })
      }
      func expectedPartition(_ key: (Expected.Answer) -> String?) -> Set<Set<String>> {
        Set(
          Dictionary(grouping: expected.keys) { expected[$0].flatMap(key) }.filter { $0.key != nil }.values.map(
            Set.init))
      }
      #expect(partition { $0.duplicate?.group } == expectedPartition(\.group))
      #expect(partition(\.story) == expectedPartition(\.story))

      // Every sentence of a summary stands in its source.
      let summaries = all.filter { $0.kind == .summary }
      #expect(summaries.count == Set(expected.values.map(\.story)).count)
      for summary in summaries {
        #expect(summary.summary?.isEmpty == false)
        for sentence in summary.summary ?? [] {
          let reference = try #require(sentence.from.first)
          for reference in sentence.from {
            let source = try #require(documents.first { $0.id == reference.id })
            #expect(reference.sentence < source.sentences?.count ?? 0)
          }
          let source = try #require(documents.first { $0.id == reference.id })
          #expect(source.text.contains(sentence.text))
        }
      }
      try checkBundle(folder.appendingPathComponent("bundle.zip"), holds: all)
      #expect(try folder.appendingPathComponent("cache/runs").names() == [])
    }
  }

  private func checkBundle(_ bundle: URL, holds documents: [Document]) throws {
    let verified = try Toolkit.run(["bundle", "verify", bundle.path])
    #expect(verified.status == 0, "\(verified.output)")
    #expect(verified.output.contains("whole"))
    if let unzip = try Toolkit.tool("unzip", ["-t", bundle.path]) {
      #expect(unzip.status == 0 && unzip.output.contains("No errors detected"))
    }
    let script = """
      import hashlib, json, sys, zipfile
      z = zipfile.ZipFile(sys.argv[1])
      assert z.testzip() is None
      package = json.loads(z.read("datapackage.json"))
      for r in package["resources"]:
          data = z.read(r["path"])
          assert len(data) == r["bytes"], r["path"]
          assert "sha256:" + hashlib.sha256(data).hexdigest() == r["hash"], r["path"]
      names = [n for n in z.namelist() if n.startswith("documents/")]
      print(len([l for n in names for l in z.read(n).split(b"\\n") if l]))
      """
    if let python = try Toolkit.tool("python3", ["-c", script, bundle.path]) {
      #expect(python.status == 0, "\(python.errors)")
      #expect(python.output == "\(documents.count)\n")
    }
    try TemporaryFolder.with { folder in
      let extracted = try Toolkit.run(["bundle", "extract", bundle.path, "--output", folder.path])
      #expect(extracted.status == 0)
      let part = try Data(contentsOf: folder.appendingPathComponent("documents/part-00001.jsonl"))
      #expect(
        try part.split(separator: 0x0A).map { try JSONDecoder().decode(Document.self, from: $0) }.map(\.id)
          == documents.map(\.id))
    }
  }

  @Test(.enabled(if: Toolkit.hasModel, "the model is not here: make setup"))
  func anyNumberOfWorkersGivesTheSameBytes() throws {
    try TemporaryFolder.with { folder in
      var outputs: [[String: Data]] = []
      for workers in ["1", "2", "5"] {
        // In the same place each time: the paths of outputs are options, and options stand in the bundle.
        let place = folder.appendingPathComponent("place")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let result = try daily(in: place, ["--workers", workers])
        #expect(result.status == 0, "\(result.errors)")
        let out = place.appendingPathComponent("out")
        var files = ["bundle.zip": try Data(contentsOf: place.appendingPathComponent("bundle.zip"))]
        for name in try out.names() where name != "run.json" {
          files[name] = try Data(contentsOf: out.appendingPathComponent(name))
        }
        try FileManager.default.removeItem(at: place)
        outputs.append(files)
      }
      #expect(outputs[0].keys.sorted() == outputs[1].keys.sorted())
      for (name, bytes) in outputs[0] {
        #expect(outputs[1][name] == bytes, "\(name) differs between 1 and 2 workers")
        #expect(outputs[2][name] == bytes, "\(name) differs between 1 and 5 workers")
      }
    }
  }

  @Test func withoutTheModelItSaysWhatItDidNotLookFor() throws {
    try TemporaryFolder.with { folder in
      let result = try daily(in: folder, environment: ["TOOLKIT_MODELS": "\(folder.path)/none"])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("find-duplicates"))
      #expect(result.errors.contains("make setup"))
      let report = try String(contentsOf: folder.appendingPathComponent("out/run.json"), encoding: .utf8)
      #expect(report.contains("not looked for"))
      let documents = try folder.appendingPathComponent("out").documents()
      #expect(documents.contains { $0.duplicate?.kind == .exact })
      #expect(documents.contains { $0.duplicate?.kind == .near })
      #expect(!documents.contains { $0.duplicate?.kind == .translation })

      let plan = try Toolkit.run(
        ["plan", "pipelines/daily.yaml"], environment: ["TOOLKIT_MODELS": "\(folder.path)/none"])
      #expect(plan.status == 0)
      #expect(plan.errors.contains("make setup"))
    }
  }

  @Test(.enabled(if: Toolkit.hasModel, "the model is not here: make setup"))
  func aBundleCanBeReadAgain() throws {
    try TemporaryFolder.with { folder in
      #expect(try daily(in: folder).status == 0)
      let pipeline = try folder.write(
        "again.yaml",
        """
        version: 1
        name: again
        stages:
          - use: read-bundle
            with: { paths: [bundle.zip] }
          - use: export
            with: { directory: again }
        """)
      let result = try Toolkit.run(["run", pipeline])
      #expect(result.status == 0, "\(result.errors)")
      func withoutHistory(_ documents: [Document]) throws -> [Document] {
        try documents.map { document in
          var fields = try JSONDecoder().decode([String: JSONValue].self, from: document.jsonLine())
          fields["history"] = nil
          return try JSONDecoder().decode(Document.self, from: JSONLine.encode(fields))
        }
      }
      let first = try withoutHistory(folder.appendingPathComponent("out").documents())
      let again = try withoutHistory(folder.appendingPathComponent("again").documents())
      #expect(first == again)
    }
  }

  @Test(
    .enabled(if: Toolkit.hasModel, "the model is not here: make setup"),
    .enabled(if: Toolkit.shared("corpora/astana") != nil, "the Astana reports are not beside this checkout"))
  func findsTheOneTranslationAmongFiveReports() throws {
    let corpus = try #require(Toolkit.shared("corpora/astana"))
    try TemporaryFolder.with { folder in
      let files = try corpus.names().map { corpus.appendingPathComponent($0).path }
      let result = try Toolkit.run(
        [
          "run", "pipelines/daily.yaml", "--set", "export.directory=\(folder.path)/out", "--set",
          "write-bundle.path=\(folder.path)/bundle.zip",
        ] + files)
      #expect(result.status == 0, "\(result.errors)")
      let all = try folder.appendingPathComponent("out").documents()
      let documents = all.filter { $0.kind == .document }
      #expect(documents.compactMap(\.language?.code) == ["tr", "ar", "en", "en", "ar"])
      #expect(documents.map { $0.duplicate != nil } == [false, true, true, false, false])
      #expect(documents[1].duplicate?.group == documents[2].duplicate?.group)
      #expect(documents[1].duplicate?.kind == .translation)
      let copy = try #require(documents.first { $0.duplicate?.role == .copy })
      #expect((copy.duplicate?.evidence?.count ?? 0) >= 15)
      #expect(Set(documents.map(\.story)).count == 1 && documents[0].story != nil)
      let summary = try #require(all.first { $0.kind == .summary })
      #expect(summary.language?.code == "en" && summary.summary?.count == 4)
    }
  }
}
