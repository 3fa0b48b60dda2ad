import Foundation
import StageKit

/// How long the parts of a table are, in bytes of text.
struct PartBounds {
  /// A part does not end before it is so long, unless the table ends.
  let least: Int
  /// Behind `least`, a line of n bytes ends its part in n of so many cases.
  let spread: Int
  /// No part is longer, unless it has one line only.
  let most: Int

  /// Bounds by the longest part: an eighth of it at least, about a half of it usually.
  init(most: Int) {
    least = most / 8
    spread = max(1, most / 8 * 3)
    self.most = most
  }

  /// 512 KiB to 4 MiB, about 2 MiB usually: large enough to compress well, small enough to inflate at once.
  static let standard = PartBounds(most: 4 << 20)
}

/// A table of JSON Lines that is cut into members, by its content: the cuts depend on the lines around them and not on
/// how many came before, so that a line more or less changes one part, and the others are those of an earlier bundle.
///
/// A part ends behind the first line, from `least` bytes on, whose ``mark(of:)`` modulo `spread` is less than the
/// bytes of the line; and before a line that would make it longer than `most`.
struct PartedTable {
  let name: String
  /// The member that the next line goes into.
  private(set) var memberName: String
  private let bounds: PartBounds
  private let bench: Workbench
  private var bytes: PageBuffer?
  private var places: [Place] = []
  /// Whether the last line ends its part.
  private var isComplete = false

  /// - Parameter bench: where parts get their memory from.
  init(name: String, bounds: PartBounds, bench: Workbench) {
    self.name = name
    self.bounds = bounds
    self.bench = bench
    memberName = Self.memberName(name, number)
  }

  /// Where a line with an id lies in its part, the line break not counted.
  struct Place: Sendable {
    let id: String
    let offset: Int
    let length: Int
  }

  /// A part that is complete.
  struct Part: Sendable {
    let name: String
    let number: Int
    let bytes: PageBuffer
    let places: [Place]
  }

  /// The name of the part of that number, from 1.
  static func memberName(_ table: String, _ number: Int, format: String = "jsonl") -> String {
    let digits = String(number)
    return "\(table)/part-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits + "." + format
  }

  /// The number of the part that ``memberName`` is for.
  private(set) var number = 1

  /// Whether the current part has no lines yet.
  var isAtStart: Bool { bytes == nil }

  /// Checks a line and closes the current part if the line belongs to the next one.
  mutating func cut(before line: some ContiguousBytes) throws(BundleError) -> Part? {
    let (count, hasBreak) = line.withUnsafeBytes { raw in
      (raw.count, raw.baseAddress.map { memchr($0, Int32(UInt8(ascii: "\n")), raw.count) != nil } ?? false)
    }
    if hasBreak {
      throw BundleError(.invalidInput, "a line for the table '\(name)' contains a line break; write JSON on one line")
    }
    guard let bytes else { return nil }
    return isComplete || count >= bounds.most - bytes.count ? cut() : nil
  }

  /// Closes the current part, unless it is empty.
  mutating func cut() -> Part? {
    guard let bytes else { return nil }
    let part = Part(name: memberName, number: number, bytes: bytes, places: places)
    (self.bytes, places) = (nil, [])
    isComplete = false
    passOver()
    return part
  }

  /// Leaves the current name, of which there is no part yet, to somebody else.
  mutating func passOver() {
    number += 1
    memberName = Self.memberName(name, number)
  }

  /// Adds a line.
  ///
  /// - Parameter id: what the line is known by; `nil` if it has no id, and its text is its name.
  /// - Throws: when there is no memory for it.
  mutating func append(_ line: some ContiguousBytes, id: String?) throws(BundleError) {
    let length = line.withUnsafeBytes { $0.count }
    guard let bytes = bytes ?? bench.buffer(capacity: max(bounds.most, length + 1)) else { throw .noMemory(memberName) }
    self.bytes = bytes
    let offset = bytes.count
    let isThere = line.withUnsafeBytes { bytes.append($0) }
    if offset + length >= bounds.least {
      let mark = id.map { Self.mark(of: $0.utf8) } ?? line.withUnsafeBytes { Self.mark(of: $0) }
      isComplete = mark % UInt64(bounds.spread) < UInt64(length)
    }
    guard isThere, withUnsafeBytes(of: UInt8(ascii: "\n"), { bytes.append($0) }) else { throw .noMemory(memberName) }
    if let id { places.append(Place(id: id, offset: offset, length: length)) }
  }

  /// FNV-1a with 64 bits (Fowler, Noll, Vo), its halves joined by exclusive or.
  static func mark(of bytes: some Sequence<UInt8>) -> UInt64 {
    let hash = FNV1a(bytes).value
    return (hash >> 32) ^ (hash & 0xFFFF_FFFF)
  }
}

extension BundleError {
  /// There is no room for what a member needs.
  static func noMemory(_ member: String) -> BundleError {
    BundleError(.io, "cannot compress '\(member)': there is not enough memory", member: member)
  }
}
