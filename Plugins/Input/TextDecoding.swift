import StageKit

/// From a file's bytes to its text.
///
/// A byte order mark decides (UTF-8, UTF-16, UTF-32). Without one the bytes are UTF-8, or UTF-16 if the zero bytes
/// leave no doubt. Older encodings are never guessed: a wrong guess makes wrong text that nobody notices.
struct DecodedText: Sendable {
  enum Encoding: String, Sendable {
    case utf8 = "UTF-8"
    case utf16LittleEndian = "UTF-16LE"
    case utf16BigEndian = "UTF-16BE"
    case utf32LittleEndian = "UTF-32LE"
    case utf32BigEndian = "UTF-32BE"
  }

  /// What the bytes were.
  let encoding: Encoding
  /// The text without byte order mark; every line break is a line feed; without white space at its ends.
  let text: String

  /// Decodes a whole file.
  ///
  /// - Parameter name: what messages call it.
  /// - Throws: ``StageError`` with the byte where it goes wrong.
  init(_ bytes: [UInt8], name: String) throws(StageError) {
    let (encoding, mark) = Self.encoding(of: bytes)
    self.encoding = encoding
    let utf8: [UInt8]
    switch encoding {
    case .utf8:
      try Self.check(bytes, name: name)
      utf8 = mark == 0 ? bytes : Array(bytes[mark...])
    case .utf16LittleEndian, .utf16BigEndian:
      utf8 = try Self.decode16(bytes, from: mark, encoding, name)
    case .utf32LittleEndian, .utf32BigEndian:
      utf8 = try Self.decode32(bytes, from: mark, encoding, name)
    }
    text = Self.normalised(utf8)
  }

  /// Checks that bytes are UTF-8 without NUL.
  ///
  /// - Parameter start: the offset of the first of them in the file.
  static func check(
    _ bytes: [UInt8], name: String, start: Int = 0, line: Int? = nil
  ) throws(StageError) {
    let nul = bytes.firstIndex(of: 0)
    let invalid = UTF8Check.firstInvalidByte(in: bytes)
    guard let at = [nul, invalid].compactMap(\.self).min() else { return }
    let place = "at byte \(start + at) (line \(line ?? UTF8Check.line(of: at, in: bytes)))"
    if line == nil, let kind = FileFormat.signature(of: bytes) {
      throw StageError(
        "not-text", "\(name) is no text: it begins like \(kind) and breaks off as text \(place); convert it first")
    }
    if at == nul {
      throw StageError(
        "nul-bytes",
        "\(name) has a NUL byte \(place), so it is damaged, or no text; if it is UTF-16 without a byte order mark, "
          + "convert it with 'iconv -f UTF-16LE -t UTF-8' (or UTF-16BE)")
    }
    throw StageError(
      "invalid-utf8",
      "\(name) is not valid UTF-8 \(place); if it is in an older encoding, convert it, for example with "
        + "'iconv -f WINDOWS-1252 -t UTF-8'")
  }

  /// The encoding, and the length of the byte order mark.
  private static func encoding(of bytes: [UInt8]) -> (Encoding, mark: Int) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]), bytes.count % 4 == 0 { return (.utf32LittleEndian, 4) }
    if bytes.starts(with: [0, 0, 0xFE, 0xFF]) { return (.utf32BigEndian, 4) }
    if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
    if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
    return (utf16WithoutMark(bytes) ?? .utf8, 0)
  }

  /// UTF-16, if at least seven of ten characters at the start have a zero for their upper byte and none for the lower:
  /// text in Latin script has, and nothing else that we could mistake for it.
  private static func utf16WithoutMark(_ bytes: [UInt8]) -> Encoding? {
    guard bytes.count >= 8, bytes.count % 2 == 0 else { return nil }
    let pairs = min(bytes.count / 2, 4096)
    var (even, odd) = (0, 0)
    for pair in 0..<pairs {
      if bytes[2 * pair] == 0 { even += 1 }
      if bytes[2 * pair + 1] == 0 { odd += 1 }
    }
    if even == 0, odd * 10 >= pairs * 7 { return .utf16LittleEndian }
    if odd == 0, even * 10 >= pairs * 7 { return .utf16BigEndian }
    return nil
  }

  private static func decode16(
    _ bytes: [UInt8], from mark: Int, _ encoding: Encoding, _ name: String
  ) throws(StageError) -> [UInt8] {
    let high = encoding == .utf16LittleEndian ? 1 : 0
    func unit(_ offset: Int) -> UInt32 { UInt32(bytes[offset + high]) << 8 | UInt32(bytes[offset + 1 - high]) }
    var utf8: [UInt8] = []
    utf8.reserveCapacity(bytes.count)
    var (offset, line) = (mark, 1)
    while offset < bytes.count {
      guard offset + 1 < bytes.count else { throw broken(encoding, name, offset, line) }
      var value = unit(offset)
      var length = 2
      if 0xD800...0xDBFF ~= value, offset + 3 < bytes.count, 0xDC00...0xDFFF ~= unit(offset + 2) {
        value = 0x10000 + (value - 0xD800) << 10 + (unit(offset + 2) - 0xDC00)
        length = 4
      }
      guard value != 0, let scalar = Unicode.Scalar(value) else { throw broken(encoding, name, offset, line) }
      if value == 0x0A { line += 1 }
      utf8.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      offset += length
    }
    return utf8
  }

  private static func decode32(
    _ bytes: [UInt8], from mark: Int, _ encoding: Encoding, _ name: String
  ) throws(StageError) -> [UInt8] {
    let order = encoding == .utf32LittleEndian ? [3, 2, 1, 0] : [0, 1, 2, 3]
    var utf8: [UInt8] = []
    utf8.reserveCapacity(bytes.count / 2)
    var (offset, line) = (mark, 1)
    while offset < bytes.count {
      guard offset + 3 < bytes.count else { throw broken(encoding, name, offset, line) }
      let value = order.reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[offset + $1]) }
      guard value != 0, let scalar = Unicode.Scalar(value) else { throw broken(encoding, name, offset, line) }
      if value == 0x0A { line += 1 }
      utf8.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      offset += 4
    }
    return utf8
  }

  private static func broken(_ encoding: Encoding, _ name: String, _ offset: Int, _ line: Int) -> StageError {
    StageError(
      "invalid-\(encoding == .utf16LittleEndian || encoding == .utf16BigEndian ? "utf16" : "utf32")",
      "\(name) is not valid \(encoding.rawValue) at byte \(offset) (line \(line)): half a character, or a NUL; "
        + "was it cut short? Save it again as UTF-8")
  }

  /// Line feeds for all line breaks, and no white space at the ends.
  private static func normalised(_ utf8: [UInt8]) -> String {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }
    guard let first = utf8.firstIndex(where: { !isSpace($0) }), let last = utf8.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(unsafeUninitializedCapacity: last - first + 1) { target in
      var count = 0
      for index in first...last {
        let byte = utf8[index]
        if byte == 0x0A, index > first, utf8[index - 1] == 0x0D { continue }
        target[count] = byte == 0x0D ? 0x0A : byte
        count += 1
      }
      return count
    }
  }
}
