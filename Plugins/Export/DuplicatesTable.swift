import Foundation
import StageKit

/// `duplicates.csv`: one row for each copy, group by group in the order of the input.
///
/// Columns: `group`, `kind` (exact, near, translation), `score` (0 to 1), then `original_` and `copy_` with `id`,
/// `path`, `title` and `language` each, where the original is the document that the copy was compared with;
/// `original_coverage` and `copy_coverage`, the share of each one's text that is in the other, 0 to 1; and
/// `aligned_sentences`, how many pairs of sentences say the same; `source`, which of the two the other one was made from
/// (original, copy, unknown; empty if nobody asked); `decided_by`, who decided that they are the same, "an analyst" if
/// that is not said; and `copy_reported_earlier`, the day of the first bundle that has the copy.
struct DuplicatesTable {
  static let columns = [
    "group", "kind", "score", "original_id", "original_path", "original_title", "original_language", "copy_id",
    "copy_path", "copy_title", "copy_language", "original_coverage", "copy_coverage", "aligned_sentences", "source",
    "decided_by", "copy_reported_earlier",
  ]

  /// A copy with what it was compared with, if that is known.
  struct Pair {
    let copy: Brief.Entry
    let place: Brief.Place
    let original: Brief.Entry?

    /// What an analyst decided about the two.
    var decision: Document.Decision? {
      copy.decisions.first { $0.verdict == .same && $0.other == place.of }
    }
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
        Self.decimal(place.coverage.first), String(place.pairs), Self.source(place.direction),
        pair.decision.map { $0.by ?? "an analyst" } ?? "", copy.earlier?.date ?? "",
      ])
      if writer.data.count >= TableBlock.bytes { try write(writer.take()) }
    }
    try write(writer.take())
  }

  /// The copy is the document that the direction is about.
  private static func source(_ direction: Document.Direction?) -> String {
    switch direction?.source {
    case .mine: "copy"
    case .theirs: "original"
    case .unknown: "unknown"
    case nil: ""
    }
  }

  /// Four decimals at most, with a point whatever the machine's language is.
  private static func decimal(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "" }
    return "\((value * 10_000).rounded() / 10_000)"
  }
}
