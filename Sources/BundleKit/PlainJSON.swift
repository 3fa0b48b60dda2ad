import Foundation

/// Reads JSON that is exactly as we write it, from the front: no spaces, no escapes. A decoder, which takes anything,
/// takes ten times as long, and there may be millions of entries.
struct PlainJSON {
  private let raw: UnsafeRawBufferPointer
  private var place = 0

  init(_ raw: UnsafeRawBufferPointer) { self.raw = raw }

  /// Whether nothing is left.
  var isAtEnd: Bool { place == raw.count }

  /// Drops a prefix; false if it is not there.
  mutating func drop(past prefix: StaticString) -> Bool {
    let count = prefix.utf8CodeUnitCount
    guard raw.count - place >= count, let base = raw.baseAddress, memcmp(base + place, prefix.utf8Start, count) == 0
    else { return false }
    place += count
    return true
  }

  /// The bytes up to the next quote, and drops both; `nil` for escapes and control characters.
  mutating func takeText() -> UnsafeRawBufferPointer? {
    var end = place
    while end < raw.count, raw[end] != UInt8(ascii: "\"") {
      if raw[end] == UInt8(ascii: "\\") || raw[end] < 0x20 { return nil }
      end += 1
    }
    guard end < raw.count else { return nil }
    defer { place = end + 1 }
    return raw.slice(place..<end)
  }

  /// The same as a string; `nil` for what is not UTF-8, too.
  mutating func takeString() -> String? { takeText().flatMap { String(validating: $0, as: UTF8.self) } }

  /// The decimal number in front, of 18 digits at most, without leading zeros.
  mutating func takeNumber() -> Int? {
    var value = 0
    let start = place
    while place < raw.count, case let digit = raw[place] &- UInt8(ascii: "0"), digit < 10 {
      guard place - start < 18, place == start || value > 0 else { return nil }
      value = value * 10 + Int(digit)
      place += 1
    }
    return place > start ? value : nil
  }

  /// Numbers up to the bracket that ends a list, and drops both.
  mutating func takeNumbers() -> [Int]? {
    var numbers: [Int] = []
    repeat {
      guard let number = takeNumber() else { return nil }
      numbers.append(number)
    } while drop(past: ",")
    return drop(past: "]") ? numbers : nil
  }

  /// Texts up to the bracket that ends a list, and drops both.
  mutating func takeTexts() -> [UnsafeRawBufferPointer]? {
    var texts: [UnsafeRawBufferPointer] = []
    repeat {
      guard drop(past: "\""), let text = takeText() else { return nil }
      texts.append(text)
    } while drop(past: ",")
    return drop(past: "]") ? texts : nil
  }
}
