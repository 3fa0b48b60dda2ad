import StageKit
import TextKit

/// What the comparison of sentences needs of one: its words as 64-bit keys, and a fingerprint of the whole.
///
/// A word's key is a hash of its canonical form (FNV-1a), seeded by the language, so that the words of two languages
/// differ. Its lowest three bits say how long it is, see ``lengthClass(of:)``. In scripts without spaces, pairs of
/// neighbouring characters stand for words.
struct SentenceWords: Sendable {
  /// Equal for texts that differ in white space, case or typography only.
  let fingerprint: UInt64
  /// In order, with repetitions.
  let words: [UInt64]

  /// What is known of a language beforehand.
  struct Language: Sendable {
    fileprivate let seed: FNV1a
    fileprivate let longest: Int

    /// The language of a BCP 47 code.
    init(_ code: String) {
      seed = FNV1a(code.utf8.prefix { $0 != UInt8(ascii: "-") })
      longest = SentenceWords.prefix(for: code)
    }
  }

  /// Reads a sentence in a language.
  init(_ sentence: String, in language: Language) {
    (fingerprint, words) = ContentNormalizer.withCanonical(sentence) { bytes in
      var reader = WordReader(seed: language.seed, longest: language.longest, capacity: bytes.count / 5)
      reader.read(bytes)
      return (reader.whole.value, reader.words)
    }
  }

  /// Reads a sentence in a language, given by its BCP 47 code.
  init(_ sentence: String, language: String) { self.init(sentence, in: Language(language)) }

  /// How long a word is, from 0 to 7: short words are mostly those that every text has. Letters count 1, those of
  /// scripts that leave vowels out a little more, Hangul syllables 2; pairs of characters are always 7.
  static func lengthClass(of word: UInt64) -> Int { Int(word & 7) }

  /// The fingerprint alone.
  static func fingerprint(of text: String) -> UInt64 {
    ContentNormalizer.withCanonical(text) { FNV1a($0).value }
  }

  /// How many letters of a word count. Languages that pile endings up say the same word in many forms, and its first
  /// letters are as good a stem as any (Can et al. 2008, on Turkish).
  private static func prefix(for language: String) -> Int {
    agglutinative.contains(code(language.utf8.prefix { $0 != UInt8(ascii: "-") })) ? 7 : .max
  }

  /// Languages with many endings, as ``code(_:)`` has them.
  private static let agglutinative = [
    "tr", "az", "kk", "ky", "uz", "tk", "tt", "ba", "ug", "fi", "et", "hu", "eu", "ka", "mn",
  ].map { code($0.utf8) }

  /// The letters of a language's code in one number.
  private static func code(_ letters: some Sequence<UInt8>) -> UInt64 { letters.reduce(0) { $0 << 8 | UInt64($1) } }
}

/// Walks once through canonical UTF-8.
private struct WordReader {
  private let seed: FNV1a
  private let longest: Int
  private(set) var words: [UInt64] = []
  private(set) var whole = FNV1a()
  private var hash: FNV1a
  private var width = 0
  private var length = 0
  /// The key of the last unspaced character, which the next one makes a pair with.
  private var lastCharacter: FNV1a?

  init(seed: FNV1a, longest: Int, capacity: Int) {
    self.seed = seed
    self.longest = longest
    hash = seed
    words.reserveCapacity(capacity)
  }

  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte < 0x80 {
        index = readASCII(bytes, from: index)
        continue
      }
      let (value, size) = bytes.scalarValue(at: index)
      for offset in 0..<size { whole.add(UInt64(bytes[index + offset])) }
      index += size
      let scalar = Unicode.Scalar(value) ?? " "
      let kind = ScalarClass.of(scalar)
      if kind == .mark {
        if lastCharacter == nil, length > 0 { take(value, width: 1) }
      } else if !kind.isWordPart {
        endWord()
      } else if kind == .letter, WordTokenizer.isUnspaced(scalar) {
        takeCharacter(value)
      } else {
        take(value, width: width(of: value))
      }
    }
    endWord()
  }

  /// Reads up to the next byte that is not ASCII, and returns its place. In local variables: this is most of the work.
  private mutating func readASCII(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    if lastCharacter != nil { endWord() }
    var (whole, hash, length, width) = (self.whole, self.hash, self.length, self.width)
    var index = start
    while index < bytes.count, bytes[index] < 0x80 {
      let byte = bytes[index]
      index += 1
      whole.add(UInt64(byte))
      if byte &- 0x61 < 26 || byte &- 0x30 < 10 {
        length += 1
        width += 1
        if length <= longest { hash.add(UInt64(byte)) }
      } else if length > 0 {
        words.append((hash.value & ~7) | UInt64(min(7, width)))
        (length, width, hash) = (0, 0, seed)
      }
    }
    (self.whole, self.hash, self.length, self.width) = (whole, hash, length, width)
    return index
  }

  private mutating func take(_ value: UInt32, width added: Int) {
    if lastCharacter != nil { endWord() }
    length += 1
    width += added
    guard length <= longest else { return }
    // In capitals, as headlines are written, the dotless ı of Turkish can't be told from i.
    hash.add(value == 0x131 ? 0x69 : UInt64(value))
  }

  private mutating func takeCharacter(_ value: UInt32) {
    if length > 0 { endWord() }
    if var pair = lastCharacter {
      pair.add(UInt64(value))
      words.append(pair.value | 7)
    }
    var key = seed
    key.add(UInt64(value))
    lastCharacter = key
  }

  private mutating func endWord() {
    if length > 0 {
      words.append((hash.value & ~7) | UInt64(min(7, width)))
      (length, width, hash) = (0, 0, seed)
    }
    lastCharacter = nil
  }

  /// Syllables of Hangul are two letters or three; Hebrew and Arabic leave out about one vowel sign in four letters.
  private func width(of value: UInt32) -> Int {
    switch value {
    case 0xAC00...0xD7A3: 2
    case 0x590...0x6FF: length == 1 ? 2 : 1
    default: 1
    }
  }
}
