import Foundation
import StageKit
import Testing

/// `toolkit bundle …` as a user calls it.
@Suite struct BundleCommandTests {
  private static func line(_ id: String, _ text: String) -> String { #"{"id":"\#(id)","text":"\#(text)"}"# }

  @Test func whatIsPackedIsFoundComparedAndJoined() throws {
    try TemporaryFolder.with { folder in
      func bundle(_ arguments: String...) throws -> Toolkit.Result {
        try Toolkit.run(["bundle"] + arguments, in: folder)
      }
      try folder.write("one.jsonl", [Self.line("a", "river"), Self.line("b", "bridge")].joined(separator: "\n") + "\n")
      try folder.write(
        "two/documents.jsonl", [Self.line("b", "bridge"), Self.line("c", "harbour")].joined(separator: "\n"))
      try folder.write("two/notes/more.txt", "a note")
      try folder.write("two/.hidden", "not this")
      let first = try bundle("create", "one.zip", "--documents", "one.jsonl")
      #expect(first.status == 0 && first.output.hasPrefix("one.zip: 4 members, "), "\(first.errors)")
      #expect(try bundle("create", "two.zip", "two", "--quiet").output == "")
      let listed = try bundle("list", "two.zip")
      #expect(listed.output.contains("  notes/more.txt\n") && !listed.output.contains("hidden"))
      #expect(
        try bundle("list", "two.zip", "--documents").output == """
          b  documents/part-00001.jsonl  0  26
          c  documents/part-00001.jsonl  27  27

          """)
      #expect(
        try bundle("cat", "two.zip", "c", "b").output == Self.line("c", "harbour") + "\n" + Self.line("b", "bridge")
          + "\n")
      #expect(try bundle("cat", "two.zip", "c", "--text").output == "harbour\n")
      let unknown = try bundle("cat", "two.zip", "d")
      #expect(unknown.status == 1 && unknown.errors.contains("error[unknown-document]: there is no document 'd'"))

      let diff = try bundle("diff", "one.zip", "two.zip")
      #expect(diff.status == 1)
      #expect(
        diff.output.hasPrefix("documents: 1 the same, 1 came, 1 went, 0 changed\n  + c\n  - a\n"), "\(diff.output)")
      #expect(try bundle("diff", "one.zip", "one.zip").status == 0)
      let merged = try bundle("merge", "one.zip", "two.zip", "-o", "both.zip")
      #expect(merged.status == 0 && merged.output.hasPrefix("both.zip: 3 documents, "), "\(merged.errors)")
      #expect(try bundle("verify", "both.zip").status == 0)
      try folder.write("other.jsonl", Self.line("a", "another river"))
      #expect(try bundle("create", "other.zip", "--documents", "other.jsonl").status == 0)
      let clash = try bundle("merge", "one.zip", "other.zip", "-o", "no.zip")
      #expect(clash.status == 1 && clash.errors.contains("say which to keep: --prefer first or --prefer last"))
      #expect(try bundle("merge", "one.zip", "other.zip", "-o", "last.zip", "--prefer", "last").status == 0)
      #expect(try bundle("cat", "last.zip", "a", "--text").output == "another river\n")

