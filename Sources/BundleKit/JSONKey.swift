import Foundation
import StageKit

/// Finds one key of a JSON object without decoding the rest, which takes many times as long.
enum JSONKey {
  /// The `id` of a line that is a JSON object; `nil` if it has none, or is no object as far as it was read.
  static func id(ofLine line: UnsafeRawBufferPointer) -> String? {
    guard let value = value(of: "id", in: line) else { return nil }
    let text = line.slice(value)
    guard text.count >= 2, text.first == UInt8(ascii: "\"") else { return nil }
    let inner = text.slice(1..<text.count - 1)
    if !inner.contains(UInt8(ascii: "\\")) { return String(validating: inner, as: UTF8.self) }
    return try? JSONDecoder().decode(String.self, from: Data(text))
  }

  /// Where the value of a key of the outermost object stands; the first if there are several.
  static func value(of key: StaticString, in line: UnsafeRawBufferPointer) -> Range<Int>? {
    var found: Range<Int>?
    forEachField(of: line) { name, value in
      let isWanted = key.withUTF8Buffer { line.slice(name).elementsEqual($0) }
      if isWanted { found = value }
      return !isWanted
    }
    return found
  }

  /// A hash of the text of each value of the outermost object, by its key as it is written.
  static func hashes(ofFieldsIn line: UnsafeRawBufferPointer) -> [String: UInt64] {
    var hashes: [String: UInt64] = [:]
    forEachField(of: line) { name, value in
      hashes[String(decoding: line.slice(name), as: UTF8.self)] = FNV1a(line.slice(value)).value
      return true
    }
    return hashes
  }

  /// Calls `body` with where each key (without its quotes) and its value stand, until it says no, or what follows is no
  /// JSON.
  private static func forEachField(
    of line: UnsafeRawBufferPointer, _ body: (_ name: Range<Int>, _ value: Range<Int>) -> Bool
  ) {
    var place = line.skippingSpace(from: 0)
    guard place < line.count, line[place] == UInt8(ascii: "{") else { return }
    place = line.skippingSpace(from: place + 1)
    while place < line.count, line[place] == UInt8(ascii: "\"") {
      guard let name = line.value(at: place) else { return }
      place = line.skippingSpace(from: name.upperBound)
      guard place < line.count, line[place] == UInt8(ascii: ":") else { return }
      place = line.skippingSpace(from: place + 1)
      guard let value = line.value(at: place) else { return }
      guard body(name.lowerBound + 1..<name.upperBound - 1, value) else { return }
      place = line.skippingSpace(from: value.upperBound)
      guard place < line.count, line[place] == UInt8(ascii: ",") else { return }
      place = line.skippingSpace(from: place + 1)
    }
  }
}

extension UnsafeRawBufferPointer {
  /// The bytes in a range.
  func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self[range]) }

  /// The lines without their line breaks; what follows the last break is a line if there is anything.
  var lines: [Range<Int>] {
    var lines: [Range<Int>] = []
    var start = 0
    while start < count, let base = baseAddress {
      let found = memchr(base + start, Int32(UInt8(ascii: "\n")), count - start)
      let end = found.map { UnsafeRawPointer($0) - base } ?? count
      lines.append(start..<end)
      start = end + 1
    }
    return lines
  }

  fileprivate func skippingSpace(from start: Int) -> Int {
    var place = start
    while place < count, [0x20, 0x09, 0x0A, 0x0D].contains(self[place]) { place += 1 }
    return place
  }

  /// The value that begins at a place: a string with its quotes, an object or array with all in it, or a word.
  fileprivate func value(at start: Int) -> Range<Int>? {
    guard start < count else { return nil }
    var place = start
    var depth = 0
    repeat {
      switch self[place] {
      case UInt8(ascii: "\""):
        guard let end = endOfString(from: place) else { return nil }
        place = end
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        place += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        place += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x09, 0x0A, 0x0D:
        guard depth > 0 else { return nil }
        place += 1
      default:
        while place < count, !Self.endsWord(self[place]) { place += 1 }
      }
    } while depth > 0 && place < count
    return depth == 0 && place > start ? start..<place : nil
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ":"), UInt8(ascii: "\""),
      UInt8(ascii: "{"), UInt8(ascii: "["), 0x20, 0x09, 0x0A, 0x0D:
      true
    default: false
    }
  }

  /// The place behind a string that begins with its quote.
  private func endOfString(from start: Int) -> Int? {
    guard let base = baseAddress else { return nil }
    var place = start + 1
    while place < count {
      guard let found = memchr(base + place, Int32(UInt8(ascii: "\"")), count - place) else { return nil }
      let quote = UnsafeRawPointer(found) - base
      var backslashes = 0
      while quote - backslashes - 1 > start, self[quote - backslashes - 1] == UInt8(ascii: "\\") { backslashes += 1 }
      if backslashes % 2 == 0 { return quote + 1 }
      place = quote + 1
    }
    return nil
  }
}
