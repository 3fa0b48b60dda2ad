import Foundation
import TextKit

/// The numbers of each document, rare ones weighing most: TF-IDF vectors and their cosines.
struct NumberProfiles {
  /// Numbers in more documents than this share of them say nothing.
  private static let mostCommon = 0.3

  /// For each document its numbers with their weights; the vector's length is 1, or 0.
  private var profiles: [[(number: Int, weight: Float)]] = []
  /// For each number the documents it stands in.
  private var postings: [[(document: Int, weight: Float)]] = []

  /// The profiles of all members of a space.
  init(_ space: SentenceSpace) {
    var ids: [String: Int] = [:]
    var frequencies: [Int] = []
    let counts: [[(number: Int, count: Int)]] = space.members.map { member in
      var own: [Int: Int] = [:]
      for row in member.rows {
        for token in space.numbers[row].distinct {
          let id = ids[token] ?? ids.count
          ids[token] = id
          own[id, default: 0] += 1
        }
      }
      if frequencies.count < ids.count {
        frequencies += [Int](repeating: 0, count: ids.count - frequencies.count)
      }
      for id in own.keys { frequencies[id] += 1 }
      return own.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
    let documents = Double(space.members.count)
    let most = max(2, Int(Self.mostCommon * documents))
    postings = [[(document: Int, weight: Float)]](repeating: [], count: frequencies.count)
    for (document, numbers) in counts.enumerated() {
      var profile: [(number: Int, weight: Float)] = []
      for (number, count) in numbers where (2...most).contains(frequencies[number]) {
        let rarity = log(documents / Double(frequencies[number]))
        if rarity > 0 { profile.append((number, Float((1 + log(Double(count))) * rarity))) }
      }
      let length = profile.reduce(0) { $0 + $1.weight * $1.weight }.squareRoot()
      profile = profile.map { ($0.number, $0.weight / length) }
      for (number, weight) in profile { postings[number].append((document, weight)) }
      profiles.append(profile)
    }
  }

  /// The cosine of one document's numbers with those of every document.
  func scores(of document: Int) -> [Float] {
    var scores = [Float](repeating: 0, count: profiles.count)
    for (number, weight) in profiles[document] {
      for posting in postings[number] { scores[posting.document] += weight * posting.weight }
    }
    return scores
  }
}
