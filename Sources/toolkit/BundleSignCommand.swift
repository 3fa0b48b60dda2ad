import ArgumentParser
import BundleKit
import Foundation

/// `toolkit bundle sign`: a signature by an SSH key.
struct BundleSignCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign", abstract: "Sign a bundle with an SSH key, through ssh-keygen.",
    discussion: """
      Agents, passphrases and hardware keys work as with ssh itself; for a key in an agent, name its public half. The \
      signature becomes a member of the bundle; the bundle's id stays.
      """)

  @Argument(help: "The bundle.")
  var bundle: String

  @Option(name: .shortAndLong, help: "The key: a private key's file, or a public key's if an agent has the other half.")
  var key: String

  @OptionGroup var limits: BundleArguments

  func run() async throws {
    let reader = try limits.open(bundle)
    let signature = try await BundleCommand.reporting {
      // Nobody should sign what is not whole.
      guard let finding = await reader.verify().findings.first else {
        return try await reader.sign(with: URL(fileURLWithPath: key))
      }
      Console.report("\(bundle): error[\(finding.code.rawValue)]: \(finding.message)")
      throw ExitCodes.untrusted
    }
    Console.print("\(bundle): signed with \(signature.keyType) \(signature.fingerprint)")
  }
}
