import Foundation

/// The consonants of a name in Latin letters, so that one name is found in two scripts: `Kosherbayev` and `كوشيرباييف`
/// are both `kshrbf`.
enum NameSkeleton {
  /// The skeleton of a word of any script; nil if fewer than three consonants are left, which many words share.
  static func of(_ word: some StringProtocol) -> String? {
    guard
      let latin = String(word).applyingTransform(.toLatin, reverse: false)?
        .applyingTransform(.stripDiacritics, reverse: false)?.lowercased()
    else { return nil }
    var skeleton = ""
    var previous: Character?
    for letter in latin {
      guard letter.isASCII, letter.isLetter, let kept = consonants[letter] else { continue }
      // Double letters, and the h of sh, kh and gh, that some scripts write with one sign.
      if kept == previous || kept == "h" && (previous == "s" || previous == "k" || previous == "g" || previous == "t") {
        continue
      }
      skeleton.append(kept)
      previous = kept
    }
    return skeleton.count >= 3 ? skeleton : nil
  }

  /// Consonants that scripts do not tell apart are one; vowels, w and y, which stand for vowels too, are left out.
  private static let consonants: [Character: Character] = [
    "b": "b", "p": "b", "c": "k", "k": "k", "q": "k", "d": "d", "f": "f", "v": "f", "g": "g", "j": "g", "h": "h",
    "l": "l", "m": "m", "n": "n", "r": "r", "s": "s", "z": "s", "x": "s", "t": "t",
  ]
}
