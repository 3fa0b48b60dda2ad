import TextKit

/// The part of a text that tells its language: letters, without what is the same in all languages.
enum LanguageSample {
  /// Longer texts are judged by their beginning, middle and end.
  static let longestBytes = 128 * 1024

  /// At most `longestBytes` of a text: half from its beginning, a quarter each from its middle and end.
  static func excerpt(_ text: String) -> String {
    let bytes = text.utf8.count
    guard bytes > longestBytes else { return text }
    func piece(from start: Int, count: Int) -> Substring {
      let scalars = text.unicodeScalars
      let from = text.utf8.index(text.startIndex, offsetBy: start)
      let to = text.utf8.index(from, offsetBy: count)
      return text[scalars.index(alignedDown: from)..<scalars.index(alignedDown: to)]
    }
    let quarter = longestBytes / 4
    let pieces = [
      piece(from: 0, count: 2 * quarter), piece(from: bytes / 2, count: quarter),
      piece(from: bytes - quarter, count: quarter),
    ]
    return pieces.joined(separator: "\n")
  }

  /// The text in form C without URLs, e-mail addresses, @names, #tags, numbers and control characters, and with single
  /// spaces. It is UTF-8 fit for interchange: without NUL, which ends CLD2's reading, and without noncharacters.
  static func cleaned(_ text: String) -> String { String(decoding: cleanedBytes(text), as: UTF8.self) }

  /// The same as UTF-8, which is what is counted and judged.
  static func cleanedBytes(_ text: String) -> [UInt8] {
    var text = text
    return text.withUTF8 { bytes in
      UnicodeForm.nfc(bytes).map { $0.withUnsafeBufferPointer(SampleCleaner.clean) } ?? SampleCleaner.clean(bytes)
    }
  }
}

extension LanguageSample {
  /// More bytes than these don't make the n-gram model's answer any better: of whole reports it is as often right as of
  /// this much of them.
  static let enoughBytes = 1024
  /// The same for CLD2.
  static let enoughForCLD2 = 1024
  /// So many bytes tell most languages for certain.
  static let fewBytes = 512

  /// Of a longer cleaned text three pieces: half from its beginning, a quarter each from its middle and its end.
  static func enough(of sample: [UInt8], bytes: Int = enoughBytes) -> [UInt8] {
    guard sample.count > bytes else { return sample }
    let quarter = bytes / 4
    var pieces: [UInt8] = []
    pieces.reserveCapacity(bytes + 2)
    for (start, count) in [
      (0, 2 * quarter), (sample.count / 2 - quarter / 2, quarter), (sample.count - quarter, quarter),
    ] {
      // Not within a letter.
      var (from, to) = (start, start + count)
      while from < to, sample[from] & 0xC0 == 0x80 { from += 1 }
      while to > from, to < sample.count, sample[to] & 0xC0 == 0x80 { to -= 1 }
      if !pieces.isEmpty { pieces.append(0x20) }
      pieces += sample[from..<to]
    }
    return pieces
  }

  /// The words of a cleaned text that do not begin with a capital: what is left of it without names.
  static func withoutCapitalised(_ sample: [UInt8]) -> [UInt8] {
    let words = String(decoding: sample, as: UTF8.self).split(separator: " ").filter { word in
      word.unicodeScalars.first { ScalarClass.of($0).isWordPart }.map { ScalarClass.of($0) != .upper } ?? false
    }
    return Array(words.joined(separator: " ").utf8)
  }
}

extension String.UnicodeScalarView {
  /// The start of the scalar in which an index of a byte lies.
  fileprivate func index(alignedDown index: Index) -> Index { self[index...].startIndex }
}