      // What was unpacked can be packed again, and is the same.
      #expect(try bundle("extract", "two.zip", "-o", "unpacked").status == 0)
      #expect(try bundle("create", "two-again.zip", "unpacked", "--quiet").status == 0)
      #expect(try bundle("diff", "two.zip", "two-again.zip").status == 0)
      let same = try ["two.zip", "two-again.zip"].map { try Data(contentsOf: folder.appendingPathComponent($0)).count }
      #expect(abs(same[0] - same[1]) < 20)
    }
  }

  @Test func whatCannotBePacked() throws {
    try TemporaryFolder.with { folder in
      try folder.write("bad.jsonl", Self.line("a", "x") + "\n{\"text\":\"no id\"}\n")
      let bad = try Toolkit.run(["bundle", "create", "a.zip", "--documents", "bad.jsonl"], in: folder)
      #expect(bad.status == 1)
      #expect(bad.errors.contains("line 2 is no JSON object with an id; every document needs one"), "\(bad.errors)")
      let none = try Toolkit.run(["bundle", "create", "a.zip", "missing"], in: folder)
      #expect(none.status == 1 && none.errors.contains("there is no such file or folder"))
      try folder.write("in/ok.txt", "x")
      try FileManager.default.createSymbolicLink(
        at: folder.appendingPathComponent("in/link"), withDestinationURL: folder.appendingPathComponent("bad.jsonl"))
      let link = try Toolkit.run(["bundle", "create", "a.zip", "in"], in: folder)
      #expect(link.status == 1 && link.errors.contains("this is a link"))
      #expect(try Toolkit.run(["bundle", "create", "a.zip"], in: folder).status == 2)
      #expect(try folder.names() == ["bad.jsonl", "in"])
    }
  }

  @Test func twoVerdictsOfOneBundle() throws {
    try TemporaryFolder.with { folder in
      func bundle(_ arguments: String...) throws -> Toolkit.Result {
        try Toolkit.run(["bundle"] + arguments, environment: ["XDG_CONFIG_HOME": folder.path + "/config"], in: folder)
      }
      let lines = (0..<400).map { number in
        Self.line("d\(number)", (0..<30).map { "word\(number * 31 + $0 * 7)" }.joined(separator: " "))
      }
      try folder.write("a.jsonl", lines.joined(separator: "\n"))
      #expect(try bundle("create", "a.zip", "--documents", "a.jsonl").status == 0)
      #expect(try bundle("verify", "a.zip").output.hasSuffix("  signers: none\n"))
      let quick = try bundle("verify", "--fast", "a.zip")
      #expect(quick.status == 0 && quick.output.contains("  checked 3 of them with "), "\(quick.output)")
      #expect(try bundle("verify", "--sample", "50%", "a.zip").status == 0)
      #expect(try bundle("verify", "--sample", "0%", "a.zip").status == 2)
      #expect(try bundle("verify", "--fast", "--sample", "5%", "a.zip").status == 2)
      guard try Toolkit.tool("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "key"], in: folder) != nil else {
        return
      }
      let signed = try bundle("sign", "a.zip", "--key", "key")
      #expect(
        signed.status == 0 && signed.output.hasPrefix("a.zip: signed with ssh-ed25519 SHA256:"), "\(signed.errors)")
      #expect(try bundle("verify", "a.zip").output.contains("  signed by somebody unknown (ssh-ed25519 SHA256:"))
      let key = try String(contentsOf: folder.appendingPathComponent("key.pub"), encoding: .utf8)
      try folder.write("allowed", "ada@example.org \(key)")
      let trusted = try bundle("verify", "a.zip", "--signers", "allowed")
      #expect(
        trusted.status == 0 && trusted.output.contains("  signed by ada@example.org (ssh-ed25519 "), "\(trusted.output)"
      )
      try folder.write("config/toolkit/allowed_signers", "ada@example.org \(key)")
      #expect(try bundle("verify", "a.zip").output.contains("  signed by ada@example.org"))
      try folder.write("nobody", "")
      #expect(try bundle("verify", "a.zip", "--signers", "nobody").status == 4)

      // Damage is another verdict, and names what is lost.
      let file = folder.appendingPathComponent("a.zip")
      var bytes = try Data(contentsOf: file)
      bytes[5000] ^= 0x21
      try bytes.write(to: file)
      let damaged = try bundle("verify", "a.zip", "--signers", "allowed")
      #expect(damaged.status == 4)
      #expect(damaged.output.contains("documents/part-00001.jsonl: error[damaged-member]"), "\(damaged.output)")
      #expect(damaged.output.contains("    lost with it: "))
      #expect(damaged.output.contains("  signed by ada@example.org"))
      let rescue = try bundle("extract", "a.zip", "--salvage", "-o", "saved")
      #expect(rescue.status == 4 && rescue.errors.contains("  lost: d"), "\(rescue.errors)")
      let saved = try String(
        contentsOf: folder.appendingPathComponent("saved/documents/part-00001.jsonl"), encoding: .utf8)
      #expect(Set(saved.split(separator: "\n").map(String.init)).isSubset(of: lines))
    }
  }

  @Test func aBundleIsRunAgain() throws {
    try TemporaryFolder.with { folder in
      for number in 0..<12 {
        let words = (0..<40).map { "word\((number / 2 * 37 + $0 * 11) % 500)" }.joined(separator: " ")
        try folder.write("in/\(number).txt", "The river rose again this week. \(words)\n")
      }
      try folder.write(
        "p.yaml",
        """
        version: 1
        name: again
        stages:
          - use: read-files
            with: { paths: [in] }
          - use: detect-language
          - use: find-duplicates
            with: { kinds: [exact, near] }
          - use: group-stories
          - use: summarize
          - use: export
            with: { directory: out, formats: [jsonl] }
          - use: write-bundle
            with: { path: "{name}-{date}.zip" }
        """)
      let first = try Toolkit.run(["run", "p.yaml", "--quiet", "--date", "2026-03-12"], in: folder)
      #expect(first.status == 0, "\(first.errors)")
      let names = try folder.names()
      let again = try Toolkit.run(["bundle", "rerun", "again-2026-03-12.zip"], in: folder)
      #expect(again.status == 0, "\(again.output)\(again.errors)")
      #expect(again.output.hasPrefix("again-2026-03-12.zip: the results are the same\n"))
      #expect(try folder.names() == names)

      // Another pipeline in the bundle gives other results.
      #expect(try Toolkit.run(["bundle", "extract", "again-2026-03-12.zip", "-o", "x"], in: folder).status == 0)
      let text = try String(contentsOf: folder.appendingPathComponent("x/pipeline.yaml"), encoding: .utf8)
      try folder.write("x/pipeline.yaml", text.replacing("  - use: summarize\n", with: ""))
      #expect(try Toolkit.run(["bundle", "create", "other.zip", "x", "--quiet"], in: folder).status == 0)
      let other = try Toolkit.run(["bundle", "rerun", "other.zip", "--format", "json"], in: folder)
      #expect(other.status == 1, "\(other.output)")
      #expect(other.output.contains("\"same\" : false"))
    }
  }

  @Test func aDayIsAppendedToAndOldOnesGo() throws {
    try TemporaryFolder.with { folder in
      func run(_ text: String, _ date: String, _ options: String) throws -> Toolkit.Result {
        try folder.write("in/a.jsonl", text)
        try folder.write(
          "p.yaml",
          """
          version: 1
          name: day
          stages:
            - use: read-files
              with: { paths: [in] }
            - use: write-bundle
              with: { path: "day-{date}.zip", \(options) }
          """)
        return try Toolkit.run(["run", "p.yaml", "--quiet", "--date", date], in: folder)
      }
      #expect(
        try run(Self.line("a", "morning") + "\n" + Self.line("b", "noon"), "2026-03-12", "existing: append").status == 0
      )
      let second = try run(Self.line("b", "noon") + "\n" + Self.line("c", "evening"), "2026-03-12", "existing: append")
      #expect(second.status == 0, "\(second.errors)")
      let listed = try Toolkit.run(["bundle", "list", "day-2026-03-12.zip", "--documents"], in: folder)
      #expect(listed.output.split(separator: "\n").compactMap { $0.split(separator: " ").first } == ["a", "b", "c"])
      #expect(try Toolkit.run(["bundle", "verify", "day-2026-03-12.zip"], in: folder).status == 0)
      #expect(try folder.names().allSatisfy { !$0.hasPrefix(".") })

      try folder.write("day-2026-03-01.zip", "mine, and no bundle")
      try folder.write("day-notes.zip", "mine")
      for day in 13...16 {
        let result = try run(Self.line("d\(day)", "news"), "2026-03-\(day)", "keep: 2")
        #expect(result.status == 0)
        #expect(
          result.errors.contains("day-2026-03-01.zip could not be removed, or is none") == (day >= 13),
          "\(result.errors)")
      }
      #expect(
        try folder.names().filter { $0.hasSuffix(".zip") } == [
          "day-2026-03-01.zip", "day-2026-03-15.zip", "day-2026-03-16.zip", "day-notes.zip",
        ])
      // A day of the past is written and stays, though it is the oldest.
      #expect(try run(Self.line("z", "old"), "2026-02-01", "keep: 2").status == 0)
      #expect(try folder.names().contains("day-2026-02-01.zip"))

      try folder.write(
        "p2.yaml",
        try String(contentsOf: folder.appendingPathComponent("p.yaml"), encoding: .utf8).replacing("{date}", with: "x"))
      let wrong = try Toolkit.run(["validate", "p2.yaml"], in: folder)
      #expect(wrong.status == 1 || wrong.status == 78)
      #expect((wrong.output + wrong.errors).contains("error[keep-without-date]"), "\(wrong.output)\(wrong.errors)")
    }
  }
}
