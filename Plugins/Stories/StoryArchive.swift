import BundleKit
import Foundation
import StageKit

/// A story as bundles keep it, so that later runs can go on with it.
struct ArchivedStory: Sendable, Codable, Equatable {
  /// Its id.
  var id: String
  /// The first and the last day of its reports, in days since 1970; the run's own day where no report has a date.
  var first: Int
  var last: Int
  /// How many articles it has had so far, copies not counted.
  var articles: Int
  /// The ids of that run's documents in it.
  var members: [String]
  /// The largest magnitude of the vector's numbers.
  var scale: Float
  /// The mean vector of its articles in signed bytes, 127 being ``scale``.
  var vector: Data

  /// The vector; nil if it has another length than `columns`, or no finite numbers.
  func values(columns: Int) -> [Float]? {
    guard vector.count == columns, scale.isFinite, scale >= 0 else { return nil }
    return vector.map { Float(Int8(bitPattern: $0)) / 127 * scale }
  }

  /// The bytes of a vector.
  static func bytes(of vector: some Collection<Float>) -> (scale: Float, bytes: Data) {
    let scale = vector.reduce(Float(0)) { max($0, abs($1)) }
    let factor = scale > 0 ? 127 / scale : 0
    return (scale, Data(vector.map { UInt8(bitPattern: Int8(clamping: Int(($0 * factor).rounded()))) }))
  }
}

/// The stories of earlier runs, from their bundles.
///
/// A bundle has them as `vectors/STAGE.jsonl`: a line with the encoder's identity and the number of columns, then a
/// story a line.
struct StoryArchive: Sendable {
  /// The first line.
  struct Header: Codable, Equatable {
    var encoder: String
    var columns: Int
  }

  private let header: Header
  private(set) var stories: [String: ArchivedStory] = [:]
  private var vectors: [String: [Float]] = [:]
  /// The story of each document of an earlier run.
  private(set) var storyOfMember: [String: String] = [:]

  /// No stories yet; only those of this encoder will be read.
  init(encoder: String, columns: Int) { header = Header(encoder: encoder, columns: columns) }

  /// Adds the stories of a bundle; of several states of a story the latest counts.
  ///
  /// - Returns: false if the bundle has none of this encoder.
  /// - Throws: ``StageError`` if its stories can't be read.
  mutating func add(_ bundle: BundleReader) throws -> Bool {
    let names = bundle.members.map(\.name).filter { $0.hasPrefix("vectors/") && $0.hasSuffix(".jsonl") }
    var found = false
    for name in names {
      let lines: [Data]
      do throws(BundleError) {
        lines = try bundle.read(name).split(separator: 0x0A)
      } catch {
        throw StageError(error.code.rawValue, "\(error)")
      }
      let decoder = JSONDecoder()
      guard let first = lines.first, let theirs = try? decoder.decode(Header.self, from: first), theirs == header else {
        continue
      }
      found = true
      for (number, line) in lines.dropFirst().enumerated() {
        guard let story = try? decoder.decode(ArchivedStory.self, from: line),
          let vector = story.values(columns: header.columns), story.articles > 0, story.first <= story.last
        else { throw StageError("bad-stories", "\(name), line \(number + 2) is no story as toolkit writes them") }
        for member in story.members { storyOfMember[member] = story.id }
        if let known = stories[story.id], known.last > story.last { continue }
        stories[story.id] = story
        vectors[story.id] = vector
      }
    }
    return found
  }

  /// The earlier story that articles of today belong to: that of documents that they copy, or else the most similar one.
  ///
  /// - Parameters:
  ///   - mean: the mean vector of the articles.
  ///   - copied: ids of earlier documents that are found again in them.
  ///   - window: no story goes on after so many days; 0 for no limit.
  func story(
    like mean: [Float], copied: [String], days: ClosedRange<Int>?, threshold: Float, window: Int
  ) -> String? {
    for id in copied { if let story = storyOfMember[id] { return story } }
    var best: (id: String, similarity: Float)?
    for (id, vector) in vectors {
      guard let story = stories[id] else { continue }
      if let days, window > 0, days.lowerBound > story.last + window || story.first > days.upperBound + window {
        continue
      }
      let similarity = VectorMath.dot(vector[...], mean[...])
      guard similarity >= threshold else { continue }
      // The order of a dictionary must not show.
      if let known = best, (known.similarity, id) > (similarity, known.id) { continue }
      best = (id, similarity)
    }
    return best?.id
  }

  /// The file that a bundle takes along: today's stories, joined with what is known of them.
  func lines(of today: [ArchivedStory]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var data = try encoder.encode(header)
    for story in today {
      data.append(0x0A)
      data.append(try encoder.encode(joined(story)))
    }
    data.append(0x0A)
    return data
  }

  private func joined(_ today: ArchivedStory) -> ArchivedStory {
    guard let known = stories[today.id], let old = vectors[today.id], let new = today.values(columns: header.columns)
    else { return today }
    var story = today
    (story.first, story.last) = (min(known.first, today.first), max(known.last, today.last))
    story.articles = known.articles + today.articles
    let (a, b) = (Float(known.articles), Float(today.articles))
    (story.scale, story.vector) = ArchivedStory.bytes(of: zip(old, new).map { (a * $0 + b * $1) / (a + b) })
    return story
  }
}
