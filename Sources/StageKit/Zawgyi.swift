import Foundation

/// Burmese that was written for the font Zawgyi-One, as Unicode.
///
/// Until 2019 most of Myanmar's pages were written for it, and many still are. It uses the code points of Unicode's
/// Myanmar block in ways of its own: what is drawn first is stored first, and forms of one letter have code points of
/// their own. To all who expect Unicode such a text is noise: of the sentences of one Burmese corpus, the sentence
/// encoder found 86 % of their English counterparts as they were, and 96 % converted.
///
/// The order of what belongs to a consonant is that of Unicode Technical Note 11 (Hosken 2012), but for the dot below,
/// which canonical order puts before the killer.
package enum Zawgyi {
  /// The text in Unicode; as it is if it is no Zawgyi.
  package static func converted(_ text: String) -> String {
    guard hasBurmese(text) else { return text }
    let scalars = Array(text.unicodeScalars)
    return isZawgyi(scalars) ? converted(scalars) : text
  }

  /// Whether there may be any: Myanmar's block and no other begins with the bytes E1 80 to E1 82, in UTF-8.
  private static func hasBurmese(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      guard var place = UnsafeRawPointer(bytes.baseAddress) else { return false }
      let end = place + bytes.count
      while let found = memchr(place, 0xE1, end - place) {
        place = UnsafeRawPointer(found) + 1
        if place < end, place.load(as: UInt8.self) <= 0x82 { return true }
      }
      return false
    }
  }

  // MARK: Which it is

  /// Whether more in it can only be Zawgyi than can only be Unicode.
  private static func isZawgyi(_ scalars: [Unicode.Scalar]) -> Bool {
    var (zawgyi, unicode) = (0, 0)
    for (index, scalar) in scalars.enumerated() {
      let before = index > 0 ? scalars[index - 1].value : 0
      let behind = index + 1 < scalars.count ? scalars[index + 1].value : 0
      switch scalar.value {
      case ZawgyiTables.e:
        // In Unicode behind its consonant, in Zawgyi in front of it.
        if !mayPrecedeVowel(before) { zawgyi += 1 }
        if !mayFollowVowelOfZawgyi(behind) { unicode += 1 }
      case 0x1039:
        // In Unicode it puts one consonant below another; in Zawgyi it is the killer, which closes a syllable.
        if !(0x1000...0x102A).contains(behind) { zawgyi += 1 }
      case 0x103A:
        // In Unicode this is the killer; in Zawgyi a consonant, to which vowels are added.
        if behind == 0x1037 || behind == 0x1038 { unicode += 1 }
      default: break
      }
    }
    return zawgyi > unicode
  }

  /// Consonants and what changes them, of Burmese and of others in the block.
  private static func mayPrecedeVowel(_ value: UInt32) -> Bool {
    switch value {
    case 0x1000...0x1021, 0x1025, 0x1029, 0x103B...0x103F, 0x1050...0x109F: true
    default: false
    }
  }

  private static func mayFollowVowelOfZawgyi(_ value: UInt32) -> Bool {
    switch value {
    case 0x1000...0x102A, 0x1040, 0x1047: true
    default: ZawgyiTables.medialRa.contains(value) || ZawgyiTables.bases[value] != nil
    }
  }

  // MARK: Conversion

  private static func converted(_ scalars: [Unicode.Scalar]) -> String {
    var result = String.UnicodeScalarView()
    var index = 0
    while index < scalars.count {
      if let (syllable, end) = Syllable.read(scalars, from: index) {
        syllable.append(to: &result)
        index = end
      } else {
        result.append(scalars[index])
        index += 1
      }
    }
    return String(result)
  }

  /// A consonant and what belongs to it.
  private struct Syllable {
    /// As Unicode has it; several where one code point of Zawgyi is a stack.
    private var base: [UInt32]
    /// The consonant below it.
    private var below: UInt32?
    /// Whether a small nga stands above it.
    private var hasKinzi = false
    /// A bit for each mark that it has, by its place in ``ZawgyiTables/order``.
    private var marks = 0

    /// The syllable that begins at an index, and where it ends; nil if none does.
    static func read(_ scalars: [Unicode.Scalar], from start: Int) -> (syllable: Syllable, end: Int)? {
      func value(_ index: Int) -> UInt32 { index < scalars.count ? scalars[index].value : 0 }
      var index = start
      var (hasVowel, hasRa) = (false, false)
      while true {
        if !hasVowel, value(index) == ZawgyiTables.e {
          hasVowel = true
        } else if !hasRa, ZawgyiTables.medialRa.contains(value(index)) {
          hasRa = true
        } else {
          break
        }
        index += 1
      }
      guard let base = base(value(index), before: value(index + 1), isOpened: index > start) else { return nil }
      index += 1
      var syllable = Syllable(base: base)
      if hasVowel { syllable.add(ZawgyiTables.e) }
      if hasRa { syllable.add(0x103C) }
      while syllable.take(value(index)) { index += 1 }
      syllable.settle(before: value(index))
      return (syllable, index)
    }

    private init(base: [UInt32]) { self.base = base }

    /// The consonant of a code point. Zero and seven were typed for the letters that look like them.
    private static func base(_ value: UInt32, before next: UInt32, isOpened: Bool) -> [UInt32]? {
      switch value {
      case 0x1000...0x1021, 0x1023...0x1027, 0x1029, 0x102A, 0x103F, 0x104C...0x104F: return [value]
      case 0x1040, 0x1047:
        let hasMarks = ZawgyiTables.marks[next] != nil && next != 0x1038 || ZawgyiTables.stacked[next] != nil
        return isOpened || hasMarks ? [value == 0x1040 ? 0x101D : 0x101B] : nil
      default: return ZawgyiTables.bases[value]
      }
    }

    private mutating func add(_ mark: UInt32) { marks |= Self.bit(of: mark) }

    private func has(_ mark: UInt32) -> Bool { marks & Self.bit(of: mark) != 0 }

    /// The bit of a mark in ``marks``; none for what is no mark.
    private static func bit(of mark: UInt32) -> Int {
      ZawgyiTables.order.firstIndex(of: mark).map { 1 << $0 } ?? 0
    }

    /// Adds what a code point stands for; false if it belongs to no consonant before it.
    private mutating func take(_ value: UInt32) -> Bool {
      if let consonant = ZawgyiTables.stacked[value] {
        guard below == nil else { return false }
        below = consonant
        if value == 0x1096 { add(0x103D) }
        return true
      }
      guard let marks = ZawgyiTables.marks[value] else { return false }
      for mark in marks { add(mark) }
      if ZawgyiTables.kinzi.contains(value) { hasKinzi = true }
      return true
    }

    /// Tells letters apart that look the same in Zawgyi, once all marks are known.
    private mutating func settle(before next: UInt32) {
      if base == [0x1025], has(0x103A) {
        base = [0x1009]
      } else if base == [0x1025], has(0x102E) {
        base = [0x1026]
        marks &= ~Self.bit(of: 0x102E)
      } else if base == [0x104E], marks == 0, next != 0x1004 {
        base = [0x104E, 0x1004, 0x103A, 0x1038]
      }
    }

    /// Appends it in the order of Unicode.
    func append(to text: inout String.UnicodeScalarView) {
      var values: [UInt32] = hasKinzi ? [0x1004, 0x103A, 0x1039] : []
      values += base
      if let below { values += [0x1039, below] }
      for (place, mark) in ZawgyiTables.order.enumerated() where marks >> place & 1 == 1 { values.append(mark) }
      text.append(contentsOf: values.compactMap(Unicode.Scalar.init))
    }
  }
}
