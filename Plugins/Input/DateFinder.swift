/// Finds a complete calendar date in a line: day, month and year, in figures or with the month's name.
struct DateFinder {
  /// A date and where it stands.
  struct Match: Equatable {
    /// `2026-03-12`, or RFC 3339 with the time if the line has it so.
    var date: String
    /// In Unicode scalars of the line.
    var range: Range<Int>
  }

  private enum Kind {
    case number(Int, digits: Int)
    case word(String)
    case symbol(Unicode.Scalar)
  }

  private struct Token {
    var kind: Kind
    var range: Range<Int>
  }

  /// The line.
  let scalars: [Unicode.Scalar]
  private let tokens: [Token]

  /// Looks at no more than 200 scalars.
  init(_ line: Substring) {
    scalars = Array(line.unicodeScalars.prefix(200))
    tokens = Self.tokens(scalars)
  }

  /// How many words and how many numbers stand outside `range`.
  func rest(outside range: Range<Int>) -> (words: Int, numbers: Int) {
    var rest = (words: 0, numbers: 0)
    for token in tokens where !range.overlaps(token.range) {
      switch token.kind {
      case .word: rest.words += 1
      case .number: rest.numbers += 1
      case .symbol: break
      }
    }
    return rest
  }

  /// The first date.
  func first() -> Match? {
    for index in tokens.indices {
      guard case let found? = yearFirst(index) ?? dayFirst(index) ?? monthFirst(index) else { continue }
      let range = tokens[index].range.lowerBound..<tokens[found.last].range.upperBound
      return Match(date: found.date, range: range).withTime(in: scalars)
    }
    return nil
  }

  /// 2026-03-12, 2026/3/12, 2026.03.12, 2026年3月12日, 2026년 3월 12일
  private func yearFirst(_ index: Int) -> (date: String, last: Int)? {
    guard let year = number(index, digits: 4...4) else { return nil }
    for separator in ["-", "/", "."] as [Unicode.Scalar]
    where symbol(index + 1) == separator && symbol(index + 3) == separator {
      guard let month = number(index + 2, digits: 1...2), let day = number(index + 4, digits: 1...2) else { continue }
      return date(year, month, day).map { ($0, index + 4) }
    }
    guard let month = number(index + 2, digits: 1...2), let day = number(index + 4, digits: 1...2),
      let (first, second, third) = three(index + 1, index + 3, index + 5)
    else { return nil }
    guard first == "年" && second == "月" && third.hasPrefix("日") || first == "년" && second == "월" && third.hasPrefix("일")
    else { return nil }
    return date(year, month, day).map { ($0, index + 5) }
  }

  /// 12 March 2026, 1er mars 2026, 12 de marzo de 2026, 12.03.2026, 25/12/2026
  private func dayFirst(_ index: Int) -> (date: String, last: Int)? {
    guard let day = number(index, digits: 1...2) else { return nil }
    if let month = number(index + 2, digits: 1...2), let year = number(index + 4, digits: 4...4),
      let separator = symbol(index + 1), separator == symbol(index + 3)
    {
      // 03/04/2026 is April in one country and March in another: only one reading may be possible.
      if separator == "." { return date(year, month, day).map { ($0, index + 4) } }
      if separator == "/", month <= 12, day > 12 || day == month {
        return date(year, month, day).map { ($0, index + 4) }
      }
      if separator == "/", day <= 12, month > 12 { return date(year, day, month).map { ($0, index + 4) } }
      return nil
    }
    let hasStop = symbol(index + 1) == "."
    var next = skip(index + 1, [".", "º", "°"], ["er", "st", "nd", "rd", "th", "º", "de", "of"])
    guard let (month, end) = self.month(next), !hasStop || !isAmbiguous(next) else { return nil }
    next = end
    // Arabic reports often give both names of the month, with a slash.
    if symbol(next) == "/", let (other, end) = self.month(next + 1), other == month { next = end }
    next = skip(next, [".", ",", "،"], ["de", "del", "of"])
    guard let year = number(next, digits: 4...4) else { return nil }
    return date(year, month, day).map { ($0, next) }
  }

  /// March 12, 2026
  private func monthFirst(_ index: Int) -> (date: String, last: Int)? {
    guard let (month, end) = self.month(index) else { return nil }
    var next = skip(end, ["."], [])
    guard let day = number(next, digits: 1...2) else { return nil }
    next = skip(next + 1, [",", "،"], ["st", "nd", "rd", "th"])
    guard let year = number(next, digits: 4...4) else { return nil }
    return date(year, month, day).map { ($0, next) }
  }

