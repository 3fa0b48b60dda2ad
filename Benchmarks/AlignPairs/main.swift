/// Says how many pairs of documents one core aligns and judges a second.
///
///     align-pairs DATA [LINES [ROUNDS]]
///
/// DATA has one text file for each language, all with the same lines. Documents are 16 lines each (or LINES), ten of each
/// of twelve languages, and each is aligned with each of another language, on one thread, as often as ROUNDS says.
/// Encoding them takes half a minute and does not count.

import DuplicatesPlugin
import EncoderKit
import Foundation

let arguments = CommandLine.arguments
guard arguments.count > 1 else {
  FileHandle.standardError.write(Data("usage: align-pairs DATA [LINES [ROUNDS]]\n".utf8))
  exit(2)
}
let length = arguments.count > 2 ? max(1, Int(arguments[2]) ?? 16) : 16
let rounds = arguments.count > 3 ? max(1, Int(arguments[3]) ?? 10) : 10
let codes = [
  "eng": "en", "fra": "fr", "deu": "de", "rus": "ru", "arb": "ar", "tur": "tr", "spa": "es", "hin": "hi", "jpn": "ja",
  "kor": "ko", "por": "pt", "pol": "pl", "fin": "fi", "ell": "el", "heb": "he", "swa": "sw", "ukr": "uk", "vie": "vi",
]
var documents: [(sentences: [String], language: String)] = []
var names: [String] = []
for name in try FileManager.default.contentsOfDirectory(atPath: arguments[1]).sorted() where names.count < 12 {
  guard name.hasSuffix(".txt"), let code = codes[String(name.dropLast(4))] else { continue }
  let text = try String(contentsOfFile: arguments[1] + "/" + name, encoding: .utf8)
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  names.append(code)
  for number in 0..<10 {
    let start = number * length
    let sentences = lines[min(start, lines.count)..<min(start + length, lines.count)].filter { !$0.isEmpty }
    if !sentences.isEmpty { documents.append((sentences, code)) }
  }
}
let loader = E5Encoder.loader(searching: E5Encoder.modelDirectories())
let encoder = try loader.load(2)
let vectors = try await encoder.encode(documents.flatMap(\.sentences))
let run = try AlignmentRun(documents, vectors: vectors, identity: encoder.identity, workers: 2)

let start = clock()
var (pairs, same) = (0, 0)
for _ in 0..<rounds {
  for a in documents.indices {
    for b in documents.indices where b > a && documents[a].language != documents[b].language {
      if run.score(a, b) >= 0.5 { same += 1 }
      pairs += 1
    }
  }
}
let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
print(
  "\(documents.count) documents of \(length) sentences in \(names.count) languages; \(same / rounds) pairs are one text"
)
print(
  String(format: "%d pairs in %.2f CPU seconds: %.0f a second on one core", pairs, seconds, Double(pairs) / seconds))
