import Foundation
import StageKit

extension BundleReader {
  /// Checks members: data, size, CRC-32, and SHA-256 against `datapackage.json`; that nothing is unlisted or missing;
  /// and that the index is in order and points inside its members.
  ///
  /// Damage never throws, it is reported, all of it. A cancelled task still gets the whole report.
  ///
  /// - Parameters:
  ///   - scope: which members' content is read.
  ///   - workers: how many threads check at once; at least one.
  public func verify(
    _ scope: VerifyScope = .whole, workers: Int = ProcessInfo.processInfo.activeProcessorCount
  ) async -> VerifyReport {
    let check = await WorkQueue.run { VerifyPlan(of: self, scope: scope) }
    var findings = await results(of: check, workers: max(1, workers))
    let damaged = Set(findings.filter { $0.code == .damagedMember }.map(\.member))
    if damaged.contains(where: { $0.hasPrefix("documents/") }) {
      let lost = await WorkQueue.run { Salvage(of: self).lostDocuments(in: damaged) }
      for place in findings.indices { findings[place].documents = lost[findings[place].member] }
    }
    let read = members.filter(check.isRead)
    return VerifyReport(
      id: check.id, members: members.count, bytes: members.reduce(0) { $0 + $1.bytes },
      checkedMembers: read.count, checkedBytes: read.reduce(0) { $0 + $1.bytes },
      findings: check.before + findings + check.after)
  }

  /// Checks members several at a time; what was found, in the order of the members.
  private func results(of plan: VerifyPlan, workers: Int) async -> [VerifyReport.Finding] {
    let checked = members.filter { $0.name != Manifest.name }
    return await withTaskGroup(of: (Int, [VerifyReport.Finding]).self) { group in
      var findings = [[VerifyReport.Finding]](repeating: [], count: checked.count)
      for (number, member) in checked.enumerated() {
        if number >= workers, let (done, found) = await group.next() { findings[done] = found }
        group.addTask { (number, await WorkQueue.run { plan.check(member, of: self) }) }
      }
      for await (done, found) in group { findings[done] = found }
      return findings.flatMap { $0 }
    }
  }
}

/// What is known before members are checked one by one.
private struct VerifyPlan: Sendable {
  let id: String?
  /// What is wrong with `datapackage.json` itself.
  private(set) var before: [VerifyReport.Finding] = []
  /// What the manifest or the index lists in vain.
  private(set) var after: [VerifyReport.Finding] = []
  private var listed: [String: Manifest.Resource]?
  private var indexes: [String: IndexCheck] = [:]
  private let sizes: [String: Int]
  /// Members whose content is not read; all are if it is `nil`.
  private var skipped: Set<String> = []

