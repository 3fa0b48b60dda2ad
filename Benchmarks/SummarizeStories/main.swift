/// Summarises made-up stories and says how many documents a second of CPU time that takes, the encoder's work left out.
///
///     summarize-stories [DOCUMENTS [STORIES [WORKERS]]]
///
/// Each document has about 3 KB in 20 sentences; those of a story share half of their words. Sentences are encoded by
/// a stand-in of 384 dimensions; what encoding them and looking their vectors up takes alone is measured and taken off.

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

/// The sentences that the stage has cut a text into.
func sentences(of document: Document) -> [String] {
  let scalars = Array(document.text.unicodeScalars)
  return (document.sentences ?? []).map { String(String.UnicodeScalarView(scalars[$0.start..<$0.end])) }
}

let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let count = max(1, numbers.first ?? 10_000)
let stories = max(1, numbers.count > 1 ? numbers[1] : count * 3 / 10)
let workers = max(1, numbers.count > 2 ? numbers[2] : 2)

var random = SeededRandom(seed: 7)
let vocabulary = (0..<20_000).map { number in
  String((0..<3 + number % 8).map { _ in "etaoinshrdlucmfw".randomElement(using: &random) ?? "e" })
}
let documents = (0..<count).map { number -> Document in
  let story = number % stories
  let sentences = (0..<20).map { sentence -> String in
    let words = (0..<22).map { place -> String in
      // Half of the words are the story's own, others any, the frequent ones more often.
      let own = (story &* 7919 &+ sentence &* 31 &+ place % 11) % vocabulary.count
      let rank = Int(pow(Double(vocabulary.count), Double.random(in: 0..<1, using: &random)))
      return Bool.random(using: &random) ? vocabulary[own] : vocabulary[rank % vocabulary.count]
    }
    let text = words.joined(separator: " ")
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }
  var document = Document(id: "d\(number)", text: sentences.joined(separator: " "))
  document.title = vocabulary[story % vocabulary.count]
  document.language = .init(code: "en", confidence: 1)
  document.story = "s-\(story)"
  // The stages before have cut it into sentences.
  document.ensureSentences()
  return document
}

let harness = StageHarness(
  workers: workers, encoder: EncoderLoader(status: .available(identity: "stand-in", dimension: 384)) { _ in StandIn() })
let stage = try await Summarize(.init(), in: harness.context)
let start = cpuSeconds()
let result = try await harness.process(documents, with: stage)
let spent = cpuSeconds() - start
// What it takes to encode the same sentences, and to look each vector up once, without any stage.
let lookups = StageHarness(
  workers: workers, encoder: EncoderLoader(status: .available(identity: "stand-in", dimension: 384)) { _ in StandIn() })
let again = cpuSeconds()
for start in stride(from: 0, to: count, by: 200) {
  let texts = result.passed[start..<min(start + 200, count)].flatMap { sentences(of: $0) }
  _ = try await lookups.vectors?.matrix(for: texts)
}
let vectors = cpuSeconds() - again
let own = spent - vectors
let bytes = documents.reduce(0) { $0 + $1.text.utf8.count } / count
print("\(count) documents of \(bytes) bytes in \(stories) stories: \(result.passed.count - count) summaries")
print(
  String(
    format: "%.2f CPU seconds, %.2f without vectors: %.0f documents a CPU second", spent, own, Double(count) / own))
