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
    func digit(_ number: UInt8) -> UInt8 { number < 10 ? UInt8(ascii: "0") + number : UInt8(ascii: "a") + number - 10 }
    return String(unsafeUninitializedCapacity: 2 * SHA256.byteCount) { text in
      var count = 0
      for byte in digest {
        text[count] = digit(byte >> 4)
        text[count + 1] = digit(byte & 15)
        count += 2
      }
      return count
    }
  }
}
