import Foundation
import Testing

@testable import BundleKit

/// Bundles that were whole once.
@Suite struct DamageTests {
  /// Places where a changed bit may pass, since nobody reads it: which version made the file, whether it is text,
  /// the permissions, and the bits that fill up the last byte of a deflate stream.
  private func harmless(_ bytes: [UInt8], _ members: [Member]) -> Set<Int> {
    var places: Set<Int> = []
    for start in 0..<(bytes.count - 46) where bytes.number(at: start, as: UInt32.self) == Zip.Signature.central {
      places.formUnion([4, 36, 38, 40, 41].map { start + $0 })
    }
    return places.union(members.filter(\.isDeflated).map { Int($0.dataOffset) + $0.packedBytes - 1 })
  }

  private func smallBundle(_ scratch: Scratch) async throws -> [UInt8] {
    _ = try await writeSample(at: scratch.file("whole.zip"), lines: 6, partBytes: 1000)
    return try bytes(of: scratch.file("whole.zip"))
  }

  /// As small as a bundle can be that has every kind of member, to keep the number of flips low.
  private func tinyBundle(_ scratch: Scratch) async throws -> [UInt8] {
    let writer = try BundleWriter(at: scratch.file("tiny.zip"), workers: 1)
    try await writer.add("README.txt", Array("Read me, read me, read me, read me.\n".utf8))
    try await writer.append(Array(#"{"id":"a","text":"hello hello hello hello"}"#.utf8), to: "documents", id: "a")
    try await writer.add("noise.bin", noise(40))
    _ = try await writer.finish()
    return try bytes(of: scratch.file("tiny.zip"))
  }

  @Test(arguments: 0..<4) func everyFlippedBitIsFound(quarter: Int) async throws {
    let scratch = try Scratch()
    let whole = try await tinyBundle(scratch)
    let harmless = harmless(whole, try BundleReader(at: scratch.file("tiny.zip")).members)
    // Of six members all are deflated but the noise and the index of one document, which is too short for it.
    #expect(harmless.count == 6 * 5 + 4)
    let url = scratch.file("flipped.zip")
    var silent: Set<Int> = []
    for position in whole.indices where position % 4 == quarter {
      var bytes = whole
      bytes[position] ^= 1 << (position / 4 % 8)
      try Data(bytes).write(to: url)
      guard let reader = try? BundleReader(at: url) else { continue }
      if await reader.verify(workers: 1).isWhole { silent.insert(position) }
    }
    #expect(silent.subtracting(harmless).sorted() == [])
    #expect(!silent.isEmpty, "some flips of permissions must have passed, or nothing was tested")
  }

  @Test func everyCutIsFound() async throws {
    let scratch = try Scratch()
    let whole = try await tinyBundle(scratch)
    let url = scratch.file("cut.zip")
    try Data(whole).write(to: url)
    for length in stride(from: whole.count - 1, through: 0, by: -1) {
      #expect(truncate(url.path, off_t(length)) == 0)
      #expect(throws: BundleError.self) { try BundleReader(at: url) }
    }
  }

  @Test func damageIsNamedAndTheRestStillReads() async throws {
    let scratch = try Scratch()
    var bytes = try await smallBundle(scratch)
    let whole = try BundleReader(at: scratch.file("whole.zip"))
    let part = try #require(whole.member("documents/part-00001.jsonl"))
    let noise = try #require(whole.member("vectors/noise.bin"))
    bytes[Int(part.dataOffset) + part.packedBytes / 2] ^= 0x40
    bytes[Int(noise.dataOffset) + 99] ^= 1
    let reader = try BundleReader(at: try scratch.file("damaged.zip", bytes))
    let findings = await reader.verify(workers: 3).findings
    #expect(findings.map(\.member) == [part.name, noise.name])
    #expect(findings.allSatisfy { $0.code == .damagedMember })
    #expect(
      findings.last?.message
        == "member 'vectors/noise.bin' is damaged: its content has another CRC-32 than the directory promises; "
        + "get the bundle again from where it came")
    let error = #expect(throws: BundleError.self) { try reader.read(part.name) }
    #expect(error?.member == part.name)
    #expect(error?.path == reader.url.path)
    #expect(try reader.read("README.txt").isEmpty == false)
    let target = scratch.url.appendingPathComponent("out")
    #expect(throws: BundleError.self) { try reader.extract(to: target, only: ["README.txt", part.name]) }
    #expect(FileManager.default.fileExists(atPath: target.appendingPathComponent("README.txt").path))
    #expect(!FileManager.default.fileExists(atPath: target.appendingPathComponent(part.name).path))
  }

  @Test func dataThatLieAreSeenThrough() throws {
    let scratch = try Scratch()
    let content = [UInt8](repeating: 65, count: 1000)
    let packed = try #require(try content.withRawBytes { try Deflater.deflate($0, effort: 6) })
    func error(_ packed: [UInt8], bytes: Int) throws -> [String] {
      var member = ForgedMember()
      member.content = packed
      member = member.setting(8 as UInt16, at: 8).setting(UInt32(bytes), at: 22)
        .setting(slowCRC32(content), at: 14)
      let reader = try BundleReader(at: try scratch.file("a.zip", forge([member])))
      let whole = #expect(throws: BundleError.self) { try reader.read("a.txt") }
      let inPieces = #expect(throws: BundleError.self) {
        let chunks = try reader.chunks(of: "a.txt")
        while try chunks.next() != nil {}
      }
      return [whole?.message, inPieces?.message].compactMap { $0?.replacing("member 'a.txt' is damaged: ", with: "") }
    }
    let again = "; get the bundle again from where it came"
    func twice(_ text: String) -> [String] { [text + again, text + again] }
    #expect(
      try error(packed, bytes: 999) == twice("it inflates to more than the 999 bytes that the directory promises"))
    #expect(try error(packed, bytes: 1001) == twice("it inflates to 1000 bytes, the directory promises 1001"))
    #expect(try error(packed.dropLast(), bytes: 1000) == twice("its compressed data ends too early"))
    #expect(try error(packed + [0, 0], bytes: 1000) == twice("2 bytes follow its compressed data"))
    #expect(try error([0xFF] + packed, bytes: 1000) == twice("its compressed data is malformed"))
    #expect(try error([], bytes: 0) == twice("its compressed data ends too early"))
  }

  @Test func theManifestIsHeldAgainstTheMembers() async throws {
    let scratch = try Scratch()
    let hash = Array("x".utf8).withRawBytes { ContentDigest.of($0) }
    let manifest = """
      {"resources": [
        {"path": "right.txt", "bytes": 1, "hash": "\(hash)"}, {"path": "size.txt", "bytes": 2, "hash": "\(hash)"},
        {"path": "hash.txt", "bytes": 1, "hash": "sha256:0"}, {"path": "gone.txt", "bytes": 1, "hash": "sha256:0"},
        {"path": "right.txt", "bytes": 1, "hash": "\(hash)"}, {"path": "index.json", "bytes": 0, "hash": "-"}]}
      """
    let members = ["right.txt", "size.txt", "hash.txt", "extra.txt"].map { ForgedMember($0, "x") }
    let url = try scratch.file("a.zip", forge(members + [ForgedMember("datapackage.json", manifest)]))
    let report = await (try BundleReader(at: url)).verify()
    #expect(
      report.findings.map(\.message) == [
        "'size.txt' has 1 bytes, datapackage.json says 2",
        "the content of 'hash.txt' is not the one that datapackage.json names (SHA-256 differs)",
        "'extra.txt' is not listed in datapackage.json",
        "datapackage.json lists 'gone.txt', which is not in the bundle",
        "datapackage.json lists 'right.txt' twice",
        "datapackage.json lists 'index.json', which is not in the bundle",
      ])
    #expect(
      report.findings.map(\.code.rawValue) == [
        "damaged-member", "damaged-member", "unlisted-member", "missing-member", "bad-manifest", "missing-member",
      ])
    #expect(report.id == Array(manifest.utf8).withRawBytes { ContentDigest.of($0) })
  }
}
