import Foundation
import StageKit
import TextKit

/// How rare the words of the corpus are, by language.
///
/// Words are kept as 64-bit hashes (FNV-1a): 32 bytes or so for each distinct word, whatever its length. In scripts
/// without spaces, pairs of neighbouring characters stand for words.
struct WordStatistics: Sendable {
  private struct Counts {
    var documents: Int32 = 0
    var sentences: Int32 = 0
  }

  private var words: [UInt64: Counts] = [:]
  private var totals: [String: Counts] = [:]

  /// Counts a document in.
  mutating func add(_ sentences: [[UInt64]], language: String) {
    var inDocument: Set<UInt64> = []
    for sentence in sentences {
      for word in Set(sentence) {
        words[word, default: Counts()].sentences += 1
        if inDocument.insert(word).inserted { words[word, default: Counts()].documents += 1 }
      }
    }
    totals[language, default: Counts()].documents += 1
    totals[language, default: Counts()].sentences += Int32(clamping: sentences.count)
  }

  /// The weight of a word: the negative logarithm of the share of its language's documents that have it.
  ///
  /// With few documents that share says little: the words of the one event that they report are in all of them. So the
  /// share of sentences that have the word counts as ``pull`` documents.
  func weight(of word: UInt64, language: String) -> Float {
    guard let counts = words[word], let total = totals[language], total.documents > 0, total.sentences > 0 else {
      return 0
    }
    let inSentences = Float(counts.sentences) / Float(total.sentences)
    let share = (Float(counts.documents) + Self.pull * inSentences) / (Float(total.documents) + Self.pull)
    return max(0, -log(min(1, share)))
  }

  private static let pull: Float = 5

  /// The words of a sentence in order, as hashes that differ between languages.
  static func words(of sentence: String, language: String) -> [UInt64] {
    let seed = hash(language.utf8, seed: 0xCBF2_9CE4_8422_2325)
    var words: [UInt64] = []
    var lastCharacter: UInt64?
    for unit in WordTokenizer.shingleUnits(sentence) {
      guard unit.isCharacter else {
        lastCharacter = nil
        words.append(hash(unit.text.utf8, seed: seed))
        continue
      }
      if let last = lastCharacter { words.append(hash(unit.text.utf8, seed: last)) }
      lastCharacter = hash(unit.text.utf8, seed: seed)
    }
    if words.isEmpty, let lastCharacter { words.append(lastCharacter) }
    return words
  }

  /// The hash of a text, equal for texts that differ in white space, case or typography only.
  static func fingerprint(of text: String) -> UInt64 {
    hash(ContentNormalizer.canonical(text).utf8, seed: 0xCBF2_9CE4_8422_2325)
  }

  private static func hash(_ bytes: some Sequence<UInt8>, seed: UInt64) -> UInt64 {
    bytes.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