  private func number(_ index: Int, digits: ClosedRange<Int>) -> Int? {
    guard tokens.indices.contains(index), case .number(let value, let count) = tokens[index].kind,
      digits.contains(count)
    else { return nil }
    return value
  }

  private func symbol(_ index: Int) -> Unicode.Scalar? {
    guard tokens.indices.contains(index), case .symbol(let scalar) = tokens[index].kind else { return nil }
    return scalar
  }

  private func word(_ index: Int) -> String? {
    guard tokens.indices.contains(index), case .word(let word) = tokens[index].kind else { return nil }
    return word
  }

  private func three(_ a: Int, _ b: Int, _ c: Int) -> (String, String, String)? {
    guard let a = word(a), let b = word(b), let c = word(c) else { return nil }
    return (a, b, c)
  }

  private func month(_ index: Int) -> (month: Int, end: Int)? {
    guard let first = word(index) else { return nil }
    if let second = word(index + 1), let month = MonthNames.month("\(first) \(second)") { return (month, index + 2) }
    return MonthNames.month(first).map { ($0, index + 1) }
  }

  private func isAmbiguous(_ index: Int) -> Bool { word(index).map(MonthNames.isAmbiguous) ?? false }

  private func skip(_ index: Int, _ symbols: [Unicode.Scalar], _ words: [String]) -> Int {
    var index = index
    while symbol(index).map({ symbols.contains($0) }) ?? word(index).map({ words.contains($0) }) ?? false { index += 1 }
    return index
  }

  /// The date if the calendar has it and it is one that a report can have.
  private func date(_ year: Int, _ month: Int, _ day: Int) -> String? {
    guard (1600...2200).contains(year), (1...12).contains(month) else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    guard (1...days).contains(day) else { return nil }
    func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(year)-\(padded(month))-\(padded(day))"
  }

  /// Numbers, words and single symbols; figures of any script count, and white space only separates.
  private static func tokens(_ scalars: [Unicode.Scalar]) -> [Token] {
    var tokens: [Token] = []
    var index = 0
    func isLetter(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isAlphabetic || scalar.properties.generalCategory == .nonspacingMark
    }
    while index < scalars.count {
      let start = index
      if digit(scalars[index]) != nil {
        var value = 0
        while index < scalars.count, let digit = digit(scalars[index]) {
          value = index - start < 9 ? value * 10 + digit : value
          index += 1
        }
        tokens.append(Token(kind: .number(value, digits: index - start), range: start..<index))
      } else if isLetter(scalars[index]) {
        var word = String.UnicodeScalarView()
        while index < scalars.count, isLetter(scalars[index]) {
          word.append(scalars[index])
          index += 1
        }
        tokens.append(Token(kind: .word(String(word).lowercased()), range: start..<index))
      } else {
        index += 1
        if !scalars[start].properties.isWhitespace {
          tokens.append(Token(kind: .symbol(scalars[start]), range: start..<index))
        }
      }
    }
    return tokens
  }

  fileprivate static func digit(_ scalar: Unicode.Scalar) -> Int? {
    if 0x30...0x39 ~= scalar.value { return Int(scalar.value) - 0x30 }
    guard scalar.value > 0x7F, scalar.properties.numericType == .decimal else { return nil }
    return scalar.properties.numericValue.map { Int($0) }
  }
}

extension DateFinder.Match {
  /// With the time behind it, if both together are RFC 3339: `2026-03-12T08:15:00Z`, also with a space for the T.
  ///
  /// Read by hand: documents of an export have a date each, and a `Regex` costs a hundred times as much.
  fileprivate func withTime(in scalars: [Unicode.Scalar]) -> Self {
    var time = ""
    var index = range.lowerBound
    /// Takes scalars by a pattern, in which a 0 stands for a figure.
    func take(_ pattern: String) -> Bool {
      for expected in pattern.unicodeScalars {
        guard index < scalars.count else { return false }
        if expected == "0" {
          guard let digit = DateFinder.digit(scalars[index]) else { return false }
          time += String(digit)
        } else {
          guard scalars[index] == expected || expected == "T" && scalars[index] == " " else { return false }
          time.unicodeScalars.append(expected)
        }
        index += 1
      }
      return true
    }
    guard take("0000-00-00T00:00:00") else { return self }
    if index < scalars.count, scalars[index] == "." {
      let start = index
      _ = take(".")
      while index - start <= 9, take("0") {}
      guard index - start > 1 else { return self }
    }
    guard index < scalars.count else { return self }
    switch scalars[index] {
    case "Z": _ = take("Z")
    case "+": guard take("+00:00") else { return self }
    case "-": guard take("-00:00") else { return self }
    default: return self
    }
    return Self(date: time, range: range.lowerBound..<index)
  }
}
