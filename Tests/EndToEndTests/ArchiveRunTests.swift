import Foundation
import StageKit
import Testing

@testable import toolkit

/// Runs on several days: decisions of analysts, and what earlier bundles have reported.
@Suite struct ArchiveRunTests {
  private let harbour = """
    The harbour of Varna reopened on Monday after the storm. Three ships left for Odesa at noon. The port office said \
    that 14 containers had been lost. Divers will look for them until Friday. Nobody was hurt.
    """
  private let olives = """
    Farmers in Andalusia expect half of the usual olives, since it has not rained for eleven weeks now. The union asks \
    the government for loans. Prices at the mill have doubled since May, buyers in Jaén said.
    """
  private let pipeline = """
    version: 1
    name: daily
    stages:
      - use: read-files
        with: { paths: ["in/*.txt"] }
      - use: detect-language
      - use: find-duplicates
        with: { kinds: [exact, near], overrules: decided.yaml, against: ["archives/*.zip"] }
      - use: export
        with: { directory: "out-{date}", formats: [jsonl] }
      - use: write-bundle
        with: { path: "archives/daily-{date}.zip" }
    """

  @Test func aSecondDayKnowsTheFirst() throws {
    try TemporaryFolder.with { folder in
      try folder.write("p.yaml", pipeline)
      try folder.write("decided.yaml", "[]\n")
      try folder.write("in/harbour.txt", harbour)
      func run(_ date: String) throws -> [Document] {
        let told = try Toolkit.run(["run", "p.yaml", "--date", date], in: folder)
        #expect(told.status == 0, "\(told.errors)")
        return try folder.appendingPathComponent("out-\(date)").documents()
      }
      let first = try run("2026-03-10")
      #expect(first.map(\.earlier) == [nil])
      try folder.write("in/edited.txt", harbour.replacing("noon", with: "midday"))
      try folder.write("in/olives.txt", olives)
      let second = try run("2026-03-11")
      let earlier = second.map { $0.earlier?.map(\.id) }
      #expect(earlier == [[first[0].id], [first[0].id], nil])
      #expect(second[0].earlier?.first?.kind == .near && second[1].earlier?.first?.kind == .exact)
      #expect(second[0].duplicate?.group == second[1].duplicate?.group && second[0].duplicate != nil)
      // The same day again compares with the first day only, and follows an analyst's decision.
      try folder.write("decided.yaml", "- different: [\"\(second[0].id)\", \"\(second[1].id)\"]\n  by: R. Haddad\n")
      let again = try run("2026-03-11")
      #expect(again.map { $0.earlier?.map(\.bundle) } == [["daily-2026-03-10.zip"], ["daily-2026-03-10.zip"], nil])
      #expect(again.allSatisfy { $0.duplicate == nil })
      #expect(again[0].decisions == [.init(.different, other: again[1].id, by: "R. Haddad")])
      let listed = try Toolkit.run(["bundle", "list", "archives/daily-2026-03-11.zip"], in: folder)
      #expect(listed.output.contains("  overrules/find-duplicates.yaml\n"), "\(listed.output)")
      let why = try Toolkit.run(["why", "edited.txt", "archives/daily-2026-03-11.zip"], in: folder)
      #expect(
        why.output.contains(
          "  Earlier     already reported on 2026-03-10 in daily-2026-03-10.zip (document \(first[0].id)), ")
      )
      #expect(why.output.contains("  Decided     another article than \(again[1].id) by R. Haddad\n"), "\(why.output)")
    }
  }
}
