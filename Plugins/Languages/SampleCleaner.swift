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
    while true {
      runPlain()
      guard index < input.count else { return }
      let (scalar, length) = input.scalar(at: index)
      if tables.traits(of: scalar).contains(.nameMark) {
        skipName(behind: scalar, length)
        localPart = nil
        space()
      } else if let end = urlEnd() {
        index = end
        localPart = nil
        space()
      } else {
        // A letter that could have begun a URL: it may stand in an address.
        localPart = localPart ?? count
        output[count] = input[index]
        count += 1
        index += 1
      }
    }
  }

  /// Goes on to the next scalar that may begin a name or a URL. All is kept in registers: of most texts this is all.
  private mutating func runPlain() {
    let (input, output, tables) = (input, output, tables)
    var (from, to, local) = (index, count, localPart ?? -1)
    while from < input.count {
      let byte = input[from]
      if byte < 0x80 {
        let traits = tables.traits(ofASCII: byte)
        guard !traits.contains(.nameMark), !traits.contains(.urlStart) || !beginsLikeURL(from) else { break }
        local = !traits.contains(.addressPart) ? -1 : local < 0 ? to : local
        if !traits.contains(.blank) {
          output[to] = byte
          to &+= 1
        } else if to > 0, output[to &- 1] != 0x20 {
          output[to] = 0x20
          to &+= 1
        }
        from &+= 1
        continue
      }
      let (scalar, length) = input.scalar(at: from)
      let traits = tables.traits(of: scalar)
      guard !traits.contains(.nameMark) else { break }
      local = -1
      if !traits.contains(.blank) {
        for offset in 0..<length { output[to &+ offset] = input[from &+ offset] }
        to &+= length
      } else if to > 0, output[to &- 1] != 0x20 {
        output[to] = 0x20
        to &+= 1
      }
      from &+= length
    }
    (index, count, localPart) = (from, to, local < 0 ? nil : local)
  }

  /// Whether "ht" or "ww" stands there, in any case.
  @inline(__always) private func beginsLikeURL(_ place: Int) -> Bool {
    guard place + 1 < input.count else { return false }
    let (first, second) = (input[place] | 0x20, input[place + 1] | 0x20)
    return second == (first == 0x68 ? 0x74 : 0x77)
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
