import Foundation
import Testing

@testable import BundleKit

/// A short run of what `scripts/fuzz.sh bundles` does for long: the files of its corpus with some bytes changed, cut or
/// repeated. Whatever comes of it, nothing crashes, hangs or goes beyond its limits.
@Suite struct MutationTests {
  private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("FuzzBundles/corpus")

  private struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  @Test(arguments: ["python.zip", "signed.zip", "small.zip", "tables.zip"]) func changedFiles(name: String) async throws
  {
    let scratch = try Scratch()
    let whole = try bytes(of: Self.corpus.appendingPathComponent(name))
    let limits = BundleLimits(members: 64, totalBytes: 1 << 20, memberBytes: 1 << 19, manifestBytes: 1 << 16)
    var random = Random(state: UInt64(whole.count))
    var opened = 0
    for round in 0..<400 {
      var changed = whole
      for _ in 0...Int.random(in: 0..<4, using: &random) {
        let place = Int.random(in: changed.indices, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: changed[place] = [0, 1, 0x7F, 0xFF].randomElement(using: &random) ?? 0
        case 1: changed.removeSubrange(place..<min(changed.count, place + 1 + round % 7))
        case 2: changed.insert(contentsOf: changed[place..<min(changed.count, place + 1 + round % 50)], at: place)
        default: changed[place] ^= 1 << UInt8(round % 8)
        }
      }
      let url = try scratch.file("a.zip", changed)
      if let reader = try? BundleReader(at: url, limits: limits) {
        opened += 1
        let report = await reader.verify(workers: 1)
        #expect(report.checkedBytes <= limits.totalBytes)
        for member in reader.members { _ = try? reader.read(member.name) }
        _ = try? reader.entries(for: "a").map { try reader.line(at: $0) }
        _ = try? await BundleDiff(reader, reader)
      }
      let target = scratch.url.appendingPathComponent("out")
      _ = try? BundleReader.salvage(url, to: target, limits: limits)
      try? FileManager.default.removeItem(at: target)
      #expect(try scratch.names == ["a.zip"])
    }
    #expect(opened > 5, "some changes are in content, where opening does not look")
  }
}
