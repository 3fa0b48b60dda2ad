import Foundation

extension BundleReader {
  /// Signs the bundle through `ssh-keygen -Y sign`: keys in files, agents and hardware keys all work.
  ///
  /// The file is copied to a hidden name with the signature as one more member, and then takes the place of the old one;
  /// no other byte of a member changes, nor does the bundle's id.
  ///
  /// - Parameter key: a private key, or a public key whose private half an agent has.
  /// - Returns: the signature. A key that has signed before replaces nothing: it is the same signature's place.
  /// - Throws: `BundleError` when the key can't sign, has signed already, or the file can't be written.
  public func sign(with key: URL) async throws(BundleError) -> BundleSignature {
    do throws(BundleError) {
      return try await WorkQueue.run { () throws(BundleError) in
        let signature = try self.makeSignature(with: key)
        guard self.member(signature.member) == nil else {
          throw BundleError(
            .exists, "the bundle is signed with this key already ('\(signature.member)')", member: signature.member)
        }
        let text = Array(signature.text)
        let bench = Workbench(pageBytes: 0)
        try self.copy(
          adding: try PackedMember(signature.member, text, level: 6, thresholds: .format, bench: bench))
        return signature
      }
    } catch {
      throw error.at(url.path)
    }
  }

  private func makeSignature(with key: URL) throws(BundleError) -> BundleSignature {
    let program = try Program("ssh-keygen", to: "sign bundles")
    _ = try InputFile(path: key.path)
    let folder = try ScratchFolder()
    let signed = try folder.file(Manifest.name, try signedBytes())
    let result = try program.run(
      ["-Y", "sign", "-q", "-f", key.path, "-n", BundleSignature.namespace, signed.path], isSilent: false)
    let file = URL(fileURLWithPath: signed.path + ".sig")
    guard result.status == 0, let text = try? Data(contentsOf: file) else {
      throw BundleError(.programFailed, "ssh-keygen could not sign with '\(key.path)'; its own words are above")
    }
    let draft = try BundleSignature(member: "signatures/new.sig", text: text)
    return try BundleSignature(member: draft.standardName, text: text)
  }

  /// Writes the file anew with one member more, which stands behind all others.
  private func copy(adding member: PackedMember) throws(BundleError) {
    let place = url.standardizedFileURL.resolvingSymlinksInPath()
    let folder = try Directory(path: place.deletingLastPathComponent().path)
    let output = try NewFile(place.lastPathComponent, in: folder, placement: .replacing)
    let record = try ZipEnd.read(file).record
    guard let directoryBytes = Int(exactly: record.directoryBytes) else {
      throw .damaged("its directory is too large")
    }
    var directory = try file.read(directoryBytes, at: record.directoryOffset)
    var offset: UInt64 = 0
    while offset < record.directoryOffset {
      let block = try file.read(Int(min(1 << 20, record.directoryOffset - offset)), at: offset)
      try output.write(block, at: offset)
      offset += UInt64(block.count)
    }
    directory += member.header.central(offset: offset, thresholds: .format)
    for bytes in [member.header.local(), member.payload] {
      try output.write(bytes, at: offset)
      offset += UInt64(bytes.count)
    }
    let end = EndRecord(
      members: record.members + 1, directoryBytes: UInt64(directory.count), directoryOffset: offset)
    try output.write(directory + end.encoded(thresholds: .format), at: offset)
    try NewFile.synchronize(output.descriptor, path: url.path)
    try output.commit()
    try folder.synchronize()
  }
}
