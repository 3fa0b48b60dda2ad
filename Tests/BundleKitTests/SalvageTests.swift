import Foundation
import Testing

@testable import BundleKit

/// What can be saved of a damaged bundle.
@Suite struct SalvageTests {
  private struct Bundle {
    let bytes: [UInt8]
    let reader: BundleReader
    let lines: [String]
  }

  private func bundle(_ scratch: Scratch, lines: Int = 300) async throws -> Bundle {
    _ = try await writeSample(at: scratch.file("whole.zip"), lines: lines, partBytes: 20_000)
    return Bundle(
      bytes: try bytes(of: scratch.file("whole.zip")), reader: try BundleReader(at: scratch.file("whole.zip")),
      lines: sampleLines(lines))
  }

  private func saved(_ scratch: Scratch, _ part: String) throws -> [String] {
    let data = try Data(contentsOf: scratch.file("out/\(part)"))
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test func aFlippedBitCostsTheLinesThatItSpoils() async throws {
    let scratch = try Scratch()
    let whole = try await bundle(scratch)
    let part = try #require(whole.reader.documentParts.dropFirst().first)
    let before = whole.reader.documentParts[0]
    let original = String(decoding: try whole.reader.read(part.name), as: UTF8.self).split(separator: "\n").map(
      String.init)
    var bytes = whole.bytes
    bytes[Int(part.dataOffset) + part.packedBytes / 2] ^= 0x10
    let url = try scratch.file("damaged.zip", bytes)

    let report = await (try BundleReader(at: url)).verify()
    #expect(report.findings.map(\.member) == [part.name])
    let lost = try #require(report.findings.first?.documents)
    #expect(!lost.isEmpty && lost.count < original.count)

    let rescue = try BundleReader.salvage(url, to: scratch.url.appendingPathComponent("out"))
    #expect(rescue.damaged.map(\.lost) == [lost])
    #expect(rescue.damaged.map(\.unproved) == [0])
    #expect(rescue.directory == nil)
    #expect(rescue.whole == whole.reader.members.map(\.name).filter { $0 != part.name })
    let kept = try saved(scratch, part.name)
    #expect(kept.count + lost.count == original.count)
    #expect(Set(kept).isSubset(of: original))
    // The first half is before the damage.
    #expect(kept.starts(with: original.prefix(original.count / 3)))
    #expect(try Data(contentsOf: scratch.file("out/\(before.name)")) == whole.reader.read(before.name))
    #expect(throws: BundleError.self) {
      try BundleReader.salvage(url, to: scratch.url.appendingPathComponent("out"))
    }
  }

  @Test func aCutFileGivesAllThatStandsBeforeTheCut() async throws {
    let scratch = try Scratch()
    let whole = try await bundle(scratch)
    let parts = whole.reader.documentParts
    let last = try #require(parts.dropLast().last)
    let cut = Int(last.dataOffset) + last.packedBytes / 2
    let url = try scratch.file("cut.zip", Array(whole.bytes[..<cut]))
    #expect(throws: BundleError.self) { try BundleReader(at: url) }
    let rescue = try BundleReader.salvage(url, to: scratch.url.appendingPathComponent("out"))
    #expect(rescue.directory == "its end is missing, so it was cut off; get the bundle again from where it came")
    #expect(rescue.whole.count == whole.reader.members.firstIndex(of: last))
    let original = String(decoding: try whole.reader.read(last.name), as: UTF8.self).split(separator: "\n").map(
      String.init)
    let kept = try saved(scratch, last.name)
    #expect(kept.count >= original.count / 3 && kept.count < original.count)
    #expect(original.starts(with: kept))
    #expect(rescue.damaged == [.init(member: last.name, kept: kept.count, unproved: kept.count, lost: nil)])
    #expect(
      try parts.dropLast(2).allSatisfy {
        try Data(contentsOf: scratch.file("out/\($0.name)")) == whole.reader.read($0.name)
      })
  }

  @Test func aDamagedDirectoryIsDoneWithout() async throws {
    let scratch = try Scratch()
    let whole = try await bundle(scratch)
    let last = try #require(whole.reader.members.last)
    var bytes = whole.bytes
    // In the name of the first entry of the directory, in the size of a local header, and in content.
    bytes[Int(last.dataOffset) + last.packedBytes + 50] ^= 0x20
    let part = whole.reader.documentParts[1]
    bytes[Int(part.dataOffset) - part.name.utf8.count - 30 + 18] ^= 0x08
    bytes[Int(part.dataOffset) + part.packedBytes / 2] ^= 0x08
    let url = try scratch.file("damaged.zip", bytes)
    let rescue = try BundleReader.salvage(url, to: scratch.url.appendingPathComponent("out"))
    #expect(rescue.directory != nil)
    #expect(rescue.whole == whole.reader.members.map(\.name).filter { $0 != part.name })
    // The index still proves its lines.
    #expect(rescue.damaged.map(\.member) == [part.name])
    #expect(rescue.damaged.map(\.unproved) == [0])
  }

  @Test func nothingIsSavedFromWhatIsNoBundle() throws {
    let scratch = try Scratch()
    let target = scratch.url.appendingPathComponent("out")
    let junk = try scratch.file("junk.zip", noise(5000))
    #expect(throws: BundleError.self) { try BundleReader.salvage(junk, to: target) }
    // Names from outside are refused here too, also where the directory is gone.
    for bytes in [forge([ForgedMember("../x")]), Array(forge([ForgedMember("../x"), .init()]).dropLast(30))] {
      let url = try scratch.file("hostile.zip", bytes)
      _ = try? BundleReader.salvage(url, to: target)
      #expect(try scratch.names.filter { !["junk.zip", "hostile.zip", "out"].contains($0) } == [])
    }
  }
}
