import Foundation
import Testing

@testable import BundleKit

/// How much `verify` reads, and what it then can find.
@Suite struct VerifyScopeTests {
  private func damaged(_ scratch: Scratch) async throws -> BundleReader {
    _ = try await writeSample(at: scratch.file("a.zip"), lines: 2000, partBytes: 8000)
    var bytes = try bytes(of: scratch.file("a.zip"))
    let part = try BundleReader(at: scratch.file("a.zip")).documentParts[3]
    bytes[Int(part.dataOffset) + 9] ^= 1
    return try BundleReader(at: try scratch.file("b.zip", bytes))
  }

  @Test func theStructureAloneTakesNoContent() async throws {
    let scratch = try Scratch()
    let reader = try await damaged(scratch)
    let report = await reader.verify(.structure)
    #expect(report.isWhole)
    #expect(report.members == reader.members.count)
    let structure = reader.members.filter { $0.name.hasPrefix("index") || $0.name == "datapackage.json" }
    #expect(report.checkedMembers == structure.count)
    #expect(report.checkedBytes == structure.reduce(0) { $0 + $1.bytes })
    #expect(await reader.verify().findings.count == 1)
  }

  @Test func samplesFindDamageSoonerOrLater() async throws {
    let scratch = try Scratch()
    let reader = try await damaged(scratch)
    var found = 0
    for seed in 0..<40 {
      let report = await reader.verify(.sample(share: 0.2, seed: UInt64(seed)))
      let share = Double(report.checkedBytes) / Double(report.bytes)
      #expect((0.15..<0.6).contains(share))
      found += report.findings.count
      #expect(await reader.verify(.sample(share: 0.2, seed: UInt64(seed))) == report)
    }
    #expect((1..<40).contains(found))
    #expect(await reader.verify(.sample(share: 1, seed: 1)).findings.count == 1)
  }

  @Test func theStructureKnowsMissingAndUnlistedMembers() async throws {
    let scratch = try Scratch()
    let manifest = ForgedMember("datapackage.json", #"{"resources":[{"path":"b.txt","bytes":1,"hash":"-"}]}"#)
    let reader = try BundleReader(at: try scratch.file("a.zip", forge([.init(), manifest])))
    let findings = await reader.verify(.structure).findings
    #expect(
      findings.map(\.code) == [.unlistedMember, .badIndex, .missingMember]
        || findings.map(\.code) == [.unlistedMember, .missingMember, .badIndex])
  }
}
