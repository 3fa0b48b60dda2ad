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
    let copy: Brief.Entry
    let place: Brief.Place
    let original: Brief.Entry?
  }

  private let brief: Brief
  /// In the order of the rows.
  let copies: [Brief.Copy]

  init(_ brief: Brief) {
    self.brief = brief
    let groups = brief.copies.map { brief.slots[Int($0.entry)].group ?? 0 }
    // They came in the order of the input.
    copies = brief.copies.indices.sorted { (groups[$0], $0) < (groups[$1], $1) }.map { brief.copies[$0] }
  }

  /// A row; nil if the entry is no copy after all.
  func pair(_ copy: Brief.Copy) throws -> Pair? {
    let entry = try brief.entry(at: copy.entry)
    guard let place = entry.duplicate else { return nil }
    return Pair(copy: entry, place: place, original: try brief.original(of: copy).map(brief.entry(at:)))
  }

  func csv(to write: (Data) throws -> Void) throws {
    var writer = CSVWriter()
    writer.add(Self.columns)
    for copy in copies {
      guard let pair = try pair(copy) else { continue }
      let (copy, place) = (pair.copy, pair.place)
      writer.add([
        place.group, place.kind.rawValue, Self.decimal(place.score), pair.original?.id ?? place.of ?? "",
        pair.original?.path ?? "", pair.original?.title ?? "", pair.original?.language ?? "", copy.id, copy.path ?? "",
        copy.title ?? "", copy.language ?? "", Self.decimal(place.coverage.dropFirst().first),
        Self.decimal(place.coverage.first), String(place.pairs),
      ])
      if writer.data.count >= TableBlock.bytes { try write(writer.take()) }
    }
    try write(writer.take())
  }

  /// Four decimals at most, with a point whatever the machine's language is.
  private static func decimal(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "" }
    return "\((value * 10_000).rounded() / 10_000)"
  }
}
