import Foundation
import Testing

@testable import BundleKit

/// Signatures by `ssh-keygen`, and sealed bundles by `age`.
@Suite struct SigningTests {
  static let hasSSH = Tool("ssh-keygen") != nil
  static let hasAge = Tool("age") != nil && Tool("age-keygen") != nil

  private func key(_ name: String, in scratch: Scratch) throws -> URL {
    let made = try #require(Tool("ssh-keygen")).run(
      ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", scratch.file(name).path])
    #expect(made.status == 0, "\(made.output)")
    return scratch.file(name)
  }

  private func allowed(_ name: String, in scratch: Scratch) throws -> URL {
    let text = try String(contentsOf: scratch.file("\(name).pub"), encoding: .utf8)
    return try scratch.file("allowed", Array("\(name)@example.org namespaces=\"toolkit-bundle\" \(text)".utf8))
  }

  @Test(.enabled(if: hasSSH, "needs ssh-keygen")) func signedByOneTrustedByAll() async throws {
    let scratch = try Scratch()
    let written = try await writeSample(at: scratch.file("a.zip"))
    let ada = try key("ada", in: scratch)
    let before = try BundleReader(at: scratch.file("a.zip"))
    #expect(try await before.signers(allowedSigners: nil) == [])
    let signature = try await before.sign(with: ada)
    #expect(signature.keyType == "ssh-ed25519" && signature.fingerprint.hasPrefix("SHA256:"))

    let reader = try BundleReader(at: scratch.file("a.zip"))
    #expect(try reader.id() == written.id)
    #expect(reader.members.dropLast() == before.members[...])
    #expect(await reader.verify().findings == [])
    let list = try allowed("ada", in: scratch)
    let trusted = try await reader.signers(allowedSigners: list)
    #expect(trusted.map(\.status) == [.trusted])
    #expect(trusted.map(\.signer) == ["ada@example.org"])
    #expect(trusted.map(\.key) == ["ssh-ed25519 \(signature.fingerprint)"])
    #expect(try await reader.signers(allowedSigners: nil).map(\.status) == [.unknown])

    // ssh-keygen itself agrees.
    let text = try scratch.file("sig", [UInt8](try reader.read(signature.member)))
    let package = try scratch.file("package", [UInt8](try reader.read("datapackage.json")))
    let shell = try #require(Tool("sh")).run([
      "-c",
      "ssh-keygen -Y verify -f \(list.path) -I ada@example.org -n toolkit-bundle -s \(text.path) < \(package.path)",
    ])
    #expect(shell.status == 0, "\(shell.output)")

    // A second key adds a second signature; the same key has signed already.
    _ = try await reader.sign(with: try key("bob", in: scratch))
    let both = try BundleReader(at: scratch.file("a.zip"))
    #expect(try await both.signers(allowedSigners: list).map(\.status) == [.trusted, .unknown])
    let again = await #expect(throws: BundleError.self) { _ = try await both.sign(with: ada) }
    #expect(again?.code == .exists)
    #expect(try scratch.names.allSatisfy { !$0.hasPrefix(".") })
    if let unzip = Tool.unzip { #expect(try unzip.run(["-t", scratch.file("a.zip").path]).status == 0) }
  }

  @Test(.enabled(if: hasSSH, "needs ssh-keygen")) func signaturesThatDoNotFit() async throws {
    let scratch = try Scratch()
    _ = try await writeSample(at: scratch.file("a.zip"))
    let ada = try key("ada", in: scratch)
    let signature = try await BundleReader(at: scratch.file("a.zip")).sign(with: ada)
    let text = String(decoding: try BundleReader(at: scratch.file("a.zip")).read(signature.member), as: UTF8.self)
    let manifest = #"{"resources":[]}"#
    // Of another bundle; for another purpose; none at all.
    let note = try scratch.file("note", Array("note".utf8))
    _ = try #require(Tool("ssh-keygen")).run(["-Y", "sign", "-q", "-f", ada.path, "-n", "file", note.path])
    let foreign = try String(contentsOf: scratch.file("note.sig"), encoding: .utf8)
    let cases = [
      (text, "the signature does not fit this bundle"),
      (foreign, "'signatures/x.sig' was made for 'file', not for 'toolkit-bundle'"),
      ("hello", "'signatures/x.sig' is no SSH signature"),
      (
        "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAf////8=\n-----END SSH SIGNATURE-----\n",
        "'signatures/x.sig' is no SSH signature of version 1"
      ),
    ]
    for (text, reason) in cases {
      let members = [ForgedMember("datapackage.json", manifest), ForgedMember("signatures/x.sig", text)]
      let reader = try BundleReader(at: try scratch.file("b.zip", forge(members)))
      let verdicts = try await reader.signers(allowedSigners: try allowed("ada", in: scratch))
      #expect(verdicts.map(\.status) == [.bad])
      #expect(verdicts.first?.reason?.hasPrefix(reason) == true, "\(verdicts)")
      // Integrity is another verdict.
      #expect(await reader.verify().findings.map(\.code) == [.badIndex])
    }
  }

  @Test(.enabled(if: hasSSH, "needs ssh-keygen")) func keysThatCannotSign() async throws {
    let scratch = try Scratch()
    _ = try await writeSample(at: scratch.file("a.zip"))
    let reader = try BundleReader(at: scratch.file("a.zip"))
    let missing = await #expect(throws: BundleError.self) { _ = try await reader.sign(with: scratch.file("none")) }
    #expect(missing?.code == .io)
    let junk = try scratch.file("junk", Array("no key".utf8))
    let refused = await #expect(throws: BundleError.self) { _ = try await reader.sign(with: junk) }
    #expect(refused?.code == .programFailed)
    #expect(try scratch.names == ["a.zip", "junk"])
  }

  @Test func aMissingProgramIsNamed() {
    let error = #expect(throws: BundleError.self) { try Program("no-such-program", to: "fly") }
    #expect(error?.code == .missingProgram)
    #expect(
      error?.message
        == "the program 'no-such-program', which is needed to fly, is not on the PATH; install no-such-program")
  }

  @Test(.enabled(if: hasAge, "needs age")) func sealedForOneRecipient() async throws {
    let scratch = try Scratch()
    _ = try await writeSample(at: scratch.file("a.zip"))
    let age = try #require(Tool("age"))
    let keygen = try #require(Tool("age-keygen")).run(["-o", scratch.file("key").path])
    let recipient = try #require(keygen.output.split(separator: " ").last?.trimmingCharacters(in: .newlines))
    _ = try #require(Tool("age-keygen")).run(["-o", scratch.file("other").path])
    let sealed = scratch.file("a.zip.age")
    try await BundleSealing.seal(scratch.file("a.zip"), to: [recipient], at: sealed)
    #expect(try bytes(of: sealed).starts(with: "age-encryption.org/v1".utf8))

    try await BundleSealing.open(sealed, with: [scratch.file("key")], at: scratch.file("b.zip"))
    #expect(try bytes(of: scratch.file("b.zip")) == bytes(of: scratch.file("a.zip")))
    #expect(
      try age.run(["-d", "-i", scratch.file("key").path, "-o", scratch.file("c.zip").path, sealed.path]).status == 0)
    #expect(try bytes(of: scratch.file("c.zip")) == bytes(of: scratch.file("a.zip")))
    // And what age sealed, we open.
    #expect(
      try age.run(["-r", recipient, "-o", scratch.file("theirs.age").path, scratch.file("a.zip").path]).status == 0)
    try await BundleSealing.open(scratch.file("theirs.age"), with: [scratch.file("key")], at: scratch.file("d.zip"))

    let names = try scratch.names
    let wrong = await #expect(throws: BundleError.self) {
      try await BundleSealing.open(sealed, with: [scratch.file("other")], at: scratch.file("e.zip"))
    }
    #expect(wrong?.code == .programFailed)
    let junk = try scratch.file("junk", noise(100))
    #expect(try age.run(["-r", recipient, "-o", scratch.file("junk.age").path, junk.path]).status == 0)
    let noBundle = await #expect(throws: BundleError.self) {
      try await BundleSealing.open(scratch.file("junk.age"), with: [scratch.file("key")], at: scratch.file("e.zip"))
    }
    #expect(noBundle?.code == .notABundle)
    let nobody = await #expect(throws: BundleError.self) {
      try await BundleSealing.seal(scratch.file("a.zip"), to: ["nobody"], at: scratch.file("f.age"))
    }
    #expect(nobody?.code == .programFailed)
    #expect(try scratch.names == (names + ["junk", "junk.age"]).sorted())
  }
}
