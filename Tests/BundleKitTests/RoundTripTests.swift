import Foundation
import Testing

@testable import BundleKit

@Suite struct RoundTripTests {
  @Test func membersComeBackAsTheyWere() async throws {
    let scratch = try Scratch()
    let written = try await writeSample(at: scratch.file("a.zip"))
    #expect(try scratch.names == ["a.zip"])

    let reader = try BundleReader(at: scratch.file("a.zip"))
    #expect(reader.members.count == written.members)
    #expect(reader.members.first?.name == "README.txt")
    #expect(reader.members.suffix(2).map(\.name) == ["index.json", "datapackage.json"])
    #expect(try reader.read("README.txt") == Data("What this is, how to open it.\n".utf8))
    #expect(try reader.read("empty.csv").isEmpty)
    #expect(try reader.read("vectors/noise.bin") == Data(noise(5000)))
    #expect(reader.member("vectors/noise.bin")?.isDeflated == false, "noise does not shrink, so it is stored")

    let parts = reader.members.map(\.name).filter { $0.hasPrefix("documents/") }
    #expect(parts.count > 3)
    #expect(parts == (1...parts.count).map { String(format: "documents/part-%05d.jsonl", $0) })
    var text = Data()
    for part in parts {
      #expect(try #require(reader.member(part)).bytes <= 4096)
      text += try reader.read(part)
    }
    #expect(text == Data((sampleLines(200).joined(separator: "\n") + "\n").utf8))
    #expect(try written.id == reader.id())
    #expect(try written.bytes == UInt64(bytes(of: scratch.file("a.zip")).count))
    #expect(await reader.verify(workers: 2).findings == [])
  }

  @Test(arguments: [1, 3, 7])
  func theNumberOfWorkersChangesNothing(workers: Int) async throws {
    let scratch = try Scratch()
    let one = try await writeSample(at: scratch.file("one.zip"), lines: 2000, workers: 2)
    let other = try await writeSample(at: scratch.file("other.zip"), lines: 2000, workers: workers)
    #expect(one == other)
    #expect(try bytes(of: scratch.file("one.zip")) == bytes(of: scratch.file("other.zip")))
  }

  @Test func aSpilledIndexIsTheSame() async throws {
    let scratch = try Scratch()
    _ = try await writeSample(at: scratch.file("a.zip"))
    _ = try await writeSample(at: scratch.file("b.zip"), indexMemoryBytes: 1000)
    let (whole, spilled) = (try BundleReader(at: scratch.file("a.zip")), try BundleReader(at: scratch.file("b.zip")))
    #expect(try whole.read("index.json") == spilled.read("index.json"))
    #expect(try whole.id() == spilled.id())
    #expect(await spilled.verify().findings == [])
    #expect(try scratch.names == ["a.zip", "b.zip"])
  }

  /// All entries of the index, part by part.
  private func indexEntries(of reader: BundleReader) throws -> [IndexEntry] {
    try (reader.indexTable()?.parts ?? []).flatMap { try reader.entries(of: $0, version: 3) }
  }

  @Test func longNamesStayWhole() async throws {
    let scratch = try Scratch()
    let name = "vectors/" + String(repeating: "n", count: 188) + ".bin"
    let writer = try BundleWriter(at: scratch.file("a.zip"), workers: 1)
    try await writer.add(name, [1, 2, 3] as [UInt8])
    _ = try await writer.finish()
    let reader = try BundleReader(at: scratch.file("a.zip"))
    #expect(reader.members.first?.name == name)
    #expect(try reader.read(name) == Data([1, 2, 3]))
    #expect(await reader.verify().findings == [])
  }

  @Test func theIndexFindsEachLine() async throws {
    let scratch = try Scratch()
    _ = try await writeSample(at: scratch.file("a.zip"))
    let reader = try BundleReader(at: scratch.file("a.zip"))
    let entries = try indexEntries(of: reader)
    #expect(entries.count == 200)
    #expect(try reader.indexTable()?.parts.first?.firstMark == entries.map(\.mark).min())
    let lines = sampleLines(200)
    for entry in entries {
      let part = try reader.read(entry.member)
      let number = try #require(Int(entry.id.dropFirst()))
      #expect(part[entry.offset..<entry.offset + entry.length] == Data(lines[number].utf8))
    }
  }

