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
  /// Whether the last line ends its part.
  private var isComplete = false

  /// - Parameter bench: where parts get their memory from.
  init(name: String, bounds: PartBounds, bench: Workbench) {
    self.name = name
    self.bounds = bounds
    self.bench = bench
    memberName = Self.memberName(name, number)
  }

  /// A part that is complete.
  struct Part: Sendable {
    let name: String
    let bytes: PageBuffer
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
    let part = Part(name: memberName, bytes: bytes)
    self.bytes = nil
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
  /// - Returns: what the index will say of a line with an id.
  /// - Throws: when there is no memory for it.
  mutating func append(_ line: some ContiguousBytes, id: String?) throws(BundleError) -> IndexRecord? {
    let length = line.withUnsafeBytes { $0.count }
    let mark = id.map(Self.mark)
    guard let bytes = bytes ?? bench.buffer(capacity: max(bounds.most, length + 1)) else { throw .noMemory(memberName) }
    self.bytes = bytes
    let offset = bytes.count
    let isThere = line.withUnsafeBytes { bytes.append($0) }
    if offset + length >= bounds.least {
      let mark = mark ?? line.withUnsafeBytes { Self.mark(of: $0) }
      isComplete = mark % UInt64(bounds.spread) < UInt64(length)
    }
    guard isThere, withUnsafeBytes(of: UInt8(ascii: "\n"), { bytes.append($0) }) else { throw .noMemory(memberName) }
    return mark.map { mark in
      IndexRecord(
        mark: UInt32(truncatingIfNeeded: mark), part: UInt32(clamping: number), offset: UInt64(offset),
        length: UInt64(length), digest: line.withUnsafeBytes { IndexEntry.digest(of: $0) }, id: 0..<0)
    }
  }

  /// The mark of an id.
  static func mark(of id: String) -> UInt64 {
    var id = id
    return id.withUTF8 { mark(of: UnsafeRawBufferPointer($0)) }
  }

  /// FNV-1a with 64 bits (Fowler, Noll, Vo), its halves joined by exclusive or.
  static func mark(of bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = FNV1a()
    for byte in bytes { hash.add(UInt64(byte)) }
    return (hash.value >> 32) ^ (hash.value & 0xFFFF_FFFF)
  }
}

extension BundleError {
  /// There is no room for what a member needs.
  static func noMemory(_ member: String) -> BundleError {
    BundleError(.io, "cannot compress '\(member)': there is not enough memory", member: member)
  }
}
