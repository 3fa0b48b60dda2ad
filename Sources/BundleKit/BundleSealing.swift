import Foundation

/// Bundles that only their recipients can open: `age` files (age-encryption.org/v1) round the whole ZIP file.
public enum BundleSealing {
  /// Encrypts a file.
  ///
  /// - Parameters:
  ///   - bundle: what to encrypt.
  ///   - recipients: age or SSH public keys, or paths of files that list such.
  ///   - output: where the sealed file is to be; replaced once the new one is complete.
  /// - Throws: `BundleError`: without `age`, for a recipient that it does not know, when the file can't be written.
  public static func seal(_ bundle: URL, to recipients: [String], at output: URL) async throws(BundleError) {
    guard !recipients.isEmpty else {
      throw BundleError(.invalidInput, "a sealed bundle needs at least one recipient", path: bundle.path)
    }
    var arguments: [String] = []
    for recipient in recipients {
      let isFile = FileManager.default.fileExists(atPath: recipient)
      arguments += isFile ? ["-R", path(recipient)] : ["-r", recipient]
    }
    try await run(arguments, from: bundle, to: output, purpose: "seal bundles") { _ in }
  }

  /// Decrypts a sealed file, which must hold a bundle.
  ///
  /// - Parameters:
  ///   - sealed: what to decrypt.
  ///   - identities: files with private keys; without any, `age` asks for a passphrase.
  ///   - output: where the bundle is to be; replaced once it has proved to be one.
  /// - Throws: `BundleError`: without `age`, without the right key, or when no bundle comes out.
  public static func open(_ sealed: URL, with identities: [URL], at output: URL) async throws(BundleError) {
    let arguments = ["--decrypt"] + identities.flatMap { ["-i", path($0.path)] }
    try await run(arguments, from: sealed, to: output, purpose: "open sealed bundles") { opened throws(BundleError) in
      _ = try BundleReader(at: opened)
    }
  }

  /// Lets `age` write a hidden file, and gives it its name once it has proved good.
  private static func run(
    _ arguments: [String], from source: URL, to output: URL, purpose: String,
    _ check: @escaping @Sendable (URL) throws(BundleError) -> Void
  ) async throws(BundleError) {
    try await WorkQueue.run { () throws(BundleError) in
      let program = try Program("age", to: purpose)
      let input = try InputFile(path: source.path)
      let folder = try Directory(path: output.standardizedFileURL.deletingLastPathComponent().path)
      let file = try NewFile(output.lastPathComponent, in: folder, placement: .replacing)
      let hidden = URL(fileURLWithPath: "\(folder.path)/\(file.name)")
      let result = try program.run(arguments + ["-o", hidden.path, "--", path(input.path)], isSilent: false)
      guard result.status == 0 else {
        throw BundleError(.programFailed, "age could not do that; its own words are above", path: source.path)
      }
      do throws(BundleError) {
        try check(hidden)
      } catch {
        throw BundleError(error.code, error.message, member: error.member, path: source.path)
      }
      try NewFile.synchronize(file.descriptor, path: output.path)
      try file.commit()
      try folder.synchronize()
    }
  }

  /// A path that cannot be taken for an option.
  private static func path(_ path: String) -> String { path.hasPrefix("-") ? "./\(path)" : path }
}
