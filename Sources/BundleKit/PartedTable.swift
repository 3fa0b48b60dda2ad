import Foundation

/// A table of JSON Lines that is cut into members of about the same size.
///
/// The cuts depend on the lines only: a part is closed before the line that would make it longer than `partBytes`;
/// a line longer than that has a part of its own.
struct PartedTable {
  /// How much text a part has in bundles: large enough to compress well, small enough to inflate at once.
  static let standardBytes = 4 << 20

  let name: String
  private let partBytes: Int
  private var number = 1
  private var bytes: [UInt8] = []

  init(name: String, partBytes: Int) {
    self.name = name
    self.partBytes = partBytes
  }

  /// The member that the next line goes into.
  var memberName: String {
    let digits = String(number)
    return "\(name)/part-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits + ".jsonl"
  }

  /// Whether the current part has no lines yet.
  var isAtStart: Bool { bytes.isEmpty }

  /// Checks a line and closes the current part if the line does not fit into it any more.
  mutating func cut(before line: some ContiguousBytes) throws(BundleError) -> (name: String, bytes: [UInt8])? {
    let (count, hasBreak) = line.withUnsafeBytes { raw in
      (raw.count, raw.baseAddress.map { memchr($0, Int32(UInt8(ascii: "\n")), raw.count) != nil } ?? false)
    }
    if hasBreak {
      throw BundleError(.invalidInput, "a line for the table '\(name)' contains a line break; write JSON on one line")
    }
    return !bytes.isEmpty && bytes.count + count + 1 > partBytes ? cut() : nil
  }

  /// Closes the current part, unless it is empty.
  mutating func cut() -> (name: String, bytes: [UInt8])? {
    guard !bytes.isEmpty else { return nil }
    let part = (memberName, bytes)
    bytes = []
    number += 1
    return part
  }

  /// Adds a line and says where it lies in the part, the line break not counted.
  mutating func append(_ line: some ContiguousBytes) -> (offset: Int, length: Int) {
    if bytes.isEmpty { bytes.reserveCapacity(partBytes) }
    let offset = bytes.count
    line.withUnsafeBytes { bytes.append(contentsOf: $0) }
    let length = bytes.count - offset
    bytes.append(UInt8(ascii: "\n"))
    return (offset, length)
  }
}
