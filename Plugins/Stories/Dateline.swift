import TextKit

/// Finds what stands before the first words of an agency's report: "PARIS, 3 March (XYZ) — ".
enum Dateline {
  /// A dateline is no longer than this, in Unicode scalars.
  private static let longest = 90

  /// The sentence without its dateline, letter for letter the rest of it; the whole of it if it has none.
  static func cut(from sentence: String) -> String {
    guard mayHaveOne(sentence) else { return sentence }
    let scalars = sentence.unicodeScalars
    var index = scalars.startIndex
    var previous: Unicode.Scalar?
    var head = Head()
    for _ in 0..<longest {
      guard index < scalars.endIndex else { return sentence }
      let scalar = scalars[index]
      let next = scalars.index(after: index)
      if isDash(scalar), next < scalars.endIndex, scalars[next].properties.isWhitespace || scalar == "\u{2014}",
        previous.map({ $0.properties.isWhitespace || $0 == ")" || scalar == "\u{2014}" || $0 == "-" }) ?? false
      {
        return head.isDateline ? rest(of: sentence, from: next) : sentence
      }
      // Chinese agencies: "合肥6月4日电 ".
      if scalar == "电" || scalar == "電" || scalar == "讯" || scalar == "訊", head.hasDigit, next < scalars.endIndex,
        scalars[next].properties.isWhitespace, head.count <= 24
      {
        return rest(of: sentence, from: next)
      }
      head.take(scalar)
      previous = scalar
      index = next
    }
    return sentence
  }

  /// Whether a line is a dateline and nothing else: "PARIS, 3 March (XYZ)."
  static func isAll(of line: String) -> Bool {
    // Nearly every line is sorted out by its end, without a walk through its words.
    guard line.utf8.count <= 2 * longest else { return false }
    let byte = line.utf8.last { $0 > 0x20 && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "-") }
    guard let byte, byte >= 0x7F || byte == UInt8(ascii: ")") else { return false }
    let end = line.unicodeScalars.last { $0 != "." && $0 != "-" && !$0.properties.isWhitespace }
    guard end == ")" || end == "）" else { return false }
    // A place in capitals, at most a day, and an agency in brackets.
    let words = line.spacedWords()
    guard let place = words.first?.withoutMarks().unicodeScalars, words.count <= 8, place.count >= 3 else {
      return false
    }
    return place.allSatisfy { ScalarClass.of($0) == .upper }
  }

  /// Whether there are bytes in front as dashes before a space and the signs of Chinese agencies have them. Most
  /// sentences have none, and bytes are looked through many times faster than scalars.
  private static func mayHaveOne(_ sentence: String) -> Bool {
    sentence.utf8.withContiguousStorageIfAvailable { bytes in
      for index in 0..<min(bytes.count - 1, 4 * longest) where bytes[index] == 0x2D || bytes[index] >= 0xE2 {
        let next = bytes[index + 1]
        switch bytes[index] {
        case 0x2D: if next <= 0x20 || next >= 0x80 { return true }
        case 0xE2: if next == 0x80, index + 2 < bytes.count, (0x93...0x94).contains(bytes[index + 2]) { return true }
        case 0xE7...0xE9: return true
        default: break
        }
      }
      return false
    } ?? true
  }

  /// What is known of the words before the dash.
  private struct Head {
    var count = 0
    var hasDigit = false
    private var hasBracket = false
    private var hasCapitals = false
    private var capitals = 0
    private var hasLower = false

    /// A place in capitals, an agency in brackets, or a day.
    var isDateline: Bool { hasBracket || hasCapitals || hasDigit && !hasLower }

    mutating func take(_ scalar: Unicode.Scalar) {
      count += 1
      switch ScalarClass.of(scalar) {
      case .upper:
        capitals += 1
        if capitals >= 4 { hasCapitals = true }
      case .lower:
        capitals = 0
        hasLower = true
      case .digit:
        hasDigit = true
        capitals = 0
      default:
        capitals = 0
        if scalar == ")" || scalar == "）" { hasBracket = true }
      }
    }
  }

  private static func rest(of sentence: String, from index: String.Index) -> String {
    let rest = sentence[index...].drop { $0.isWhitespace || $0 == "-" || $0 == "—" || $0 == "–" }
    // What is left must be able to stand alone.
    return rest.unicodeScalars.count >= 20 ? String(rest) : sentence
  }

  private static func isDash(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "-" || scalar == "\u{2013}" || scalar == "\u{2014}"
  }
}
