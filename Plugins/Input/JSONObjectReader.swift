import StageKit

/// Reads JSON objects by hand, several times as fast as `JSONDecoder`, and leaves to that whatever is unusual.
///
/// What comes out is what `JSONDecoder` makes of the same bytes. What could be read in two ways (a key that stands
/// twice, numbers like 1.0 and 1e400, lone surrogates, values that lie deep) and what is wrong gives nil instead: the
/// decoder then decides, so that there is one judge of what is JSON.
struct JSONObjectReader {
  private let bytes: UnsafeRawBufferPointer
  private var index = 0
  /// Where strings with escapes are put together.
  private var scratch: [UInt8] = []

  /// How deep values may lie here; the decoder allows more.
  private static let maximumDepth = 32

  /// Reads an object that fills `bytes`, with nothing around it but white space.
  static func read(_ bytes: UnsafeRawBufferPointer) -> [String: JSONValue]? {
    var reader = JSONObjectReader(bytes: bytes)
    reader.skipWhiteSpace()
    guard reader.take(UInt8(ascii: "{")), let object = reader.object(depth: 1) else { return nil }
    reader.skipWhiteSpace()
    return reader.index == bytes.count ? object : nil
  }

  private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The byte to read next; 0, which stands nowhere in JSON, at the end.
  private var next: UInt8 { index < bytes.count ? bytes[index] : 0 }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    index += 1
    return true
  }

  private mutating func skipWhiteSpace() {
    while next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 { index += 1 }
  }

  private mutating func object(depth: Int) -> [String: JSONValue]? {
    var object: [String: JSONValue] = [:]
    skipWhiteSpace()
    if take(UInt8(ascii: "}")) { return object }
    while true {
      skipWhiteSpace()
      guard take(UInt8(ascii: "\"")), let key = string() else { return nil }
      skipWhiteSpace()
      guard take(UInt8(ascii: ":")), let value = value(depth: depth),
        object.updateValue(value, forKey: key) == nil
      else { return nil }
      skipWhiteSpace()
      if take(UInt8(ascii: "}")) { return object }
      guard take(UInt8(ascii: ",")) else { return nil }
    }
  }

  private mutating func array(depth: Int) -> [JSONValue]? {
    var array: [JSONValue] = []
    skipWhiteSpace()
    if take(UInt8(ascii: "]")) { return array }
    while true {
      guard let value = value(depth: depth) else { return nil }
      array.append(value)
      skipWhiteSpace()
      if take(UInt8(ascii: "]")) { return array }
      guard take(UInt8(ascii: ",")) else { return nil }
    }
  }

  private mutating func value(depth: Int) -> JSONValue? {
    skipWhiteSpace()
    switch next {
    case UInt8(ascii: "\""):
      index += 1
      return string().map(JSONValue.string)
    case UInt8(ascii: "{") where depth < Self.maximumDepth:
      index += 1
      return object(depth: depth + 1).map(JSONValue.object)
    case UInt8(ascii: "[") where depth < Self.maximumDepth:
      index += 1
      return array(depth: depth + 1).map(JSONValue.array)
    case UInt8(ascii: "t"): return word("true", .bool(true))
    case UInt8(ascii: "f"): return word("false", .bool(false))
    case UInt8(ascii: "n"): return word("null", .null)
    default: return number()
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) -> JSONValue? {
    for offset in 0..<word.utf8CodeUnitCount where !take(word.utf8Start[offset]) { return nil }
    return value
  }

  // MARK: Numbers

  private mutating func number() -> JSONValue? {
    let start = index
    let isNegative = take(UInt8(ascii: "-"))
    let first = index
    var integer = 0
    while let digit = digit(), index - first <= 18 { integer = integer * 10 + digit }
    let count = index - first
    // A zero ends the figures that it begins, and -0 is a matter of taste.
    guard 1...18 ~= count, bytes[first] != UInt8(ascii: "0") || count == 1 && !isNegative else { return nil }
    guard next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e") else {
      return .integer(isNegative ? -integer : integer)
    }
    if take(UInt8(ascii: ".")) {
      guard digit() != nil else { return nil }
      while digit() != nil {}
    }
    if next | 0x20 == UInt8(ascii: "e") {
      index += 1
      _ = take(UInt8(ascii: "-")) || take(UInt8(ascii: "+"))
      guard digit() != nil else { return nil }
      while digit() != nil {}
    }
    // Whole ones would be integers to the decoder, and infinite ones errors.
    guard let number = Double(String(decoding: bytes[start..<index], as: UTF8.self)), number.isFinite,
      number != number.rounded()
    else { return nil }
    return .number(number)
  }

  private mutating func digit() -> Int? {
    guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= next else { return nil }
    defer { index += 1 }
    return Int(next - UInt8(ascii: "0"))
  }

  // MARK: Strings

  /// Reads on behind the first quote, and takes the last.
  private mutating func string() -> String? {
    let start = index
    index = JSONScan.endOfPlainText(in: bytes, from: index)
    if next == UInt8(ascii: "\"") {
      defer { index += 1 }
      return text(bytes[start..<index])
    }
    scratch.removeAll(keepingCapacity: true)
    scratch.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
    while !take(UInt8(ascii: "\"")) {
      guard take(UInt8(ascii: "\\")), escape() else { return nil }
      let start = index
      index = JSONScan.endOfPlainText(in: bytes, from: index)
      scratch.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
    }
    return scratch.withUnsafeBufferPointer { String(utf8: $0) }
  }

  private func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String? {
    UnsafeRawBufferPointer(rebasing: bytes).withMemoryRebound(to: UInt8.self) { String(utf8: $0) }
  }

  /// Reads what follows a backslash.
  private mutating func escape() -> Bool {
    let byte = next
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(byte)
    case UInt8(ascii: "b"): scratch.append(0x08)
    case UInt8(ascii: "f"): scratch.append(0x0C)
    case UInt8(ascii: "n"): scratch.append(0x0A)
    case UInt8(ascii: "r"): scratch.append(0x0D)
    case UInt8(ascii: "t"): scratch.append(0x09)
    case UInt8(ascii: "u"): return unicodeEscape()
    default: return false
    }
    return true
  }

  private mutating func unicodeEscape() -> Bool {
    guard var value = fourHexDigits() else { return false }
    if 0xD800..<0xDC00 ~= value {
      guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let low = fourHexDigits(), 0xDC00..<0xE000 ~= low else {
        return false
      }
      value = 0x1_0000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value), let encoded = UTF8.encode(scalar) else { return false }
    scratch.append(contentsOf: encoded)
    return true
  }

  private mutating func fourHexDigits() -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<4 {
      let digit: UInt8
      switch next {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = next - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = next - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = next - UInt8(ascii: "A") + 10
      default: return nil
      }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    return value
  }
}
