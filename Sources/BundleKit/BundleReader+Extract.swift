import Foundation

extension BundleReader {
  /// Unpacks members under a folder, which is made if need be.
  ///
  /// Folders are opened one in the other and never through links, so nothing can land outside of the target. Content
  /// is checked while it is written; the file of a damaged member is removed again.
  ///
  /// - Parameters:
  ///   - target: the folder.
  ///   - names: which members; all of them if `nil`.
  ///   - replacing: whether files that exist are replaced; otherwise nothing is unpacked if one of them exists.
  /// - Returns: where the members are now, in the order of `names` or of the bundle.
  /// - Throws: `BundleError` for the first member that fails; those before it stay.
  @discardableResult
  public func extract(to target: URL, only names: [String]? = nil, replacing: Bool = false) throws(BundleError) -> [URL]
  {
    do throws(BundleError) {
      var wanted: [Member] = []
      for name in names ?? members.map(\.name) { wanted.append(try require(name)) }
      let root = try openTarget(target)
      if !replacing, let taken = wanted.first(where: { root.contains($0.name) }) {
        let what = "'\(root.path)/\(taken.name)' exists already, so nothing was unpacked"
        let advice = "move it away, unpack elsewhere, or ask to replace files"
        throw BundleError(.exists, "\(what); \(advice)", member: taken.name)
      }
      var made: [URL] = []
      for member in wanted {
        try extract(member, under: root, replacing: replacing)
        made.append(target.appendingPathComponent(member.name, isDirectory: false))
      }
      return made
    } catch {
      throw error.at(url.path)
    }
  }

  private func openTarget(_ target: URL) throws(BundleError) -> Directory {
    do {
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
    } catch {
      throw BundleError(.io, "cannot make the folder; check the path and its permissions", path: target.path)
    }
    return try Directory(path: target.path)
  }

  private func extract(_ member: Member, under root: Directory, replacing: Bool) throws(BundleError) {
    let segments = member.name.split(separator: "/").map(String.init)
    var folder = root
    for segment in segments.dropLast() { folder = try folder.folder(segment) }
    guard let name = segments.last else { return }
    let output = try NewFile(name, in: folder, placement: replacing ? .replacing : .exclusive)
    var offset: UInt64 = 0
    try forEachChunk(of: member) { bytes throws(BundleError) in
      try output.write(bytes, at: offset)
      offset += UInt64(bytes.count)
    }
    try output.commit()
  }
}
