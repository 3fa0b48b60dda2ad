import Foundation

/// Form C of texts that may not be in it (Unicode Standard Annex 15), word by word.
///
/// Foundation composes some 10 MB a second. The tables here, made from Foundation's own answers on first use, which
/// takes a few milliseconds, hold all of the basic plane but Hangul jamo; words with these, or with scalars beyond that
/// plane that can change, go through Foundation.
struct CanonicalComposition: Sendable {
  /// The tables of this machine.
  static let shared = CanonicalComposition()

  /// What a scalar of the basic plane does.
  private enum Kind: UInt8 {
    /// Has combining class 0, stays as it is and composes with nothing before it.
    case plain
    /// Another combining class, stays as it is and composes with nothing before it.
    case mark
    /// Composes with some scalars before it.
    case second
    /// Is replaced.
    case changing
    /// Is left to Foundation.
    case foreign
  }

  private let kinds: [UInt8]
  private let classes: [UInt8]
  /// Full canonical decompositions of what has one.
  private var decompositions: [UInt32: [UInt32]] = [:]
  /// What pairs of scalars become.
  private var compositions: [UInt64: UInt32] = [:]

  private static func pair(_ first: UInt32, _ second: UInt32) -> UInt64 { UInt64(first) << 32 | UInt64(second) }

  private init() {
    var kinds = [UInt8](repeating: Kind.plain.rawValue, count: 0x10000)
    var classes = [UInt8](repeating: 0, count: 0x10000)
    for value in UInt32(0xC0)...0xFFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      guard !Self.isIdeographOrSyllable(value) else { continue }
      // Foundation may know later scalars than this library does.
      if Self.isJamo(value) || scalar.properties.generalCategory == .unassigned {
        kinds[Int(value)] = Kind.foreign.rawValue
        continue
      }
      let combiningClass = scalar.properties.canonicalCombiningClass.rawValue
      classes[Int(value)] = combiningClass
      if combiningClass > 0 { kinds[Int(value)] = Kind.mark.rawValue }
      let own = String(Character(scalar))
      let parts = own.decomposedStringWithCanonicalMapping.unicodeScalars.map(\.value)
      guard parts != [value] else { continue }
      decompositions[value] = parts
      if own.precomposedStringWithCanonicalMapping.unicodeScalars.map(\.value) != [value] {
        kinds[Int(value)] = Kind.changing.rawValue
      } else if let last = parts.last {
        let first = String(scalars: parts.dropLast().compactMap(Unicode.Scalar.init))
        let firsts = first.precomposedStringWithCanonicalMapping.unicodeScalars
        if let only = firsts.first, firsts.count == 1 { compositions[Self.pair(only.value, last)] = value }
      }
    }
    for pair in compositions.keys {
      let second = Int(truncatingIfNeeded: pair & 0xFFFF)
      if kinds[second] != Kind.changing.rawValue { kinds[second] = Kind.second.rawValue }
    }
    self.kinds = kinds
    self.classes = classes
  }

  /// Jamo, which compose to syllables by a rule of their own.
  private static func isJamo(_ value: UInt32) -> Bool { (0x1100...0x11FF).contains(value) }

  /// The great blocks of scalars that stay as they are.
  private static func isIdeographOrSyllable(_ value: UInt32) -> Bool {
    (0x3400...0x9FFF).contains(value) || (0xAC00...0xD7A3).contains(value) || (0xE000...0xF8FF).contains(value)
  }

  private func kind(_ value: UInt32) -> Kind {
    if value < 0x10000 { return Kind(rawValue: kinds[Int(value)]) ?? .foreign }
    // Emoji and rare ideographs stay as they are.
    return (0x1F000...0x1FAFF).contains(value) || (0x20000...0x2F7FF).contains(value) ? .plain : .foreign
  }

  private func combiningClass(_ value: UInt32) -> UInt8 { value < 0x10000 ? classes[Int(value)] : 0 }

  /// Valid UTF-8 in form C; nil if it is in form C as it is.
  func composed(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    // What lies before is in `result`.
    var copied = 0
    var start = 0
    while start < bytes.count {
      // Nothing composes with the ASCII space or a line feed before it, nor they with anything.
      var end = start
      while end < bytes.count, bytes[end] != 0x20, bytes[end] != 0x0A { end += 1 }
      let word = UnsafeBufferPointer(rebasing: bytes[start..<end])
      if !isComposed(word) {
        result += bytes[copied..<start]
        append(word, to: &result)
        copied = end
      }
      start = end + 1
    }
    guard copied > 0 else { return nil }
    result += bytes[copied...]
    return result
  }

  /// Whether a word is surely in form C.
  private func isComposed(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    var starter: UInt32 = 0
    var last: UInt8 = 0
    while index < word.count {
      let (scalar, length) = word.scalar(at: index)
      index += length
      let value = scalar.value
      let kind = value < 0x80 ? .plain : kind(value)
      switch kind {
      case .plain:
        (starter, last) = (value, 0)
      case .mark, .second:
        let combiningClass = combiningClass(value)
        if combiningClass > 0 && combiningClass < last { return false }
        if kind == .second && mayJoin(value, to: starter) { return false }
        last = combiningClass
        if combiningClass == 0 { starter = value }
      case .changing, .foreign:
        return false
      }
    }
    return true
  }

  /// Whether a scalar composes with a starter, or goes before a mark that the starter holds, to compose with the rest.
  private func mayJoin(_ value: UInt32, to starter: UInt32) -> Bool {
    if compositions[Self.pair(starter, value)] != nil { return true }
    let held = decompositions[starter]?.last.map(combiningClass) ?? 0
    return held > combiningClass(value)
  }

  /// Appends form C of a word.
  private func append(_ word: UnsafeBufferPointer<UInt8>, to result: inout [UInt8]) {
    var scalars: [UInt32] = []
    scalars.reserveCapacity(word.count)
    var index = 0
    while index < word.count {
      let (scalar, length) = word.scalar(at: index)
      index += length
      if kind(scalar.value) == .foreign {
        result += String(decoding: word, as: UTF8.self).precomposedStringWithCanonicalMapping.utf8
        return
      }
      if let parts = decompositions[scalar.value] { scalars += parts } else { scalars.append(scalar.value) }
    }
    order(&scalars)
    for value in compose(scalars) { result.appendUTF8(value) }
  }

  /// Puts runs of marks in order of their combining classes; those of one class keep theirs.
  private func order(_ scalars: inout [UInt32]) {
    for index in scalars.indices.dropFirst() {
      let (moved, movedClass) = (scalars[index], combiningClass(scalars[index]))
      var place = index
      while movedClass > 0, place > 0, combiningClass(scalars[place - 1]) > movedClass {
        scalars[place] = scalars[place - 1]
        place -= 1
      }
      scalars[place] = moved
    }
  }

  /// Joins each scalar to the last starter that it composes with, unless something of its class stands between.
  private func compose(_ scalars: [UInt32]) -> [UInt32] {
    var composed: [UInt32] = []
    composed.reserveCapacity(scalars.count)
    var starter: Int?
    // Class of the scalar before, if that was not joined.
    var last: UInt8?
    for value in scalars {
      let combiningClass = combiningClass(value)
      let isFree = last.map { $0 < combiningClass } ?? true
      if let place = starter, isFree, let pair = compositions[Self.pair(composed[place], value)] {
        composed[place] = pair
        continue
      }
      composed.append(value)
      if combiningClass == 0 {
        starter = composed.count - 1
        last = nil
      } else {
        last = combiningClass
      }
    }
    return composed
  }
}
