/// Findings in a ``DocumentRecord``, each written and read side by side.
extension DocumentRecord {
  static func appendFindings(of document: Document, to bytes: inout [UInt8]) {
    bytes.append(flags: document.decisions != nil, document.earlier != nil)
    if let decisions = document.decisions { append(decisions, to: &bytes) }
    if let earlier = document.earlier { append(earlier, to: &bytes) }
  }

  static func readFindings(into document: inout Document, _ reader: inout RecordReader) throws {
    let flags = try reader.flags(below: 4)
    document.decisions = flags & 1 == 0 ? nil : try decisions(&reader)
    document.earlier = flags & 2 == 0 ? nil : try earlier(&reader)
  }

  static func append(_ decisions: [Document.Decision], to bytes: inout [UInt8]) {
    bytes.append(count: decisions.count)
    for decision in decisions {
      bytes.append(flags: decision.verdict == .same, decision.by != nil, decision.why != nil)
      bytes.append(text: decision.other)
      if let by = decision.by { bytes.append(text: by) }
      if let why = decision.why { bytes.append(text: why) }
    }
  }

  static func decisions(_ reader: inout RecordReader) throws -> [Document.Decision] {
    try (0..<(try reader.count(ofAtLeast: 2))).map { _ in
      let flags = try reader.flags(below: 8)
      return Document.Decision(
        flags & 1 == 0 ? .different : .same, other: try reader.text(), by: flags & 2 == 0 ? nil : try reader.text(),
        why: flags & 4 == 0 ? nil : try reader.text())
    }
  }

  static func append(_ reports: [Document.EarlierReport], to bytes: inout [UInt8]) {
    bytes.append(count: reports.count)
    for report in reports {
      bytes.append(number(of: report.kind, in: Document.DuplicateKind.allCases))
      for text in [report.id, report.bundle, report.date] { bytes.append(text: text) }
      bytes.append(double: report.score)
      bytes.append(count: report.coverage.count)
      for share in report.coverage { bytes.append(double: share) }
    }
  }

  static func earlier(_ reader: inout RecordReader) throws -> [Document.EarlierReport] {
    try (0..<(try reader.count(ofAtLeast: 13))).map { _ in
      let kind = try value(of: Document.DuplicateKind.allCases, &reader)
      var report = Document.EarlierReport(
        id: try reader.text(), bundle: try reader.text(), date: try reader.text(), kind: kind,
        score: try reader.double(), coverage: [])
      for _ in 0..<(try reader.count(ofAtLeast: 8)) { report.coverage.append(try reader.double()) }
      return report
    }
  }

  static func append(_ direction: Document.Direction, to bytes: inout [UInt8]) {
    bytes.append(number(of: direction.source, in: Document.Direction.Side.allCases))
    bytes.append(count: direction.signs.count)
    for sign in direction.signs {
      bytes.append(number(of: sign.on, in: Document.Direction.Side.allCases))
      bytes.append(number(of: sign.kind, in: Document.Direction.Sign.Kind.allCases))
      bytes.append(text: sign.says)
    }
  }

  static func direction(_ reader: inout RecordReader) throws -> Document.Direction {
    let source = try value(of: Document.Direction.Side.allCases, &reader)
    let signs = try (0..<(try reader.count(ofAtLeast: 3))).map { _ in
      let on = try value(of: Document.Direction.Side.allCases, &reader)
      let kind = try value(of: Document.Direction.Sign.Kind.allCases, &reader)
      return Document.Direction.Sign(on: on, kind, try reader.text())
    }
    return Document.Direction(source: source, signs: signs)
  }

  /// A case by its place among all.
  private static func number<Case: Equatable>(of value: Case, in cases: [Case]) -> UInt8 {
    UInt8(clamping: cases.firstIndex(of: value) ?? 0)
  }

  private static func value<Case>(of cases: [Case], _ reader: inout RecordReader) throws -> Case {
    let number = Int(try reader.byte())
    guard cases.indices.contains(number) else { throw reader.damaged("an unknown case") }
    return cases[number]
  }
}
