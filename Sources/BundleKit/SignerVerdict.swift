import Foundation

/// What is known of one signature of a bundle.
public struct SignerVerdict: Sendable, Equatable, Encodable {
  /// How far a signature can be trusted.
  public enum Status: String, Sendable, Encodable {
    /// It fits the bundle, and the list of allowed signers names the key.
    case trusted
    /// It fits the bundle, but nobody vouches for the key.
    case unknown
    /// It does not fit the bundle, or is no signature.
    case bad
  }

  /// The member that has it.
  public let member: String
  /// How far it can be trusted.
  public let status: Status
  /// Who the list of allowed signers says it is.
  public let signer: String?
  /// The key's kind and fingerprint.
  public let key: String?
  /// Why it is bad.
  public let reason: String?
}

extension BundleReader {
  /// Checks the signatures of a bundle by `ssh-keygen -Y`. Whether the content is whole is another question:
  /// ``verify(_:workers:)``.
  ///
  /// - Parameter allowedSigners: a list as `ssh-keygen` reads it (ALLOWED SIGNERS in its manual); without one, no signer
  ///   is known.
  /// - Returns: one verdict a signature, in the order of the file.
  /// - Throws: `BundleError` when `ssh-keygen` or the list is missing, or `datapackage.json` is damaged.
  public func signers(allowedSigners: URL?) async throws(BundleError) -> [SignerVerdict] {
    guard !signatureMembers.isEmpty else { return [] }
    return try await WorkQueue.run { () throws(BundleError) in
      if let allowedSigners { _ = try InputFile(path: allowedSigners.path) }
      let check = try SignatureCheck(of: try self.signedBytes(), allowedSigners: allowedSigners)
      var verdicts: [SignerVerdict] = []
      for member in self.signatureMembers { verdicts.append(try check.verdict(on: member, of: self)) }
      return verdicts
    }
  }
}

/// Asks `ssh-keygen` about signatures over the same bytes.
private struct SignatureCheck {
  private let program: Program
  private let folder: ScratchFolder
  private let signed: URL
  private let allowedSigners: URL?

  init(of signed: [UInt8], allowedSigners: URL?) throws(BundleError) {
    program = try Program("ssh-keygen", to: "check signatures")
    folder = try ScratchFolder()
    self.signed = try folder.file(Manifest.name, signed)
    self.allowedSigners = allowedSigners
  }

  func verdict(on member: Member, of reader: BundleReader) throws(BundleError) -> SignerVerdict {
    let signature: BundleSignature
    do throws(BundleError) {
      signature = try reader.signature(member)
    } catch {
      guard error.code == .untrusted || error.code == .damagedMember else { throw error }
      return SignerVerdict(member: member.name, status: .bad, signer: nil, key: nil, reason: error.message)
    }
    let key = "\(signature.keyType) \(signature.fingerprint)"
    func verdict(_ status: SignerVerdict.Status, _ signer: String? = nil, _ reason: String? = nil) -> SignerVerdict {
      SignerVerdict(member: member.name, status: status, signer: signer, key: key, reason: reason)
    }
    let file = try folder.file("signature", signature.text)
    let ours = ["-n", BundleSignature.namespace, "-s", file.path]
    if let list = allowedSigners?.path {
      let found = try program.run(["-Y", "find-principals", "-s", file.path, "-f", list], isSilent: true)
      for line in found.output.split(whereSeparator: \.isNewline) where found.status == 0 {
        for name in line.split(separator: ",") {
          let result = try program.run(
            ["-Y", "verify", "-f", list, "-I", String(name)] + ours, input: signed, isSilent: true)
          if result.status == 0 { return verdict(.trusted, printable(name.utf8)) }
        }
      }
    }
    let result = try program.run(["-Y", "check-novalidate"] + ours, input: signed, isSilent: true)
    if result.status == 0 { return verdict(.unknown) }
    let why = result.complaint.isEmpty ? "" : " (ssh-keygen says: \(result.complaint))"
    return verdict(.bad, nil, "the signature does not fit this bundle\(why)")
  }
}
