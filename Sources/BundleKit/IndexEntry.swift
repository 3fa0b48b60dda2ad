import Foundation
import StageKit

/// Where one document lies in a bundle.
public struct IndexEntry: Sendable, Equatable {
  /// The table whose lines have entries.
  static let table = "documents"

  /// The document's id.
  public let id: String
  /// The member that has its line.
  public let member: String
  /// Where the line begins, in bytes of the uncompressed member.
  public let offset: Int
  /// How many bytes the line has, its line break not counted.
  public let length: Int
  /// The first 64 bits of the SHA-256 of the line without its line break.
  let digest: UInt64

  /// The first 16 of the 64 hexadecimal digits of the SHA-256 of the line without its line break.
  public var hash: String { Self.digits(digest, count: 16) }

  /// By which entries are sorted first: equal ids have equal marks, and marks are spread evenly.
  var mark: UInt32 { Self.mark(of: id) }

  /// The mark of an id: FNV-1a with 64 bits of its UTF-8, the halves joined by exclusive or.
  static func mark(of id: String) -> UInt32 { UInt32(truncatingIfNeeded: PartedTable.mark(of: id)) }

  /// What an entry has as ``digest`` for a line.
  static func digest(of line: UnsafeRawBufferPointer) -> UInt64 { ContentKey(of: line).high }

  /// The number of lower-case hexadecimal digits, 16 at most.
  static func number(_ digits: some Sequence<UInt8>) -> UInt64? {
    var number: UInt64 = 0
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(digit - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
      default: return nil
      }
    }
    return number
  }

  /// A number in so many lower-case hexadecimal digits.
  static func digits(_ number: some FixedWidthInteger & UnsignedInteger, count: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}
