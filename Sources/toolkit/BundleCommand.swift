import ArgumentParser

/// `toolkit bundle …`: look into bundles, check and unpack them.
struct BundleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bundle", abstract: "List, verify and unpack bundles.", subcommands: [])
}
