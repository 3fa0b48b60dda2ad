import Foundation

extension BundleReader {
  /// Checks every member: data, size, CRC-32, and SHA-256 against `datapackage.json`; that nothing is unlisted or
  /// missing; and that `index.json` points inside its members.
  ///
  /// Damage never throws, it is reported, all of it. A cancelled task still gets the whole report.
  ///
  /// - Parameter workers: how many threads check at once; at least one.
  public func verify(workers: Int = ProcessInfo.processInfo.activeProcessorCount) async -> VerifyReport {
    var findings: [VerifyReport.Finding] = []
    var listed: [String: Manifest.Resource]?
    var missing: [VerifyReport.Finding] = []
    do throws(BundleError) {
      let manifest = try await WorkQueue.run { () throws(BundleError) in try Manifest(of: self) }
      listed = Dictionary(manifest.resources.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
      missing = unfounded(manifest)
    } catch {
      findings.append(VerifyReport.Finding(error, member: Manifest.name))
    }
    let id = await WorkQueue.run { try? self.id() }
    let checked = members.filter { $0.name != Manifest.name }
    findings += await check(checked, against: listed, workers: max(1, workers)).flatMap { $0 }
    if member(IndexSpool.name) == nil && listed?[IndexSpool.name] == nil {
      findings.append(
        .init(.badIndex, IndexSpool.name, "there is no index.json, so documents cannot be found by their ids"))
    }
    return VerifyReport(
      id: id, members: members.count, bytes: members.reduce(0) { $0 + $1.bytes }, findings: findings + missing)
  }

  /// Checks members several at a time; their findings, in the order of the members.
  private func check(
    _ checked: [Member], against listed: [String: Manifest.Resource]?, workers: Int
  ) async -> [[VerifyReport.Finding]] {
    await withTaskGroup(of: (Int, [VerifyReport.Finding]).self) { group in
      var findings = [[VerifyReport.Finding]](repeating: [], count: checked.count)
      for (number, member) in checked.enumerated() {
        if number >= workers, let (done, found) = await group.next() { findings[done] = found }
        group.addTask {
          (number, await WorkQueue.run { self.check(member, against: listed) })
        }
      }
      for await (done, found) in group { findings[done] = found }
      return findings
    }
  }

  /// Checks one member against the directory and, if there is one, the manifest.
  private func check(_ member: Member, against listed: [String: Manifest.Resource]?) -> [VerifyReport.Finding] {
    var digest = ContentDigest()
    var index = member.name == IndexSpool.name ? IndexCheck(sizes: sizes) : nil
    do throws(BundleError) {
      try forEachChunk(of: member) { bytes throws(BundleError) in
        digest.update(bytes)
        index?.update(bytes)
      }
    } catch {
      return [.init(error, member: member.name)]
    }
    var findings = (index?.finish() ?? []).map { VerifyReport.Finding(.badIndex, member.name, $0) }
    guard let listed else { return findings }
    guard let resource = listed[member.name] else {
      return findings + [.init(.unlistedMember, member.name, "'\(member.name)' is not listed in \(Manifest.name)")]
    }
    if resource.bytes != member.bytes {
      let what = "'\(member.name)' has \(member.bytes) bytes, \(Manifest.name) says \(resource.bytes)"
      findings.append(.init(.damagedMember, member.name, what))
    } else if resource.hash != digest.finalize() {
      let what = "the content of '\(member.name)' is not the one that \(Manifest.name) names (SHA-256 differs)"
      findings.append(.init(.damagedMember, member.name, what))
    }
    return findings
  }

  private var sizes: [String: Int] {
    Dictionary(members.map { ($0.name, $0.bytes) }, uniquingKeysWith: { first, _ in first })
  }

  /// What the manifest lists in vain or twice.
  private func unfounded(_ manifest: Manifest) -> [VerifyReport.Finding] {
    var seen: Set<String> = []
    return manifest.resources.compactMap { resource in
      let shown = printable(resource.path.utf8)
      guard seen.insert(resource.path).inserted else {
        return .init(.badManifest, shown, "\(Manifest.name) lists '\(shown)' twice")
      }
      guard member(resource.path) == nil else { return nil }
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
