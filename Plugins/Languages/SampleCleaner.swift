import TextKit

/// One pass over the UTF-8 of a text that leaves what tells its language.
///
/// Works on bytes, with a short way for ASCII: by scalar and array it cost more than the detection itself.
struct SampleCleaner {
  private let input: UnsafeBufferPointer<UInt8>
  private let output: UnsafeMutablePointer<UInt8>
  private let tables = ScalarTables.shared
  /// How many bytes of output there are.
  private var count = 0
  /// Length of the output at the start of what could be the local part of an e-mail address; nil outside of one.
  private var localPart: Int?
  private var index = 0

  /// The cleaned bytes of a text in form C; see ``LanguageSample/cleaned(_:)``.
  ///
  /// - Parameter input: valid UTF-8.
  static func clean(_ input: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    // Nothing is replaced by anything longer.
    [UInt8](unsafeUninitializedCapacity: input.count) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      var cleaner = SampleCleaner(input: input, output: base)
      cleaner.run()
      count = cleaner.count
    }
  }

  private init(input: UnsafeBufferPointer<UInt8>, output: UnsafeMutablePointer<UInt8>) {
    self.input = input
    self.output = output
  }

  private mutating func run() {
    while index < input.count {
      let (scalar, length) = input.scalar(at: index)
      let traits = tables.traits(of: scalar)
      if traits.contains(.urlStart), let end = urlEnd() {
        index = end
        localPart = nil
        space()
      } else if traits.contains(.nameMark) {
        skipName(behind: scalar, length)
        localPart = nil
        space()
      } else {
        if traits.contains(.addressPart) { localPart = localPart ?? count } else { localPart = nil }
        if traits.contains(.blank) { space() } else { copy(length) }
        index += length
      }
    }
  }

  private mutating func copy(_ length: Int) {
    for offset in index..<index + length {
      output[count] = input[offset]
      count += 1
    }
  }

  private mutating func space() {
    guard count > 0, output[count - 1] != 0x20 else { return }
    output[count] = 0x20
    count += 1
  }

  /// Skips "@" or "#" and the letters, digits and some marks behind it.
  private mutating func skipName(behind mark: Unicode.Scalar, _ length: Int) {
    let isAt = mark.value == 0x40 || mark.value == 0xFF20
    // An address loses the part before the @ as well, a name has none.
    if isAt { count = localPart ?? count }
    index += length
    while index < input.count {
      let (scalar, length) = input.scalar(at: index)
      let isExtra = scalar.value == 0x5F || (isAt && (scalar.value == 0x2E || scalar.value == 0x2D))
      guard isExtra || tables.traits(of: scalar).contains(.wordPart) else { return }
      index += length
    }
  }

  /// The end of the URL that begins at `index`, nil when none does.
  private func urlEnd() -> Int? {
    guard begins(with: "http://") || begins(with: "https://") || begins(with: "www.") else { return nil }
    var end = index
    while end < input.count {
      let (scalar, length) = input.scalar(at: end)
      if tables.traits(of: scalar).contains(.endsURL) { break }
      end += length
    }
    return end
  }

  /// Whether a prefix in lower case stands at `index`, in any case.
  private func begins(with prefix: StaticString) -> Bool {
    guard index + prefix.utf8CodeUnitCount <= input.count else { return false }
    for offset in 0..<prefix.utf8CodeUnitCount {
      let (byte, wanted) = (input[index + offset], prefix.utf8Start[offset])
      guard byte == wanted || (byte >= 0x41 && byte | 0x20 == wanted) else { return false }
    }
    return true
  }
}
