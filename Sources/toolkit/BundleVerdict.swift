import ArgumentParser
import BundleKit

/// What `bundle verify` says of one bundle: integrity and signers apart.
struct BundleVerdict: Encodable {
  /// The path as it was given.
  var bundle: String
  /// Whether all that was checked is as it should be.
  var whole = false
  /// What was checked; nil if the file could not be opened.
  var report: VerifyReport?
  /// One verdict a signature; nil if they could not be checked.
  var signers: [SignerVerdict]?
  /// Why the file could not be opened.
  var fault: BundleError?
  /// Why the signatures could not be checked.
  var unchecked: BundleError?

  /// Of so many ids, the rest is told by number.
  private static let mostIDs = 10

  private enum Key: CodingKey { case bundle, whole, report, signers, error, signersError }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(bundle, forKey: .bundle)
    try fields.encode(whole, forKey: .whole)
    try fields.encodeIfPresent(report, forKey: .report)
    try fields.encodeIfPresent(signers, forKey: .signers)
    try fields.encodeIfPresent(fault?.description, forKey: .error)
    try fields.encodeIfPresent(unchecked?.description, forKey: .signersError)
  }

  /// The exit code; nil if all is well.
  ///
  /// - Parameter needsSigner: whether somebody who is trusted must have signed.
  func code(needsSigner: Bool) -> ExitCode? {
    if let fault { return BundleCommand.exitCode(for: fault) }
    let signers = signers ?? []
    if !whole || signers.contains(where: { $0.status == .bad }) { return ExitCodes.untrusted }
    if needsSigner, let unchecked { return BundleCommand.exitCode(for: unchecked) }
    return needsSigner && !signers.contains { $0.status == .trusted } ? ExitCodes.untrusted : nil
  }

  /// Prints it for people.
  func show() {
    if let fault { return Console.report("\(fault)") }
    guard let report else { return }
    if whole {
      Console.print("\(bundle): whole; \(count(report.members, "member")), \(report.bytes) bytes")
      if report.checkedMembers < report.members {
        Console.print("  checked \(report.checkedMembers) of them with \(report.checkedBytes) bytes, and the structure")
      }
      Console.print("  id \(report.id ?? "unknown")")
    } else {
      Console.print("\(bundle): damaged")
      for finding in report.findings { show(finding) }
      if report.findings.contains(where: { $0.code == .damagedMember }) {
        Console.print("  `toolkit bundle extract --salvage` saves what is still good")
      }
    }
    showSigners()
  }

  private func show(_ finding: VerifyReport.Finding) {
    Console.print("  \(finding.member): error[\(finding.code.rawValue)]: \(finding.message)")
    guard let lost = finding.documents else { return }
    let ids = lost.prefix(Self.mostIDs).joined(separator: ", ")
    let more = lost.count > Self.mostIDs ? ", …" : ""
    Console.print("    lost with it: \(count(lost.count, "document"))\(lost.isEmpty ? "" : ": ")\(ids)\(more)")
  }

  private func showSigners() {
    if let unchecked { return Console.print("  signers: not checked: \(unchecked.message)") }
    guard let signers, !signers.isEmpty else { return Console.print("  signers: none") }
    for signer in signers {
      let key = signer.key.map { " (\($0))" } ?? ""
      switch signer.status {
      case .trusted: Console.print("  signed by \(signer.signer ?? "")\(key)")
      case .unknown: Console.print("  signed by somebody unknown\(key): the list of allowed signers has no such key")
      case .bad: Console.print("  \(signer.member): error[untrusted]: \(signer.reason ?? "the signature is bad")\(key)")
      }
    }
  }
}