  init(of reader: BundleReader, scope: VerifyScope) {
    id = try? reader.id()
    sizes = Dictionary(reader.members.map { ($0.name, $0.bytes) }, uniquingKeysWith: { first, _ in first })
    do throws(BundleError) {
      let manifest = try Manifest(of: reader)
      listed = Dictionary(manifest.resources.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
      after = manifest.unfounded(in: reader)
    } catch {
      before.append(.init(error, member: Manifest.name))
    }
    readIndex(of: reader)
    skipped = Self.skipped(of: reader.members.filter { !isStructure($0.name) }, scope)
  }

  func isRead(_ member: Member) -> Bool { !skipped.contains(member.name) }

  private func isStructure(_ name: String) -> Bool {
    name == Manifest.name || name == IndexTable.name || indexes[name] != nil || BundleSignature.isName(name)
  }

  private mutating func readIndex(of reader: BundleReader) {
    do throws(BundleError) {
      guard let table = try reader.indexTable() else {
        guard reader.member(IndexTable.name) == nil, listed?[IndexTable.name] == nil else { return }
        let what = "there is no index.json, so documents cannot be found by their ids"
        return after.append(.init(.badIndex, IndexTable.name, what))
      }
      for (number, part) in table.parts.enumerated() {
        let next = number + 1 < table.parts.count ? table.parts[number + 1] : nil
        indexes[part.member] = IndexCheck(part, next: next, version: table.version, sizes: sizes)
        guard reader.member(part.member) == nil else { continue }
        let shown = printable(part.member.utf8)
        after.append(.init(.badIndex, IndexTable.name, "index.json names '\(shown)', which is not in the bundle"))
      }
    } catch {
      // Damage is found once more when the member is checked.
      if error.code != .damagedMember { after.append(.init(error, member: IndexTable.name)) }
    }
  }

  /// Draws members by chance until their share of the bytes is reached.
  private static func skipped(of members: [Member], _ scope: VerifyScope) -> Set<String> {
    switch scope {
    case .whole: return []
    case .structure: return Set(members.map(\.name))
    case .sample(let share, let seed):
      var random = SplitMix64(state: seed)
      let wanted = Double(members.reduce(0) { $0 + $1.bytes }) * min(max(share, 0), 1)
      var (sum, skipped) = (0, Set<String>())
      for member in members.shuffled(using: &random) {
        if Double(sum) < wanted { sum += member.bytes } else { skipped.insert(member.name) }
      }
      return skipped
    }
  }

  /// Checks one member against the directory and, if there is one, the manifest.
  func check(_ member: Member, of reader: BundleReader) -> [VerifyReport.Finding] {
    let isSignature = BundleSignature.isName(member.name)
    if isSignature, member.bytes > BundleSignature.mostBytes {
      let what = "'\(member.name)' is too large for a signature: \(member.bytes) bytes"
      return [.init(.unlistedMember, member.name, what)]
    }
    var digest: ContentDigest?
    var faults: [String] = []
    let index = member.bytes <= IndexTable.mostPartBytes ? indexes[member.name] : nil
    if index == nil, indexes[member.name] != nil {
      faults.append("'\(member.name)' has \(member.bytes) bytes, too many for a part of the index")
    }
    if isRead(member) {
      var hash = ContentDigest()
      do throws(BundleError) {
        try reader.forEachChunk(of: member) { bytes throws(BundleError) in
          hash.update(bytes)
          // One so small comes at once.
          if let index { faults += index.faults(in: bytes) }
        }
      } catch {
        return [.init(error, member: member.name)]
      }
      digest = hash
    }
    var findings = faults.map { VerifyReport.Finding(.badIndex, member.name, $0) }
    guard let listed, !isSignature else { return findings }
    guard let resource = listed[member.name] else {
      return findings + [.init(.unlistedMember, member.name, "'\(member.name)' is not listed in \(Manifest.name)")]
    }
    if resource.bytes != member.bytes {
      let what = "'\(member.name)' has \(member.bytes) bytes, \(Manifest.name) says \(resource.bytes)"
      findings.append(.init(.damagedMember, member.name, what))
    } else if let digest, resource.hash != digest.finalize() {
      let what = "the content of '\(member.name)' is not the one that \(Manifest.name) names (SHA-256 differs)"
      findings.append(.init(.damagedMember, member.name, what))
    }
    return findings
  }
}

extension Manifest {
  /// What is listed in vain or twice.
  fileprivate func unfounded(in reader: BundleReader) -> [VerifyReport.Finding] {
    var seen: Set<String> = []
    return resources.compactMap { resource in
      let shown = printable(resource.path.utf8)
      guard seen.insert(resource.path).inserted else {
        return .init(.badManifest, shown, "\(Manifest.name) lists '\(shown)' twice")
      }
      guard reader.member(resource.path) == nil else { return nil }
      return .init(.missingMember, shown, "\(Manifest.name) lists '\(shown)', which is not in the bundle")
    }
  }
}

extension VerifyReport.Finding {
  fileprivate init(_ code: BundleError.Code, _ member: String, _ message: String) {
    self.init(code: code, member: member, message: message)
  }

  fileprivate init(_ error: BundleError, member: String) {
    self.init(code: error.code, member: error.member ?? member, message: error.message)
  }
}
