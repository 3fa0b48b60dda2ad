/// A text as the pieces spell it: replaced scalar by scalar, runs of spaces made one, each space written as U+2581,
/// and one such mark before a text that doesn't begin with a space.
struct NormalizedText {
  private static let space: Unicode.Scalar = " "
  private static let mark: Unicode.Scalar = "\u{2581}"

  /// UTF-8.
  private(set) var bytes: [UInt8] = []
  /// Where each scalar begins, and where the last one ends.
  private(set) var starts: [Int] = []
  /// Number of scalars.
  var count: Int { starts.count - 1 }

  /// Stops as soon as there are `limit` scalars, however long the text.
  init(_ text: String, _ map: ScalarMap, limit: Int) {
    bytes.reserveCapacity(min(text.utf8.count, limit) + 4)
    starts.reserveCapacity(min(text.utf8.count, limit) + 2)
    var afterSpace = false
    for scalar in text.unicodeScalars {
      if let replacement = map.replacement(of: scalar) {
        for one in replacement { append(one, &afterSpace) }
      } else {
        append(scalar, &afterSpace)
      }
      if starts.count >= limit { break }
    }
    if starts.isEmpty { append(Self.mark) }
    starts.append(bytes.count)
  }

  private mutating func append(_ scalar: Unicode.Scalar, _ afterSpace: inout Bool) {
    let isSpace = scalar == Self.space
    if isSpace && afterSpace { return }
    afterSpace = isSpace
    if starts.isEmpty && !isSpace { append(Self.mark) }
    append(isSpace ? Self.mark : scalar)
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    starts.append(bytes.count)
    let value = scalar.value
    if value < 0x80 {
      bytes.append(UInt8(value))
    } else {
      bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
  }
}
