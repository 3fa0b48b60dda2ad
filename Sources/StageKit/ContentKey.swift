import Crypto
import Foundation

/// The name of a result by all that it depends on: the first 128 bits of a SHA-256.
///
/// Equal keys mean equal content. Two contents with one key would take 2^64 tries to find.
public struct ContentKey: Hashable, Sendable {
  /// The first eight bytes of the hash, big endian.
  public let high: UInt64
  /// The next eight bytes.
  public let low: UInt64

  /// A key that was kept as two numbers.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The key of some bytes.
  public init(of bytes: UnsafeRawBufferPointer) {
    var function = SHA256()
    function.update(bufferPointer: bytes)
    self.init(function.finalize())
  }

  /// The key of a text's UTF-8.
  public init(of text: String) {
    var text = text
    self = text.withUTF8 { ContentKey(of: UnsafeRawBufferPointer($0)) }
  }

  /// The key of what follows from this and another: a document at a stage, a text under a model. The order matters.
  public func with(_ other: ContentKey) -> ContentKey {
    var numbers = (high.bigEndian, low.bigEndian, other.high.bigEndian, other.low.bigEndian)
    return withUnsafeBytes(of: &numbers) { ContentKey(of: $0) }
  }

  private init(_ digest: SHA256.Digest) {
    let bytes = digest.prefix(16)
    high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
