import StageKit

extension MarkdownBrief {
  /// Documents that an analyst keeps apart, each two once.
  func keptApartLines() throws -> [String] {
    var lines: [String] = []
    var seen: Set<Set<String>> = []
    for position in brief.keptApart {
      let entry = try brief.entry(at: position)
      for decision in entry.decisions where decision.verdict == .different {
        guard seen.insert([entry.id, decision.other]).inserted else { continue }
        guard lines.count < Limit.pairs else { continue }
        let other = try brief.entry(decision.other).map(line) ?? MarkdownEscaping.code(decision.other)
        lines.append("- \(line(entry))  \n  \(other)  \n  Decided by \(Self.author(decision))")
      }
    }
    guard !lines.isEmpty else { return [] }
    if seen.count > lines.count {
      lines += ["", "… and \(PlainEnglish.count(seen.count - lines.count, "more pair")), in `documents.jsonl`."]
    }
    return ["", "## Not the same article", ""] + lines
  }

  /// Documents that a bundle of an earlier day has.
  func repeatLines() throws -> [String] {
    guard brief.repeats > 0 else { return [] }
    var lines = ["", "## Reported earlier", ""]
    lines += try brief.firstRepeats.compactMap { position in
      let entry = try brief.entry(at: position)
      return entry.earlier.map { report in
        "- \(line(entry)) · \(Self.noun(report.kind)) of a report of \(PlainEnglish.day(report.date)) in "
          + MarkdownEscaping.code(report.bundle)
      }
    }
    if brief.repeats > brief.firstRepeats.count {
      let rest = PlainEnglish.count(brief.repeats - brief.firstRepeats.count, "more document")
      lines += ["", "… and \(rest), in `documents.jsonl`."]
    }
    return lines
  }
}
