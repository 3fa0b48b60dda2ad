import Crypto

/// A short name for what a model computes.
enum Fingerprint {
  /// Raised whenever the same file gives noticeably other vectors: another quantisation, another pooling.
  private static let revision = 1
  private static let edge = 1 << 16
  private static let sample = 1 << 12
  private static let samples = 64

  /// Eight bytes in hexadecimal, of the SHA-256 of the size, of the first and last 64 KiB (shape, first pieces, last
  /// tensors) and of 64 evenly spaced samples of 4 KiB.
  ///
  /// It tells models and versions apart, in a millisecond. It is no proof against tampering: `make setup` compares
  /// the hash of the whole file.
  static func of(_ file: MappedFile) -> String {
    let bytes = file.bytes
    var hash = SHA256()
    hash.update(data: Array("\(revision) \(bytes.count) ".utf8))
    hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes.prefix(edge)))
    for index in 0..<samples {
      let start = bytes.count / samples * index
      hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[start...].prefix(sample)))
    }
    hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes.suffix(edge)))
    let digits = Array("0123456789abcdef")
    return String(hash.finalize().prefix(8).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
