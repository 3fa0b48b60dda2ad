internal import Crypto

/// SHA-256 over bytes that come in pieces. The only place that knows which library computes it.
struct ContentDigest {
  private var hasher = SHA256()

  /// Adds the next bytes.
  mutating func update(_ bytes: UnsafeRawBufferPointer) { hasher.update(bufferPointer: bytes) }

  /// The hash of all bytes so far, as bundles write it: "sha256:" and 64 lower-case hexadecimal digits.
  func finalize() -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text = Array("sha256:".utf8)
    for byte in hasher.finalize() {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The hash of bytes that are all there.
  static func of(_ bytes: UnsafeRawBufferPointer) -> String {
    var digest = ContentDigest()
    digest.update(bytes)
    return digest.finalize()
  }
}
