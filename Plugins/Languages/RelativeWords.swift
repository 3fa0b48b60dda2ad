import TextKit

/// What the words of a text say about close relatives.
enum RelativeWords {
  /// In the table, weights are in fiftieths.
  private static let unit: Float = 1 / 50

  /// The sums of the weights of all words of a text for the languages of a group.
  ///
  /// Words are runs of letters in lower case, with the apostrophes inside of them.
  ///
  /// - Parameter text: cleaned UTF-8.
  static func evidence(in text: UnsafeBufferPointer<UInt8>, group: Int, _ file: LanguageModelFile) -> SIMD8<Float> {
    let (table, mask) = (file.words, UInt64(file.wordCount - 1))
    let tables = ScalarTables.shared
    let lowerCase = LowerCase.latin
    let start = Self.start(of: group)
    var sums = SIMD8<Int32>.zero
    var (key, length) = (start, 0)
    var index = 0
    // An apostrophe counts once a letter follows it.
    var apostrophe: UInt64 = 0
    while index < text.count {
      let (scalar, bytes) = text.scalar(at: index)
      index += bytes
      if tables.traits(of: scalar).contains(.letter) {
        if apostrophe != 0 {
          key = mixed(key, apostrophe)
          apostrophe = 0
        }
        key = mixed(key, UInt64(LowerCase.of(scalar, lowerCase)))
        length += 1
      } else if (scalar == "'" || scalar == "\u{2019}") && length > 0 && apostrophe == 0 {
        apostrophe = UInt64(scalar.value)
      } else {
        if length > 0 { sums &+= weights(of: key, table, mask) }
        (key, length, apostrophe) = (start, 0, 0)
      }
    }
    if length > 0 { sums &+= weights(of: key, table, mask) }
    return SIMD8<Float>(sums) * unit
  }

  /// What a word counts; nothing if it is not in the table.
  @inline(__always) private static func weights(
    of key: UInt64, _ table: UnsafePointer<LanguageModelFile.Word>, _ mask: UInt64
  ) -> SIMD8<Int32> {
    var place = key & mask
    while true {
      let word = table[Int(truncatingIfNeeded: place)]
      if word.key == key { return SIMD8<Int32>(truncatingIfNeeded: word.weights) }
      // The file was checked to have an empty place.
      if word.key == 0 { return .zero }
      place = (place + 1) & mask
    }
  }

  /// The key of the empty word.
  private static func start(of group: Int) -> UInt64 { mixed(0xCBF2_9CE4_8422_2325, UInt64(group)) }

  @inline(__always) private static func mixed(_ key: UInt64, _ value: UInt64) -> UInt64 {
    (key ^ value) &* 0x100_0000_01B3
  }
}

/// Letters in lower case.
enum LowerCase {
  /// The lower-case form of a Latin letter up to U+024F, if it is one scalar; other scalars as they are.
  ///
  /// - Parameter latin: ``latin``, which a caller holds for many scalars.
  @inline(__always) static func of(_ scalar: Unicode.Scalar, _ latin: [UInt16]) -> UInt32 {
    scalar.value < UInt32(latin.count) ? UInt32(latin[Int(scalar.value)]) : scalar.value
  }

  /// The forms by scalar.
  static let latin: [UInt16] = (0..<0x250).map { value in
    guard let scalar = Unicode.Scalar(UInt32(value)) else { return UInt16(value) }
    let lower = scalar.properties.lowercaseMapping.unicodeScalars
    guard lower.count == 1, let first = lower.first else { return UInt16(value) }
    return UInt16(truncatingIfNeeded: first.value)
  }
}
