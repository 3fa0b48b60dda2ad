/// The numbers of a text in one form, whatever the digits and separators: they survive translation.
///
/// `1,234`, `1.234`, `1 234`, `١٬٢٣٤` and `12,34,567` lose their grouping; a decimal separator becomes a full stop;
/// zeros in front of a number and at the end of its decimals go. Dates and times give one number for each part.
/// Between two readings of `1.234` the grouped one is taken, as thousands are far more frequent in news than
/// three decimals.
public struct NumberTokens: Sendable, Equatable {
  /// The distinct numbers, in ascending order of their bytes.
  public let distinct: [String]

  /// The distinct numbers of a text.
  public init(_ text: String) { self.init(tokens: Self.all(in: text)) }

  /// The distinct ones of numbers that were found before.
  public init(tokens: [String]) { distinct = Set(tokens).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

  /// All numbers of a text in the order in which they stand, with repetitions.
  public static func all(in text: String) -> [String] {
    var tokens: [String] = []
    var reader = NumberReader()
    for scalar in text.unicodeScalars { reader.take(scalar, into: &tokens) }
    reader.finish(into: &tokens)
    return tokens
  }

  /// How much a shared number says, by its length: 1 from four characters on, 0.8, 0.6 and 0.3 below.
  public static func weight(of token: String) -> Float { Float(tenths(token)) / 10 }

  /// Agreement of the numbers of two sentences, in -0.5...1: the shared part of their weight, less sure the lighter it
  /// is; below zero when both have numbers and share none; zero when one side has none.
  ///
  /// Weights are summed as whole tenths, so that the result does not depend on any order.
  public static func agreement(_ a: NumberTokens, _ b: NumberTokens) -> Float {
    guard !a.distinct.isEmpty, !b.distinct.isEmpty else { return 0 }
    var shared = 0
    var union = 0
    var i = 0
    var j = 0
    while i < a.distinct.count || j < b.distinct.count {
      if i < a.distinct.count, j < b.distinct.count, a.distinct[i] == b.distinct[j] {
        shared += tenths(a.distinct[i])
        union += tenths(a.distinct[i])
        i += 1
        j += 1
      } else if j >= b.distinct.count
        || (i < a.distinct.count && a.distinct[i].utf8.lexicographicallyPrecedes(b.distinct[j].utf8))
      {
        union += tenths(a.distinct[i])
        i += 1
      } else {
        union += tenths(b.distinct[j])
        j += 1
      }
    }
    guard shared > 0 else { return -0.5 * min(1, Float(union) / 20) }
    return Float(shared) / Float(union) * min(1, Float(shared) / 10)
  }

  private static func tenths(_ token: String) -> Int {
    switch token.utf8.count {
    case 4...: return 10
    case 3: return 8
    case 2: return 6
    default: return 3
    }
  }
}

/// Reads runs of digits with single separators between them, and turns each run into numbers.
private struct NumberReader {
  private enum Separator {
    /// `,` and `.` group thousands or divide decimals.
    case comma, stop
    /// The Arabic signs have one meaning each.
    case arabicThousands, arabicDecimal
    /// Spaces and apostrophes only group.
    case space, apostrophe

    init?(_ scalar: Unicode.Scalar) {
      switch scalar.value {
      case 0x2C, 0xFF0C: self = .comma
      case 0x2E, 0xFF0E: self = .stop
      case 0x66C: self = .arabicThousands
      case 0x66B: self = .arabicDecimal
      case 0x20, 0xA0, 0x202F, 0x2009: self = .space
      case 0x27, 0x2019: self = .apostrophe
      default: return nil
      }
    }

    var canDivideDecimals: Bool { self == .comma || self == .stop || self == .arabicDecimal }
    var canGroup: Bool { self != .arabicDecimal }
  }

  /// Longer runs of digits are no numbers that anyone compares; they are read in parts of this length.
  private static let longestGroup = 40

  /// With so many groups of two digits a number has reached 10 to the 20th.
  private static let mostTwos = 8

  private var groups: [[UInt8]] = []
  private var separators: [Separator] = []
  private var current: [UInt8] = []
  private var pending: Separator?

  mutating func take(_ scalar: Unicode.Scalar, into tokens: inout [String]) {
    if let digit = scalar.decimalDigit {
      if current.isEmpty, let separator = pending {
        separators.append(separator)
        pending = nil
      }
      current.append(0x30 + digit)
      if current.count >= Self.longestGroup { finish(into: &tokens) }
    } else if !current.isEmpty, let separator = Separator(scalar) {
      groups.append(current)
      current.removeAll(keepingCapacity: true)
      pending = separator
    } else if !groups.isEmpty || !current.isEmpty {
      finish(into: &tokens)
    }
  }

  mutating func finish(into tokens: inout [String]) {
    if !current.isEmpty { groups.append(current) }
    var index = 0
    while index < groups.count { index = number(from: index, into: &tokens) }
    groups.removeAll(keepingCapacity: true)
    separators.removeAll(keepingCapacity: true)
    current.removeAll(keepingCapacity: true)
    pending = nil
  }

  /// Emits the number that begins with group `index`; returns the index of the next one.
  private func number(from index: Int, into tokens: inout [String]) -> Int {
    let grouped = groupsOfOneNumber(from: index)
    var digits = Array(groups[index...index + grouped].joined())
    let next = index + grouped + 1
    if next < groups.count, dividesDecimals(at: next - 1, grouped: grouped, next: next) {
      digits = digits.trimmingLeadingZeros() + [0x2E] + groups[next]
      while digits.last == 0x30 { digits.removeLast() }
      if digits.last == 0x2E { digits.removeLast() }
      tokens.append(String(decoding: digits, as: UTF8.self))
      return next + 1
    }
    tokens.append(String(decoding: digits.trimmingLeadingZeros(), as: UTF8.self))
    return next
  }

  /// How many groups behind `index` are thousands of the same number, in threes or, as in India, in twos and a three.
  private func groupsOfOneNumber(from index: Int) -> Int {
    guard groups[index].count <= 3, index < separators.count, separators[index].canGroup else { return 0 }
    let separator = separators[index]
    var end = index
    while end < separators.count, separators[end] == separator, groups[end + 1].count == 3 { end += 1 }
    if end > index { return end - index }
    guard separator == .comma, groups[index].count <= 2 else { return 0 }
    var twos = index
    // A long list of two-digit numbers is none; to look through it from each of them on would take for ever.
    let last = min(separators.count, index + Self.mostTwos)
    while twos < last, separators[twos] == .comma, groups[twos + 1].count == 2 { twos += 1 }
    guard twos > index, twos < separators.count, separators[twos] == .comma, groups[twos + 1].count == 3 else {
      return 0
    }
    return twos + 1 - index
  }

  /// Whether the separator at `position` divides the decimals in group `next` from the number before it.
  private func dividesDecimals(at position: Int, grouped: Int, next: Int) -> Bool {
    let separator = separators[position]
    guard separator.canDivideDecimals else { return false }
    if grouped > 0, separators[position - 1] == separator { return false }
    // 27.01.2018 and 10.0.0.1 are no decimals: the same mark goes on behind the would-be decimals.
    return !(next < separators.count && separators[next] == separator)
      && !(grouped == 0 && position > 0 && separators[position - 1] == separator)
  }
}

extension [UInt8] {
  /// The digits without zeros in front, but at least one digit.
  fileprivate func trimmingLeadingZeros() -> [UInt8] {
    let kept = drop { $0 == 0x30 }
    return kept.isEmpty ? [0x30] : Array(kept)
  }
}
