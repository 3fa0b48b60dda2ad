import Foundation
import StageKit
import Synchronization

@testable import DuplicatesPlugin

/// Words that mean the same in several made-up languages: `red12` and `blue12` are the word for meaning 12 in Red and
/// in Blue. Texts of the tests are written by meanings, so that a translation is the same meanings in other words.
enum MadeUp {
  /// A sentence of words by their meanings.
  static func sentence(_ language: String, _ meanings: [Int], numbers: [Int] = []) -> String {
    let words = meanings.map { "\(language)\(letters($0))" } + numbers.map(String.init)
    return words.joined(separator: " ") + "."
  }

  /// Sentences by their numbers: each has its own eight meanings, and shares none with the others.
  static func text(_ language: String, _ sentences: some Sequence<Int>) -> String {
    sentences.map { number in sentence(language, (0..<8).map { number * 8 + $0 }) }.joined(separator: "\n")
  }

  /// A document of numbered sentences.
  static func document(
    _ id: String, _ language: String, _ sentences: some Sequence<Int>, published: String? = nil
  ) -> Document {
    document(id, language, text: text(language, sentences), published: published)
  }

  /// A document with any text.
  static func document(_ id: String, _ language: String, text: String, published: String? = nil) -> Document {
    var document = Document(id: id, text: text)
    document.language = .init(code: codes[language] ?? language, confidence: 1)
    document.published = published
    return document
  }

  /// The codes of the languages; none of them has a shipped centroid.
  static let codes = ["red": "qaa", "blue": "qab", "green": "qac"]

  /// Letters for a number, so that words are words and not numbers.
  static func letters(_ number: Int) -> String {
    String(number).map { String(UnicodeScalar(UInt8(0x61 + ($0.wholeNumberValue ?? 0)))) }.joined()
  }
}

/// Encodes sentences of ``MadeUp`` by meaning: words of the same meaning point in the same direction in all languages,
/// and each language is off by a direction of its own, as with real encoders.
struct MeaningEncoder: SentenceEncoder {
  let identity = "made-up"
  let dimension = 512
  /// How far each language is off: two documents alone can't show what is language in them and what is content.
  var offset: Float = 0.5
  /// The texts that were asked for.
  let log = Log()

  final class Log: Sendable {
    private let texts = Mutex<[String]>([])
    var all: [String] { texts.withLock { $0 } }
    func add(_ more: [String]) { texts.withLock { $0 += more } }
  }

  func encode(_ texts: [String]) async throws -> Matrix {
    log.add(texts)
    var values: [Float] = []
    for text in texts {
      var sum = [Float](repeating: 0, count: dimension)
      // What is beyond its window, an encoder does not see.
      for word in text.prefix(400).lowercased().split(whereSeparator: { !$0.isLetter }) {
        let language = MadeUp.codes.keys.sorted().first { word.hasPrefix($0) } ?? ""
        add(String(word.dropFirst(language.count)), weight: 1, to: &sum)
        add("language \(language)", weight: offset, to: &sum)
        // What only this word of this language has: translations are never quite equal.
        add(String(word), weight: 0.2, to: &sum)
      }
      add("everything", weight: 0.5, to: &sum)
      let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
      values += sum.map { $0 / length }
    }
    return Matrix(rows: texts.count, columns: dimension, values: values)
  }

  /// Adds a direction that is fixed by its name.
  private func add(_ name: String, weight: Float, to sum: inout [Float]) {
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    for index in sum.indices {
      state &+= 0x9E37_79B9_7F4A_7C15
      sum[index] += weight * (Float(SplitMix64.mixed(state) >> 40) / Float(1 << 23) - 1)
    }
  }

  /// A loader for this encoder.
  var loader: EncoderLoader {
    EncoderLoader(status: .available(identity: identity, dimension: dimension)) { _ in self }
  }
}
