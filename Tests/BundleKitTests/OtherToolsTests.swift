import Foundation
import Testing

@testable import BundleKit

/// What others read of ours, and we of theirs.
@Suite struct OtherToolsTests {
  /// Normal sizes, and ones that force each kind of ZIP64 record.
  static let thresholds = [
    Zip64Thresholds.format, Zip64Thresholds(bytes: 600, members: 3), Zip64Thresholds(bytes: 1 << 30, members: 3),
    Zip64Thresholds(bytes: 6000, members: 1 << 10),
  ]

  @Test(.enabled(if: Tool.unzip != nil, "needs unzip"), arguments: thresholds.indices)
  func unzipAcceptsOurs(index: Int) async throws {
    let scratch = try Scratch()
    let url = scratch.file("a.zip")
    let spilling = index == 1 ? 1000 : 1 << 20
    _ = try await writeSample(at: url, thresholds: Self.thresholds[index], indexMemoryBytes: spilling)
    let result = try #require(Tool.unzip).run(["-t", url.path])
    #expect(result.status == 0)
    #expect(result.output.contains("No errors detected in compressed data"))
    #expect(await (try BundleReader(at: url)).verify().findings == [])
  }

  @Test(.enabled(if: Tool.python != nil, "needs python3"), arguments: thresholds.indices)
  func pythonAcceptsOurs(index: Int) async throws {
    let scratch = try Scratch()
    let url = scratch.file("a.zip")
    let written = try await writeSample(at: url, thresholds: Self.thresholds[index])
    let script = """
      import hashlib, json, sys, zipfile
      z = zipfile.ZipFile(sys.argv[1])
      assert z.testzip() is None
      raw = z.read("datapackage.json")
      package = json.loads(raw)
      assert package["profile"] == "data-package" and package["name"] == "daily-brief"
      assert package["toolkit"] == {"version": "1.0", "pipeline": "daily"}
      names = [r["name"] for r in package["resources"]]
      assert len(set(names)) == len(names)
      assert all(set(n) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-") for n in names)
      paths = [r["path"] for r in package["resources"]]
      assert paths + ["datapackage.json"] == z.namelist()
      for r in package["resources"]:
          data = z.read(r["path"])
          assert r["bytes"] == len(data)
          assert r["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
          assert "/" in r["mediatype"] and r["format"] and r["profile"] == "data-resource"
          assert (r.get("encoding") == "utf-8") == (not r["path"].endswith(".bin"))
      for i in z.infolist():
          assert i.date_time == (1980, 1, 1, 0, 0, 0) and i.flag_bits == 0x800 and i.external_attr == 0o100644 << 16
      index = json.loads(z.read("index.json"))
      count = 0
      for p in index["parts"]:
          columns = json.loads(z.read(p["member"]))
          part = end = 0
          for place, id in enumerate(columns["ids"]):
              if columns["parts"][place] != part:
                  part, end = columns["parts"][place], 0
              start, length = end + columns["gaps"][place], columns["lengths"][place]
              end = start + length + 1
              line = z.read(f"documents/part-{part:05}.jsonl")[start:start + length]
              assert json.loads(line)["id"] == id
              hash = columns["hashes"][16 * place:16 * place + 16]
              assert hashlib.sha256(line).hexdigest()[:16] == hash
              count += 1
      assert count == index["entries"] == 200
      print("sha256:" + hashlib.sha256(raw).hexdigest())
      """
    let result = try #require(Tool.python).run(["-c", script, url.path])
    #expect(result.output == written.id + "\n")
    #expect(result.status == 0)
  }

  @Test(.enabled(if: Tool.python != nil, "needs python3"))
  func weReadWhatPythonWrites() async throws {
    let scratch = try Scratch()
    let url = scratch.file("a.zip")
    let script = """
      import sys, zipfile
      with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
          z.writestr("documents/part-00001.jsonl", '{"id": "a"}\\n' * 1000)
          z.writestr(zipfile.ZipInfo("plain.txt"), "stored")
          with z.open("big.txt", "w", force_zip64=False) as f:
              f.write(b"x" * 300000)
      """
    #expect(try #require(Tool.python).run(["-c", script, url.path]).status == 0)
    let reader = try BundleReader(at: url)
    #expect(reader.members.map(\.name) == ["documents/part-00001.jsonl", "plain.txt", "big.txt"])
    #expect(try reader.read("plain.txt") == Data("stored".utf8))
    #expect(try reader.read("big.txt") == Data(repeating: UInt8(ascii: "x"), count: 300_000))
    let findings = await reader.verify().findings
    #expect(findings.map(\.code) == [.badManifest, .badIndex])
    #expect(findings.first?.message.hasPrefix("there is no datapackage.json, so nothing says what belongs") == true)
  }

  @Test(
    .enabled(if: Tool.python != nil, "needs python3"),
    arguments: [
      (#"z.writestr("é.txt", "x")"#, "'\\xc3\\xa9.txt' is not allowed: it contains '\\xc3'"),
      (#"z.writestr("a.txt", "x" * 999, zipfile.ZIP_BZIP2)"#, "member 'a.txt' is compressed with method 12"),
      (#"z.writestr("a.txt", "x"); z.comment = b"hello""#, "it has a comment of 5 bytes"),
      (#"z.writestr("a.txt", "x"); z.writestr("a.txt", "y")"#, "'a.txt' cannot be used twice: there are two members"),
      (#"z.writestr("a/", "")"#, "it ends with '/', so it is a folder"),
      (
        #"i = zipfile.ZipInfo("a.txt"); i.external_attr = 0o120777 << 16; z.writestr(i, "x")"#,
        "member 'a.txt' is a symbolic link, which bundles do not allow"
      ),
      (#"z.open("a.txt", "w", force_zip64=True).close()"#, "member 'a.txt' has another extra field in its own header"),
    ])
  func weSayWhichRulePythonBreaks(statement: String, message: String) throws {
    let scratch = try Scratch()
    let url = scratch.file("a.zip")
    let script = """
      import sys, warnings, zipfile
      warnings.simplefilter("ignore")
      with zipfile.ZipFile(sys.argv[1], "w") as z:
          \(statement)
      """
    #expect(try #require(Tool.python).run(["-c", script, url.path]).status == 0)
    let error = #expect(throws: BundleError.self) { try BundleReader(at: url) }
    #expect(error?.path == url.path)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test(.enabled(if: Tool.python != nil, "needs python3"))
  func dataDescriptorsAreRefused() throws {
    let scratch = try Scratch()
    let url = scratch.file("a.zip")
    let script = """
      import sys, zipfile
      class Pipe:
          def __init__(self, f): self.f = f
          def write(self, b): return self.f.write(b)
          def flush(self): self.f.flush()
      with open(sys.argv[1], "wb") as f, zipfile.ZipFile(Pipe(f), "w") as z:
          z.writestr("a.txt", "x")
      """
    #expect(try #require(Tool.python).run(["-c", script, url.path]).status == 0)
    let error = #expect(throws: BundleError.self) { try BundleReader(at: url) }
    let what = "member 'a.txt' has its sizes after its data (a data descriptor), which bundles do not allow"
    #expect(error?.message.hasPrefix(what) == true)
  }
}
