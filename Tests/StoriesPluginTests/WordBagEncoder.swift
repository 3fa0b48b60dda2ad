import StageKit

/// An encoder for tests: a text's vector is the sum of its words' directions, and words that mean the same in English
/// and German have one direction. Each direction is made from a hash, so that different words are nearly at right
/// angles.
struct WordBagEncoder: SentenceEncoder {
  static let loader = EncoderLoader(status: .available(identity: "word-bag", dimension: 64)) { _ in WordBagEncoder() }

  let identity = "word-bag"
  let dimension = 64

  private static let english = [
    "hafen": "harbour", "feuer": "fire", "schiff": "ship", "brannte": "burned", "nacht": "night", "löschte": "quenched",
    "feuerwehr": "brigade", "morgen": "morning", "niemand": "nobody", "verletzt": "injured", "wurde": "was",
    "minister": "minister", "neue": "new", "eröffnete": "opened", "brücke": "bridge", "fluss": "river",
  ]
  /// Words that say nothing, in both languages.
  private static let empty: Set<String> = [
    "the", "a", "in", "on", "of", "and", "by", "was", "der", "die", "das", "ein", "eine", "im", "am", "in", "und",
    "über", "den",
  ]

  func encode(_ texts: [String]) async throws -> Matrix {
    var values: [Float] = []
    for text in texts {
      var sum = [Float](repeating: 0, count: dimension)
      for word in text.lowercased().split(whereSeparator: { !$0.isLetter }).map(String.init) {
        let meaning = Self.english[word] ?? word
        guard !Self.empty.contains(meaning) else { continue }
        var state: UInt64 = meaning.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        for column in 0..<dimension {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          sum[column] += Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
        }
      }
      let norm = max(1e-9, sum.reduce(0) { $0 + $1 * $1 }.squareRoot())
      values += sum.map { $0 / norm }
    }
    return Matrix(rows: texts.count, columns: dimension, values: values)
  }
}

/// No language lies anywhere in this encoder's space.
let noMean: @Sendable (String) -> [Float] = { _ in [Float](repeating: 0, count: 64) }
