import ArgumentParser
import BundleKit
import Foundation

/// `toolkit bundle verify`: whether a bundle is whole, and who has signed it.
struct BundleVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that a bundle is whole, and who has signed it.",
    discussion: """
      Two verdicts: whether every member has its size, checksum and SHA-256; and who has signed, by a list of allowed \
      signers as ssh-keygen reads it (lines such as 'ada@example.org ssh-ed25519 AAAA…'). Without --signers the list \
      allowed_signers in toolkit's folder of ~/.config is used, if it is there. Exits with 4 if anything is damaged, \
      missing or not listed, if a signature is bad, or if --signers was given and none of them has signed.
      """)

  @Argument(help: "The bundles.")
  var bundles: [String]

  @Flag(help: "Check the structure and the index only, not the content: a matter of milliseconds.")
  var fast = false

  @Option(help: ArgumentHelp("Check that share of the content, drawn by chance, such as 5%.", valueName: "n%"))
  var sample: SampleShare?

  @Option(help: ArgumentHelp("Who may sign: a list as ssh-keygen reads it.", valueName: "file"))
  var signers: String?

  @OptionGroup var limits: BundleArguments

  @Option(help: "text or json.")
  var format = OutputFormat.text

  func validate() throws {
    if fast, sample != nil { throw ValidationError("Give either --fast or --sample, not both.") }
  }

  private var scope: VerifyScope {
    if fast { return .structure }
    return sample.map { .sample(share: $0.share, seed: .random(in: .min ... .max)) } ?? .whole
  }

  /// The list that was named, or the user's own.
  private var allowedSigners: URL? {
    if let signers { return URL(fileURLWithPath: signers) }
    let environment = ProcessInfo.processInfo.environment
    let folder = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory() + "/.config"
    let file = URL(fileURLWithPath: "\(folder)/toolkit/allowed_signers")
    return FileManager.default.fileExists(atPath: file.path) ? file : nil
  }

  func run() async throws {
    var verdicts: [BundleVerdict] = []
    for path in bundles { verdicts.append(await verify(path)) }
    switch format {
    case .json: try Console.print(json: verdicts)
    case .text: for verdict in verdicts { verdict.show() }
    }
    // A damaged bundle outweighs one that could not be read.
    if let code = verdicts.compactMap({ $0.code(needsSigner: signers != nil) }).max(by: { $0.rawValue < $1.rawValue }) {
      throw code
    }
  }

  private func verify(_ path: String) async -> BundleVerdict {
    var verdict = BundleVerdict(bundle: path)
    do throws(BundleError) {
      let reader = try BundleReader(at: URL(fileURLWithPath: path), limits: limits.limits)
      let report = await reader.verify(scope)
      (verdict.whole, verdict.report) = (report.isWhole, report)
      do throws(BundleError) {
        verdict.signers = try await reader.signers(allowedSigners: allowedSigners)
      } catch {
        verdict.unchecked = error
      }
    } catch {
      verdict.fault = error
    }
    return verdict
  }
}

/// A share in percent.
struct SampleShare: ExpressibleByArgument {
  let share: Double

  /// Reads `5%` or `5`.
  init?(argument: String) {
    let number = argument.hasSuffix("%") ? argument.dropLast() : argument[...]
    guard let percent = Double(number), percent > 0, percent <= 100 else { return nil }
    share = percent / 100
  }
}
