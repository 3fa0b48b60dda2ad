import Foundation
import StageKit

/// A signature in a bundle: an SSH signature (OpenSSH's PROTOCOL.sshsig) over `datapackage.json`, in a member
/// `signatures/NAME.sig`.
public struct BundleSignature: Sendable, Equatable {
  /// What is signed, so that a signature made for something else is none of a bundle.
  static let namespace = "toolkit-bundle"
  /// No signature is longer, whatever the kind of key.
  static let mostBytes = 64 << 10

  /// The member that has it.
  public let member: String
  /// The kind of key, such as "ssh-ed25519".
  public let keyType: String
  /// The key as `ssh-keygen -l` shows it: "SHA256:" and its hash in base64.
  public let fingerprint: String
  /// The text of the file.
  let text: Data

  /// Whether a member's name is that of a signature.
  static func isName(_ name: String) -> Bool {
    name.hasPrefix("signatures/") && name.hasSuffix(".sig") && name.split(separator: "/").count == 2
  }

  /// Reads a signature.
  ///
  /// - Throws: `BundleError` for what is none, and for one that was made for another purpose.
  init(member: String, text: Data) throws(BundleError) {
    func bad(_ what: String) -> BundleError {
      BundleError(.untrusted, "'\(member)' \(what)", member: member)
    }
    let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
    guard text.count <= Self.mostBytes, lines.first == "-----BEGIN SSH SIGNATURE-----",
      lines.last == "-----END SSH SIGNATURE-----",
      let blob = Data(base64Encoded: lines.dropFirst().dropLast().joined())
    else { throw bad("is no SSH signature") }
    var reader = SSHStrings(Array(blob))
    guard reader.take(6) == Array("SSHSIG".utf8), reader.number() == 1, let key = reader.string(),
      let namespace = reader.string()
    else { throw bad("is no SSH signature of version 1") }
    guard namespace == Array(Self.namespace.utf8) else {
      throw bad("was made for '\(printable(namespace))', not for '\(Self.namespace)'")
    }
    var inner = SSHStrings(key)
    guard let type = inner.string(), !type.isEmpty else { throw bad("names no key") }
    self.member = member
    self.text = text
    keyType = printable(type)
    fingerprint = "SHA256:" + Self.base64(ofHash: ContentHash.sha256(key))
  }

  /// The name for a signature of this key: each key has one place in a bundle.
  var standardName: String {
    let kind = keyType.lowercased().unicodeScalars.map { ("a"..."z" ~= $0 || "0"..."9" ~= $0) ? String($0) : "-" }
      .joined()
    let mark = ContentHash.sha256(fingerprint).prefix(16)
    return "signatures/\(kind.prefix(40).trimmingPrefix("-"))-\(mark).sig"
  }

  /// Base64 without padding, as OpenSSH prints hashes.
  private static func base64(ofHash hash: String) -> String {
    var bytes = Data()
    var rest = Substring(hash)
    while !rest.isEmpty {
      bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
      rest = rest.dropFirst(2)
    }
    return bytes.base64EncodedString().trimmingSuffix("=")
  }
}

extension String {
  fileprivate func trimmingSuffix(_ character: Character) -> String {
    var text = self
    while text.last == character { text.removeLast() }
    return text
  }
}

/// Strings and numbers as SSH writes them (RFC 4251, section 5): most significant byte first.
private struct SSHStrings {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func take(_ count: Int) -> [UInt8]? {
    guard count <= bytes.count - place else { return nil }
    defer { place += count }
    return Array(bytes[place..<place + count])
  }

  mutating func number() -> UInt32? { take(4)?.reduce(0) { $0 << 8 | UInt32($1) } }

  mutating func string() -> [UInt8]? { number().flatMap { take(Int($0)) } }
}

extension BundleReader {
  /// The members that are signatures.
  public var signatureMembers: [Member] { members.filter { BundleSignature.isName($0.name) } }

  /// Reads the signature in a member.
  ///
  /// - Throws: `BundleError` when the member is damaged, or is no signature for bundles.
  func signature(_ member: Member) throws(BundleError) -> BundleSignature {
    guard member.bytes <= BundleSignature.mostBytes else {
      throw BundleError(.untrusted, "'\(member.name)' is too large for a signature", member: member.name)
    }
    return try BundleSignature(member: member.name, text: Data(try content(of: member)))
  }

  /// `datapackage.json`, which is what is signed.
  func signedBytes() throws(BundleError) -> [UInt8] {
    let member = try require(Manifest.name)
    guard member.bytes <= limits.manifestBytes else {
      throw .over("\(Manifest.name) has \(member.bytes) bytes", limits.manifestBytes, "bytes", member: Manifest.name)
    }
    return try content(of: member)
  }
}
