import Foundation
import StageKit

/// `duplicates.csv`: one row for each copy, group by group in the order of the input.
///
/// Columns: `group`, `kind` (exact, near, translation), `score` (0 to 1), then `original_` and `copy_` with `id`,
/// `path`, `title` and `language` each, where the original is the document that the copy was compared with;
/// `original_coverage` and `copy_coverage`, the share of each one's text that is in the other, 0 to 1; and
/// `aligned_sentences`, how many pairs of sentences say the same.
struct DuplicatesTable {
  static let columns = [
    "group", "kind", "score", "original_id", "original_path", "original_title", "original_language", "copy_id",
    "copy_path", "copy_title", "copy_language", "original_coverage", "copy_coverage", "aligned_sentences",
  ]

  /// A copy with what it was compared with, if that is known.
  struct Pair {
    let copy: BriefBuilder.Entry
    let place: BriefBuilder.Place
    let original: BriefBuilder.Entry?
  }

  /// In the order of the rows.
  let pairs: [Pair]

  init(_ brief: BriefBuilder) {
    var groups: [String: Int] = [:]
    var originals: [String: BriefBuilder.Entry] = [:]
    var found: [(group: Int, pair: Pair)] = []
    for entry in brief.entries {
      guard let place = entry.duplicate else { continue }
      if groups[place.group] == nil { groups[place.group] = groups.count }
      if !place.isCopy { originals[place.group] = entry }
    }
    for entry in brief.entries {
      guard let place = entry.duplicate, place.isCopy else { continue }
      let original = place.of.flatMap { brief.entry($0) } ?? originals[place.group]
      found.append((groups[place.group] ?? 0, Pair(copy: entry, place: place, original: original)))
    }
    pairs = found.enumerated().sorted { ($0.element.group, $0.offset) < ($1.element.group, $1.offset) }
      .map(\.element.pair)
  }

  func csv() -> Data {
    var writer = CSVWriter()
    writer.add(Self.columns)
    for pair in pairs {
      let (copy, place) = (pair.copy, pair.place)
      writer.add([
        place.group, place.kind.rawValue, Self.decimal(place.score), pair.original?.id ?? place.of ?? "",
        pair.original?.path ?? "", pair.original?.title ?? "", pair.original?.language ?? "", copy.id, copy.path ?? "",
        copy.title ?? "", copy.language ?? "", Self.decimal(place.coverage.dropFirst().first),
        Self.decimal(place.coverage.first), String(place.pairs),
      ])
    }
    return writer.data
  }

  /// Four decimals at most, with a point whatever the machine's language is.
  private static func decimal(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "" }
    return "\((value * 10_000).rounded() / 10_000)"
  }
}
