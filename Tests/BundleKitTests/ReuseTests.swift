import Foundation
import Testing

@testable import BundleKit

/// Parts that follow from the content, and bundles that copy what an earlier one has.
@Suite struct ReuseTests {
  /// 1.5 MB of lines in parts of 40 to 320 KB.
  private static let partBytes = 320 << 10
  private static let lines = sampleLines(6000)

  private func write(
    _ lines: [String], to url: URL, level: Int = 6, workers: Int = 2, reusing: URL? = nil
  ) async throws -> Int {
    let writer = try BundleWriter(
      at: url, level: level, workers: workers, reusing: reusing, partBytes: Self.partBytes, thresholds: .format)
    for line in lines { try await writer.append(Array(line.utf8), to: "documents", id: String(line.prefix(12))) }
    try await writer.add("README.txt", Array("What this is.\n".utf8))
    _ = try await writer.finish()
    return writer.copiedMembers
  }

  private func parts(_ url: URL) throws -> [Data] {
    let reader = try BundleReader(at: url)
    return try reader.members.map(\.name).filter { $0.hasPrefix("documents/") }.map(reader.read)
  }

  @Test func partsKeepTheirBounds() async throws {
    let scratch = try Scratch()
    _ = try await write(Self.lines, to: scratch.file("a.zip"))
    let sizes = try parts(scratch.file("a.zip")).map(\.count)
    #expect(sizes.count >= 6)
    #expect(sizes.dropLast().allSatisfy { $0 >= Self.partBytes / 8 && $0 <= Self.partBytes })
    #expect(Set(sizes).count == sizes.count, "the content says where they end")
  }

  @Test(arguments: [0, 17, 3000, 5999])
  func aLineMoreChangesThePartThatItIsIn(place: Int) async throws {
    let scratch = try Scratch()
    var longer = Self.lines
    longer.insert(#"{"id":"new","text":"A line that was not there before."}"#, at: place)
    _ = try await write(Self.lines, to: scratch.file("a.zip"))
    _ = try await write(longer, to: scratch.file("b.zip"))
    let (before, after) = (try parts(scratch.file("a.zip")), try parts(scratch.file("b.zip")))
    #expect(Set(after).subtracting(before).count <= 2)
    #expect(after.reduce(Data(), +) == Data((longer.joined(separator: "\n") + "\n").utf8))
  }

  @Test(arguments: [1, 3])
  func aBundleWithCopiedPartsEqualsOneWithout(workers: Int) async throws {
    let scratch = try Scratch()
    var changed = Self.lines
    changed[2000] += " "
    _ = try await write(Self.lines, to: scratch.file("yesterday.zip"))
    let fresh = try await write(changed, to: scratch.file("fresh.zip"))
    let copied = try await write(
      changed, to: scratch.file("copied.zip"), workers: workers, reusing: scratch.file("yesterday.zip"))
    #expect(fresh == 0)
    let count = try parts(scratch.file("copied.zip")).count { $0.count >= 64 << 10 }
    // Of those that are not too small, one is compressed anew because it has changed, and at most `workers` of each of
    // two efforts to see that the codec is the same.
    #expect(copied > 0 && copied >= count - 1 - 2 * workers && copied < count)
    #expect(try bytes(of: scratch.file("copied.zip")) == bytes(of: scratch.file("fresh.zip")))
  }

  @Test func theBundleThatIsReplacedServesToo() async throws {
    let scratch = try Scratch()
    let url = scratch.file("a.zip")
    _ = try await write(Self.lines, to: url)
    let before = try bytes(of: url)
    #expect(try await write(Self.lines, to: url, reusing: url) > 0)
    #expect(try bytes(of: url) == before)
  }

  @Test func nothingIsCopiedThatAnotherLevelHasMade() async throws {
    let scratch = try Scratch()
    _ = try await write(Self.lines, to: scratch.file("hard.zip"), level: 9)
    #expect(try await write(Self.lines, to: scratch.file("a.zip"), level: 1, reusing: scratch.file("hard.zip")) == 0)
    _ = try await write(Self.lines, to: scratch.file("b.zip"), level: 1)
    #expect(try bytes(of: scratch.file("a.zip")) == bytes(of: scratch.file("b.zip")))
  }

  /// Zeros and noise come out alike at all levels: they prove nothing about the parts behind them.
  @Test func whatAllLevelsMakeAlikeProvesNothing() async throws {
    let scratch = try Scratch()
    func write(_ name: String, level: Int, reusing earlier: String? = nil) async throws -> BundleWriter {
      let writer = try BundleWriter(
        at: scratch.file(name), level: level, workers: 1, reusing: earlier.map(scratch.file), partBytes: Self.partBytes,
        thresholds: .format)
      try await writer.add("vectors/zeros.bin", [UInt8](repeating: 0, count: 100_000))
      try await writer.add("vectors/noise.bin", noise(100_000) + [UInt8](repeating: 0, count: 1000))
      for line in Self.lines { try await writer.append(Array(line.utf8), to: "documents") }
      _ = try await writer.finish()
      return writer
    }
    _ = try await write("eight.zip", level: 8)
    _ = try await write("fresh.zip", level: 9)
    #expect(try await write("nine.zip", level: 9, reusing: "eight.zip").copiedMembers == 0)
    #expect(try bytes(of: scratch.file("nine.zip")) == bytes(of: scratch.file("fresh.zip")))
    #expect(try await write("again.zip", level: 9, reusing: "fresh.zip").copiedMembers > 3)
    #expect(try bytes(of: scratch.file("again.zip")) == bytes(of: scratch.file("fresh.zip")))
  }

  @Test func damageInTheEarlierBundleIsNotCopied() async throws {
    let scratch = try Scratch()
    _ = try await write(Self.lines, to: scratch.file("whole.zip"))
    let whole = try bytes(of: scratch.file("whole.zip"))
    let members = try BundleReader(at: scratch.file("whole.zip")).members.filter { $0.bytes > 64 << 10 }
    // A bit in the middle of each part, then the end cut off, then no bundle at all, then no file.
    var flipped = whole
    for member in members { flipped[Int(member.dataOffset) + member.packedBytes / 2] ^= 4 }
    for broken in [flipped, Array(whole.dropLast(100)), Array("PK".utf8), []] {
      try Data(broken).write(to: scratch.file("broken.zip"))
      let copied = try await write(Self.lines, to: scratch.file("a.zip"), reusing: scratch.file("broken.zip"))
      #expect(copied == 0)
      #expect(try bytes(of: scratch.file("a.zip")) == whole)
    }
    #expect(try await write(Self.lines, to: scratch.file("a.zip"), reusing: scratch.file("none.zip")) == 0)
  }

  @Test func marksAreThoseOfTheFormat() {
    // FNV-1a of "" and of "foobar", by its authors' test vectors, with the halves joined.
    #expect(PartedTable.mark(of: "") == 0xCBF2_9CE4 ^ 0x8422_2325)
    #expect(PartedTable.mark(of: "foobar") == 0x8594_4171 ^ 0xF739_67E8)
  }
}
