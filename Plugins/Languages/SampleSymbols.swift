/// How much of a text is signs that code is full of and prose is not.
enum SampleSymbols {
  /// The share of ``{}()[];=<>_|&*+/\^~`$%``, and of capitals right behind a small letter, among the Unicode scalars
  /// that are no ASCII white space.
  static func share(of text: UnsafeBufferPointer<UInt8>) -> Float {
    var (symbols, scalars) = (0, 0)
    var wasLower = false
    for byte in text {
      let kind = kinds[Int(byte)]
      scalars &+= Int(kind & 1)
      symbols &+= Int(kind >> 1)
      if wasLower && byte >= 0x41 && byte <= 0x5A { symbols &+= 1 }
      wasLower = byte >= 0x61 && byte <= 0x7A
    }
    return scalars == 0 ? 0 : Float(symbols) / Float(scalars)
  }

  /// For each byte: bit 0 if a scalar begins with it that is not white space, bit 1 if that is a symbol.
  private static let kinds: [UInt8] = (0..<256).map { value in
    let isBlank = value == 0x20 || (0x09...0x0D).contains(value) || (0x1C...0x1F).contains(value)
    let isContinuation = (0x80..<0xC0).contains(value)
    let isSymbol = "{}()[];=<>_|&*+/\\^~`$%".utf8.contains { Int($0) == value }
    return (isBlank || isContinuation ? 0 : 1) | (isSymbol ? 2 : 0)
  }
}
