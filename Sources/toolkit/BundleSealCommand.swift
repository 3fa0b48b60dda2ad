import ArgumentParser
import BundleKit
import Foundation

/// `toolkit bundle seal`: a bundle that only its recipients can open.
struct BundleSealCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seal", abstract: "Encrypt a bundle for its recipients, through age.",
    discussion: "Sign first, then seal: a sealed bundle does not show who made it. `toolkit bundle open` opens it.")

  @Argument(help: "The bundle.")
  var bundle: String

  @Option(
    name: .customLong("to"), parsing: .singleValue,
    help: ArgumentHelp(
      "Who can open it: an age or SSH public key, or a file with such keys; may be repeated.", valueName: "recipient"))
  var recipients: [String]

  @Option(name: .shortAndLong, help: "The sealed file. (default: the bundle's name with .age)")
  var output: String?

  @OptionGroup var limits: BundleArguments

  func run() async throws {
    let reader = try limits.open(bundle)
    let target = output ?? bundle + ".age"
    try await BundleCommand.reporting {
      try await BundleSealing.seal(reader.url, to: recipients, at: URL(fileURLWithPath: target))
    }
    Console.print(target)
  }
}

/// `toolkit bundle open`: what was sealed.
struct BundleOpenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Decrypt a sealed bundle, through age.",
    discussion:
      "What comes out must be a bundle, or nothing is written. `toolkit bundle verify` says whether it is whole.")

  @Argument(help: "The sealed file.")
  var sealed: String

  @Option(
    name: .shortAndLong, parsing: .singleValue,
    help: "A file with an age or SSH private key; may be repeated. Without any, age asks for a passphrase.")
  var identity: [String] = []

  @Option(name: .shortAndLong, help: "The bundle to write. (default: the name without .age)")
  var output: String?

  func run() async throws {
    guard let target = output ?? (sealed.hasSuffix(".age") ? String(sealed.dropLast(4)) : nil) else {
      throw ValidationError("Say with --output what the bundle is to be called: '\(sealed)' does not end with .age.")
    }
    try await BundleCommand.reporting {
      try await BundleSealing.open(
        URL(fileURLWithPath: sealed), with: identity.map { URL(fileURLWithPath: $0) },
        at: URL(fileURLWithPath: target))
    }
    Console.print(target)
  }
}
