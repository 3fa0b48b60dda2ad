/// Writing JSON by hand, byte for byte as `JSONEncoder` does with sorted keys and slashes as they are.
extension [UInt8] {
  /// Appends JSON that stands in the source: a key with its quotes, its colon and what comes before it.
  mutating func append(literal text: StaticString) {
    text.withUTF8Buffer { append(contentsOf: UnsafeRawBufferPointer($0)) }
  }

  /// Appends a string in quotes; only quotes, backslashes and control characters below U+0020 are escaped.
  mutating func append(json text: String) {
    append(UInt8(ascii: "\""))
    if text.utf8.withContiguousStorageIfAvailable({ append(escaping: UnsafeRawBufferPointer($0)) }) == nil {
      Array(text.utf8).withUnsafeBytes { append(escaping: $0) }
    }
    append(UInt8(ascii: "\""))
  }

  /// Appends a whole number.
  mutating func append(json value: Int) {
    // Most are offsets and counts.
    if 0..<100_000 ~= value {
      func digit(_ unit: Int) -> UInt8 { UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / unit % 10) }
      if value >= 10_000 { append(digit(10_000)) }
      if value >= 1000 { append(digit(1000)) }
      if value >= 100 { append(digit(100)) }
      if value >= 10 { append(digit(10)) }
      return append(digit(1))
    }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var start = digits.count
      var rest = value.magnitude
      repeat {
        start -= 1
        digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      if value < 0 {
        start -= 1
        digits[start] = UInt8(ascii: "-")
      }
      append(contentsOf: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[start...]))
    }
  }

  /// Appends a number in the fewest digits that read back as the same double; whole ones without a fraction.
  ///
  /// - Throws: ``JSONImpossible/number`` for what JSON has no word for.
  mutating func append(json value: Double) throws(JSONImpossible) {
    guard value.isFinite else { throw .number }
    let text = value.description
    append(utf8: text)
    if text.hasSuffix(".0") { removeLast(2) }
  }

  /// Appends any value.
  ///
  /// - Parameter depth: in how many objects and arrays it stands.
  mutating func append(json value: JSONValue, depth: Int) throws(JSONImpossible) {
    switch value {
    case .null: append(literal: "null")
    case .bool(let value): append(literal: value ? "true" : "false")
    case .integer(let value): append(json: value)
    case .number(let value): try append(json: value)
    case .string(let value): append(json: value)
    case .array(let elements):
      guard depth < JSONImpossible.maximumDepth else { throw .depth }
      try append(json: elements) { (bytes, element) throws(JSONImpossible) in
        try bytes.append(json: element, depth: depth + 1)
      }
    case .object(let object): try append(json: object, depth: depth)
    }
  }

  /// Appends an object, its keys in the order of their bytes.
  mutating func append(json object: [String: JSONValue], depth: Int) throws(JSONImpossible) {
    guard depth < JSONImpossible.maximumDepth else { throw .depth }
    append(UInt8(ascii: "{"))
    var isFirst = true
    for (key, value) in object.inOrderOfKeys {
      if !isFirst { append(UInt8(ascii: ",")) }
      isFirst = false
      append(json: key)
      append(UInt8(ascii: ":"))
      try append(json: value, depth: depth + 1)
    }
    append(UInt8(ascii: "}"))
  }

  /// Appends an array, each element by `write`.
  mutating func append<Item>(
    json elements: [Item], _ write: (inout [UInt8], Item) throws(JSONImpossible) -> Void
  ) throws(JSONImpossible) {
    append(UInt8(ascii: "["))
    var isFirst = true
    for element in elements {
      if !isFirst { append(UInt8(ascii: ",")) }
      isFirst = false
      try write(&self, element)
    }
    append(UInt8(ascii: "]"))
  }

  /// Copies stretches that need no escape as they are.
  private mutating func append(escaping text: UnsafeRawBufferPointer) {
    var start = 0
    while true {
      let end = JSONScan.endOfPlainText(in: text, from: start)
      append(contentsOf: UnsafeRawBufferPointer(rebasing: text[start..<end]))
      guard end < text.count else { return }
      append(escapeOf: text[end])
      start = end + 1
    }
  }

  private mutating func append(escapeOf byte: UInt8) {
    append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
    case 0x08: append(UInt8(ascii: "b"))
    case 0x09: append(UInt8(ascii: "t"))
    case 0x0A: append(UInt8(ascii: "n"))
    case 0x0C: append(UInt8(ascii: "f"))
    case 0x0D: append(UInt8(ascii: "r"))
    default:
      append(literal: byte < 0x10 ? "u000" : "u001")
      let digit = byte & 0x0F
      append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }
}

/// Looks at the bytes of JSON strings.
package enum JSONScan {
  /// Where the first quote, backslash or control character below U+0020 stands at or after `start`; if there is none,
  /// the end. Looks at eight bytes at a time.
  package static func endOfPlainText(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var index = start
    while bytes.count - index >= 8 {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      let (quotes, slashes) = (word ^ ones &* 0x22, word ^ ones &* 0x5C)
      // The high bit of each byte that is looked for. A borrow can make more of them, but only behind the first, which
      // alone is used.
      let found =
        ((word &- ones &* 0x20) & ~word | (quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes) & (ones &* 0x80)
      if found != 0 { return index + found.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < bytes.count, bytes[index] >= 0x20, bytes[index] != 0x22, bytes[index] != 0x5C { index += 1 }
    return index
  }
}

/// What a value can hold and JSON can't.
enum JSONImpossible: Error {
  /// Infinity, or what is no number.
  case number
  /// More than ``maximumDepth`` objects and arrays that lie in each other.
  case depth

  /// As deep as `JSONEncoder` goes, the outermost object counted.
  static let maximumDepth = 511
}

extension [String: JSONValue] {
  /// The fields in the order of their keys' UTF-8.
  ///
  /// Not in the order of `<`, which sorts by what characters are equivalent to: `JSONEncoder` sorts by bytes.
  var inOrderOfKeys: [(key: String, value: JSONValue)] {
    sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }
}