  @Test func idsWithQuotesAndControlCharactersSurvive() async throws {
    let scratch = try Scratch()
    let writer = try BundleWriter(at: scratch.file("a.zip"), workers: 1)
    let ids = ["a\"b\\c", "tab\tnull\0\u{1f}\n", "كلمة 𐌀 \u{2028}"]
    for id in ids { try await writer.append(Array("{}".utf8), to: "documents", id: id) }
    _ = try await writer.finish()
    let reader = try BundleReader(at: scratch.file("a.zip"))
    #expect(Set(try indexEntries(of: reader).map(\.id)) == Set(ids))
    #expect(await reader.verify().isWhole)
  }

  @Test func aLineLongerThanAPartGetsItsOwn() async throws {
    let scratch = try Scratch()
    let writer = try BundleWriter(at: scratch.file("a.zip"), workers: 2, partBytes: 100, thresholds: .format)
    for size in [10, 500, 10, 88, 90] {
      try await writer.append([UInt8](repeating: UInt8(ascii: "x"), count: size), to: "t")
    }
    _ = try await writer.finish()
    let sizes = try BundleReader(at: scratch.file("a.zip")).members.filter { $0.name.hasPrefix("t/") }.map(\.bytes)
    #expect(sizes == [11, 501, 100, 91])
  }

  @Test func aLargeFileIsStreamedInAndOut() async throws {
    let scratch = try Scratch()
    let block = Data((sampleLines(400).joined(separator: "\n") + "\n").utf8)
    var content = Data()
    while content.count < 20 << 20 { content += block }
    try content.write(to: scratch.file("big.txt"))
    let writer = try BundleWriter(at: scratch.file("a.zip"), level: 1, workers: 2)
    try await writer.add("big.txt", contentsOf: scratch.file("big.txt"))
    try await writer.add("after.txt", Array("still in order".utf8))
    _ = try await writer.finish()

    let reader = try BundleReader(at: scratch.file("a.zip"))
    #expect(reader.members.prefix(2).map(\.name) == ["big.txt", "after.txt"])
    let chunks = try reader.chunks(of: "big.txt")
    var back = Data()
    var largest = 0
    while let chunk = try chunks.next() {
      largest = max(largest, chunk.count)
      back += chunk
    }
    #expect(back == content)
    #expect(largest == MemberChunks.chunkBytes)
    #expect(await reader.verify(workers: 2).findings == [])
    try reader.extract(to: scratch.url.appendingPathComponent("out"), only: ["big.txt"])
    #expect(try Data(contentsOf: scratch.file("out/big.txt")) == content)
  }

  @Test func theOldBundleStaysUntilTheNewOneIsWhole() async throws {
    let scratch = try Scratch()
    let url = try scratch.file("a.zip", Array("old".utf8))
    do {
      let writer = try BundleWriter(at: url, workers: 1)
      try await writer.add("a.txt", Array("a".utf8))
      #expect(try scratch.names.count == 2)
    }
    #expect(try scratch.names == ["a.zip"], "a writer that goes away takes its file along")
    let writer = try BundleWriter(at: url, workers: 1)
    writer.abort()
    #expect(try scratch.names == ["a.zip"])
    #expect(try bytes(of: url) == Array("old".utf8))
    let error = await #expect(throws: BundleError.self) { try await writer.add("a.txt", [1]) }
    #expect(error?.message == "the bundle is finished or was given up; start a new one")
    _ = try await BundleWriter(at: url, workers: 1).finish()
    #expect(try BundleReader(at: url).members.map(\.name) == ["index.json", "datapackage.json"])
  }

  @Test func theModeFollowsTheUmask() async throws {
    let scratch = try Scratch()
    let previous = umask(0o027)
    defer { umask(previous) }
    _ = try await BundleWriter(at: scratch.file("a.zip"), workers: 1).finish()
    let mode = try FileManager.default.attributesOfItem(atPath: scratch.file("a.zip").path)[.posixPermissions] as? Int
    #expect(mode == 0o640)
  }
}
