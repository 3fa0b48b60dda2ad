import StageKit

/// SHA-256 over bytes that come in pieces, as bundles write it: "sha256:" and 64 lower-case hexadecimal digits.
struct ContentDigest {
  private var hash = ContentHash()

  /// Adds the next bytes.
  mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bytes) }

  /// The hash of all bytes so far.
  func finalize() -> String { "sha256:" + hash.finish() }

  /// The hash of bytes that are all there.
  static func of(_ bytes: UnsafeRawBufferPointer) -> String {
    var digest = ContentDigest()
    digest.update(bytes)
    return digest.finalize()
  }
}
