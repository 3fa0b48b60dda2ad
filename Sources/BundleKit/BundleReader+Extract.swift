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
      let root = try Directory(making: target)
      if !replacing, let taken = wanted.first(where: { root.contains($0.name) }) {
        throw .taken("\(root.path)/\(taken.name)", member: taken.name)
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

  private func extract(_ member: Member, under root: Directory, replacing: Bool) throws(BundleError) {
    let output = try root.newFile(member.name, placement: replacing ? .replacing : .exclusive)
    var offset: UInt64 = 0
    try forEachChunk(of: member) { bytes throws(BundleError) in
      try output.write(bytes, at: offset)
      offset += UInt64(bytes.count)
    }
    try output.commit()
  }
}

extension Directory {
  /// Opens a folder that is made if need be.
  convenience init(making target: URL) throws(BundleError) {
    do {
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
    } catch {
      throw BundleError(.io, "cannot make the folder; check the path and its permissions", path: target.path)
    }
    try self.init(path: target.path)
  }

  /// A new file for a member, in folders of this one that are made if need be.
  ///
  /// - Parameter name: a member's name, which is known to be allowed.
  func newFile(_ name: String, placement: NewFile.Placement) throws(BundleError) -> NewFile {
    var segments = name.split(separator: "/").map(String.init)
    let last = segments.popLast() ?? name
    var folder = self
    for segment in segments { folder = try folder.folder(segment) }
    return try NewFile(last, in: folder, placement: placement)
  }
}

extension BundleError {
  /// Something has the name that a file is to be unpacked to.
  static func taken(_ path: String, member: String) -> BundleError {
    let what = "'\(path)' exists already, so nothing was unpacked"
    let advice = "move it away, unpack elsewhere, or ask to replace files"
    return BundleError(.exists, "\(what); \(advice)", member: member)
  }
}
