/// One full stop and the token before it, which decide whether a sentence ends there.
struct FullStop {
  /// Longer tokens are no abbreviations.
  private static let longestToken = 24

  /// One small vowel is a word in many languages (é, o, я); one small consonant is an abbreviation.
  private static let vowels = Set(
    "aàáâãäåāăąeèéêëēĕėęěẹiìíîïīįıỉịoòóôõöøōőọuùúûüūůűųụyýÿаеёиоуыэюяйіїєўαάεέηήιίοόυύωώ".unicodeScalars)

  private let token: [Unicode.Scalar]
  private let opensSentence: Bool
  private let beforeToken: Unicode.Scalar?
  private let followsNumber: Bool
  private let rules: SentenceRules

  /// Reads the token that ends at `index`, the offset of the full stop; `firstWord` is where the sentence's words begin.
  init(in scalars: [Unicode.Scalar], at index: Int, firstWord: Int, rules: SentenceRules) {
    var start = index
    while start > firstWord, index - start < Self.longestToken, Self.belongs(scalars[start - 1]) { start -= 1 }
    while start < index, scalars[start].value == 0x2E { start += 1 }
    token = Array(scalars[start..<index])
    beforeToken = start > firstWord ? scalars[start - 1] : nil
    followsNumber =
      start - 2 >= firstWord && ScalarClass.of(scalars[start - 1]) == .space
      && ScalarClass.of(scalars[start - 2]) == .digit
    opensSentence = start <= firstWord
    self.rules = rules
  }

  private static func belongs(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0x2E || ScalarClass.of(scalar).isWordPart
  }

  /// Whether a sentence ends here, when `follower` (which is not in lower case) comes next.
  func endsSentence(before follower: SentenceBoundaries.Follower) -> Bool {
    guard let first = token.first, let last = token.last else { return true }
    // Thai writes full stops in abbreviations only.
    if SentenceScript.isThai(last) { return false }
    let startsAfresh = rules.starters.contains(follower.word) && !follower.hasFullStop
    let letters = token.count { ScalarClass.of($0).isLetter }
    if letters == 0 { return endsSentenceAfterNumber(startsAfresh: startsAfresh) }

    switch rules.abbreviations[word] {
    case .always: return false
    case .beforeNumber: if follower.isNumber { return false }
    case .maybeLast: return startsAfresh || (rules.starters.isEmpty && !follower.isNumber)
    case nil: break
    }
    if isAcronym { return startsAfresh }
    if letters == 1, token.count == 1, SentenceScript.hasInitials(first) {
      // The lone letter behind a number is a unit, or "year" (2018 г.), and may come last; behind a hyphen, an ending.
      let isWord = Self.vowels.contains(first)
      if ScalarClass.of(first) == .lower, isWord || followsNumber || followsHyphen { return !follower.isNumber }
      return startsAfresh && !opensSentence
    }
    if isRomanNumeral, opensSentence || rules.ordinals != .without { return startsAfresh && !opensSentence }
    return true
  }

  private func endsSentenceAfterNumber(startsAfresh: Bool) -> Bool {
    // `1. First` is an item of a list.
    if opensSentence { return false }
    let digits = token.prefix { $0.value != 0x2E }.count
    guard rules.ordinals == .beforeAll, digits <= 2, !followsHyphen, !followsDecimalSeparator else { return true }
    return startsAfresh
  }

  private var followsHyphen: Bool {
    guard let value = beforeToken?.value else { return false }
    return value == 0x2D || value == 0x2010 || value == 0x2011 || value == 0x2019 || value == 0x27
  }

  private var followsDecimalSeparator: Bool {
    guard let value = beforeToken?.value else { return false }
    return value == 0x2C || value == 0x3A
  }

  private var word: String { String(scalars: token).lowercased() }

  /// Letters and full stops by turns, as in `U.S` or `т.е`, with parts of at most three letters.
  private var isAcronym: Bool {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count > 1
      && parts.allSatisfy { part in
        let letters = part.count { ScalarClass.of($0).isLetter }
        return letters >= 1 && letters <= 3 && !part.contains { ScalarClass.of($0) == .digit }
      }
  }

  private var isRomanNumeral: Bool {
    token.allSatisfy { scalar in
      switch scalar.value {
      case 0x49, 0x56, 0x58, 0x4C, 0x43, 0x44, 0x4D: return true
      default: return scalar.value >= 0x2160 && scalar.value <= 0x217F
      }
    }
  }
}
