import StageKit
import TextKit

/// The mean vector of sentences in a language, known beforehand from a large and mixed collection.
///
/// Takes a BCP 47 code; for a language that it does not know it gives the mean of all languages.
package typealias LanguageMean = @Sendable (_ language: String) -> [Float]

/// Moves vectors so that the mean of each language lies at zero: what is left is what a text is about.
///
/// Sentences of one language lie together in the encoder's space, whatever they say. Without this, an Arabic report is
/// nearer to unrelated Arabic reports than to the English report of the same event.
///
/// Where means are known beforehand they alone are used: a folder of reports on one event has that event as its mean,
/// and would lose just what its members share; and vectors of different days stay comparable. Measured on 62 events
/// in 12 languages, means of the collection itself were no better.
struct LanguageCentering {
  /// How many vectors the mean of all languages counts for where nothing is known beforehand.
  private static let pull: Float = 50

  private let known: LanguageMean?
  private let dimension: Int
  private var sums: [String: [Float]] = [:]
  private var counts: [String: Int] = [:]

  /// A centring that has seen nothing.
  init(dimension: Int, known: LanguageMean?) {
    self.dimension = dimension
    self.known = known
  }

  /// Counts a vector in. Call it in the order of documents: the last bits of a sum depend on its order.
  mutating func add(_ vector: some Collection<Float>, language: String) {
    guard known == nil else { return }
    VectorMath.add(vector, to: &sums[language, default: [Float](repeating: 0, count: dimension)])
    counts[language, default: 0] += 1
  }

  /// The mean of each language by what was added, or what is known of it.
  func means() -> LanguageMean {
    if let known { return known }
    var shared = [Float](repeating: 0, count: dimension)
    for language in sums.keys.sorted() { VectorMath.add(sums[language] ?? [], to: &shared) }
    let total = Float(max(1, counts.values.reduce(0, +)))
    for column in shared.indices { shared[column] /= total }
    var means: [String: [Float]] = [:]
    for (language, sum) in sums {
      let size = Float(counts[language] ?? 0)
      means[language] = zip(sum, shared).map { ($0 + Self.pull * $1) / (size + Self.pull) }
    }
    let (byLanguage, fallback) = (means, shared)
    return { byLanguage[$0] ?? fallback }
  }

  /// The vector minus its language's mean, at L2 norm 1.
  static func centred(_ vector: some Collection<Float>, by mean: [Float]) -> [Float] {
    VectorMath.normalized(zip(vector, mean).map { $0 - $1 })
  }
}

extension StageContext {
  /// The means that are shipped for the run's encoder; nil if it is another one, or if there is none.
  var shippedLanguageMean: LanguageMean? {
    guard let vectors, let centroids = LanguageCentroids.of(vectors.identity, dimension: vectors.dimension) else {
      return nil
    }
    return { (centroids.centroid(of: $0) ?? centroids.mean).map(Float.init) }
  }
}
