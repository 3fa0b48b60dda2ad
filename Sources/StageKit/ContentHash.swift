import Crypto
import Foundation

/// SHA-256 of content, in hexadecimal: the hash of documents, files and bundle members.
public struct ContentHash {
  private var function = SHA256()

  /// The hash of nothing.
  public init() {}

  /// Adds bytes.
  public mutating func update(_ bytes: some DataProtocol) { function.update(data: bytes) }

  /// Adds bytes in memory.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) { function.update(bufferPointer: bytes) }

  /// The hash of all bytes added so far, as 64 lower-case hexadecimal digits.
  public func finish() -> String { Self.hexadecimal(function.finalize()) }

  /// The hash of bytes.
  public static func sha256(_ bytes: some DataProtocol) -> String { hexadecimal(SHA256.hash(data: bytes)) }

  /// The hash of a text's UTF-8.
  public static func sha256(_ text: String) -> String {
    var text = text
    return text.withUTF8 { utf8 in
      var function = SHA256()
      function.update(bufferPointer: UnsafeRawBufferPointer(utf8))
      return hexadecimal(function.finalize())
    }
  }

  private static func hexadecimal(_ digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
