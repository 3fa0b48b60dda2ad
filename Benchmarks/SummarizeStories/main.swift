/// Summarises stories and says how many documents a second of CPU time that takes, the encoder's work left out.
///
///     summarize-stories [DOCUMENTS [STORIES [WORKERS]]]    documents of 3 KB in 20 sentences of made-up words
///     summarize-stories … < TEXTS                          documents made from texts, one a line
///     summarize-stories print …                            only prints the documents, one a line
///
/// The documents of a story share half of their words; those that are made from a text, three quarters. Sentences are
/// encoded by a stand-in of 384 dimensions. The stage runs twice, so that all are known the second time, which is what
/// counts; what looking the vectors up takes alone, once for each sentence, is measured and taken off.

import Foundation
import StageKit
import StageTesting
import StoriesPlugin
import TextKit

/// CPU seconds of the whole process.
func cpuSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

/// Vectors from the hashes of words.
struct StandIn: SentenceEncoder {
  let identity = "stand-in"
  let dimension = 384

  func encode(_ texts: [String]) async throws -> Matrix {
    var values = [Float](repeating: 0, count: texts.count * dimension)
    for (row, text) in texts.enumerated() {
      for word in text.utf8.split(separator: 0x20) {
        var state: UInt64 = word.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        for _ in 0..<8 {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          values[row * dimension + Int(state >> 33) % dimension] += state & 1 << 20 == 0 ? 0.2 : -0.2
        }
      }
    }
    return Matrix(rows: texts.count, columns: dimension, values: values)
  }
}

let isPrinting = CommandLine.arguments.dropFirst().first == "print"
let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let count = max(1, numbers.first ?? 10_000)
let stories = max(1, numbers.count > 1 ? numbers[1] : count * 3 / 10)
let workers = max(1, numbers.count > 2 ? numbers[2] : 2)

var random = SeededRandom(seed: 7)
let vocabulary = (0..<20_000).map { number in
  String((0..<3 + number % 8).map { _ in "etaoinshrdlucmfw".randomElement(using: &random) ?? "e" })
}
/// The texts that documents are made from; none if standard input is a terminal or empty.
let texts: [[Substring]] =
  isatty(0) == 1 ? [] : AnySequence { AnyIterator { readLine() } }.map { $0.split(separator: " ") }

/// 20 sentences of made-up words and some figures, half of them the story's own.
@MainActor func madeUp(_ story: Int) -> String {
  let sentences = (0..<20).map { sentence -> String in
    let words = (0..<22).map { place -> String in
      // The frequent ones more often.
      let own = (story &* 7919 &+ sentence &* 31 &+ place % 11) % vocabulary.count
      let rank = Int(pow(Double(vocabulary.count), Double.random(in: 0..<1, using: &random)))
      if Int.random(in: 0..<60, using: &random) == 0 { return String((story &* 31 &+ sentence) % 977 + rank % 3) }
      return Bool.random(using: &random) ? vocabulary[own] : vocabulary[rank % vocabulary.count]
    }
    let text = words.joined(separator: " ")
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }
  return sentences.joined(separator: " ")
}

/// A text in which a quarter of the words, but for the last ones of sentences, are those of another.
@MainActor func changed(_ story: Int) -> String {
  let words = texts[story % texts.count]
  let other = texts.randomElement(using: &random) ?? words
  return words.map { word in
    guard word.last?.isLetter == true, Int.random(in: 0..<4, using: &random) == 0 else { return word }
    let drawn = other.randomElement(using: &random) ?? word
    return drawn.last?.isLetter == true && drawn.first?.isUppercase == word.first?.isUppercase ? drawn : word
  }
  .joined(separator: " ")
}

let documents = (0..<count).map { number -> Document in
  let story = number % stories
  var document = Document(id: "d\(number)", text: texts.isEmpty ? madeUp(story) : changed(story))
  document.title = vocabulary[story % vocabulary.count]
  document.language = .init(code: "en", confidence: 1)
  document.story = "s-\(story)"
  // The stages before have cut it into sentences.
  document.ensureSentences()
  return document
}

if isPrinting {
  for document in documents { print(document.text) }
  exit(0)
}

let harness = StageHarness(
  workers: workers, encoder: EncoderLoader(status: .available(identity: "stand-in", dimension: 384)) { _ in StandIn() })
/// What a run of the stage passes on, and its CPU seconds.
func run() async throws -> (passed: [Document], seconds: Double) {
  // The means of languages are shipped with the real encoder, so that nothing is encoded for them.
  let mean = [Float](repeating: 0, count: StandIn().dimension)
  let stage = Summarize(.init(), in: harness.context, languageMean: { _ in mean })
  let start = cpuSeconds()
  let passed = try await harness.process(documents, with: stage).passed
  return (passed, cpuSeconds() - start)
}
_ = try await run()
let result = try await run()
// Of long stories not all sentences are read, and so not all are looked up.
let asked = await harness.vectors?.count ?? 0
let batches = stride(from: 0, to: count, by: 200).map { start in
  result.passed[start..<min(start + 200, count)].flatMap { $0.sentenceTexts() }
}
for texts in batches { _ = try await harness.vectors?.matrix(for: texts) }
let start = cpuSeconds()
for texts in batches { _ = try await harness.vectors?.matrix(for: texts) }
let share = min(1, Double(asked) / Double(max(1, batches.reduce(0) { $0 + $1.count })))
let lookups = (cpuSeconds() - start) * share
let own = result.seconds - lookups
let bytes = documents.reduce(0) { $0 + $1.text.utf8.count } / count
print("\(count) documents of \(bytes) bytes in \(stories) stories: \(result.passed.count - count) summaries")
print(
  String(
    format: "%.2f CPU seconds, %.2f without vectors: %.0f documents a CPU second", result.seconds, own,
    Double(count) / own))
