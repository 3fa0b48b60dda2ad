import Foundation

/// The numbers of each document, rare ones weighing most: TF-IDF vectors and their cosines, less the fewer there are.
///
/// 16 bytes for each number of each document, and nothing for those that no other document has.
struct NumberProfiles: Sendable {
  /// Numbers in more documents than this share of them say nothing.
  private static let mostCommon = 0.3
  /// Nor do those in so many: to look at all of these for each of them would take time that grows with their square.
  private static let mostDocuments = 1000
  /// What every document has that no other one has, as squared weight: so two documents with nothing but one common
  /// number are not alike.
  private static let own: Float = 16

  /// Where the numbers of each document end.
  private var ends: [Int] = []
  /// Numbers by document, with their weights; a document's vector has a length below 1.
  private var numbers: [Int32] = []
  private var weights: [Float] = []
  /// Where the documents of each number end.
  private var postingEnds: [Int] = []
  /// Documents by number, ascending, with the same weights.
  private var postings: [(document: Int32, weight: Float)] = []

  /// How many documents there are.
  var count: Int { ends.count }

  /// The profiles of members of a space.
  ///
  /// - Parameter order: the members, as documents 0, 1, 2 ….
  init(_ space: SentenceSpace, order: [Int32]) {
    var frequencies: [UInt64: Int32] = [:]
    for member in order {
      for (number, _) in Self.counts(space, member) { frequencies[number, default: 0] += 1 }
    }
    let most = max(2, min(Int(Self.mostCommon * Double(order.count)), Self.mostDocuments))
    var ids: [UInt64: Int32] = [:]
    var sizes: [Int] = []
    for member in order {
      let start = numbers.count
      for (number, count) in Self.counts(space, member) {
        guard let frequency = frequencies[number], (2...most).contains(Int(frequency)) else { continue }
        let rarity = log(Double(order.count) / Double(frequency))
        guard rarity > 0 else { continue }
        let id = ids[number] ?? Int32(ids.count)
        if Int(id) == sizes.count {
          ids[number] = id
          sizes.append(0)
        }
        sizes[Int(id)] += 1
        numbers.append(id)
        weights.append(Float((1 + log(Double(count))) * rarity))
      }
      let length = weights[start...].reduce(Self.own) { $0 + $1 * $1 }.squareRoot()
      for index in start..<weights.count { weights[index] /= length }
      ends.append(numbers.count)
    }
    invert(sizes)
  }

  /// The numbers of a member, in ascending order, and in how many of its sentences each is.
  private static func counts(_ space: SentenceSpace, _ member: Int32) -> [(number: UInt64, count: Int)] {
    let all = space.members[Int(member)].rows.flatMap { space.numbers[$0] }.sorted()
    var counts: [(number: UInt64, count: Int)] = []
    for number in all {
      if counts.last?.number == number {
        counts[counts.count - 1].count += 1
      } else {
        counts.append((number, 1))
      }
    }
    return counts
  }

  private mutating func invert(_ sizes: [Int]) {
    var next: [Int] = []
    var total = 0
    for size in sizes {
      next.append(total)
      total += size
    }
    postings = [(document: Int32, weight: Float)](repeating: (0, 0), count: total)
    var start = 0
    for (document, end) in ends.enumerated() {
      for index in start..<end {
        let number = Int(numbers[index])
        postings[next[number]] = (Int32(document), weights[index])
        next[number] += 1
      }
      start = end
    }
    postingEnds = next
  }

  /// The cosines of one document's numbers with those of others, where there are any, by ascending document.
  ///
  /// - Parameter sums: a zero for each document; zeros again afterwards.
  func cosines(of document: Int, using sums: inout [Float]) -> [(document: Int32, cosine: Float)] {
    var met: [Int32] = []
    for index in (document > 0 ? ends[document - 1] : 0)..<ends[document] {
      let number = Int(numbers[index])
      for posting in postings[(number > 0 ? postingEnds[number - 1] : 0)..<postingEnds[number]] {
        if sums[Int(posting.document)] == 0 { met.append(posting.document) }
        sums[Int(posting.document)] += weights[index] * posting.weight
      }
    }
    met.sort()
    return met.map { other in
      defer { sums[Int(other)] = 0 }
      return (other, sums[Int(other)])
    }
  }
}
