import Foundation
import PipelineKit
import StageKit
import Testing

@testable import DuplicatesPlugin

/// Decisions of analysts: how they are read.
@Suite struct OverrulesFileTests {
  /// The plan of a pipeline that names a file with this text, and what was found wrong.
  private func plan(_ text: String?) throws -> (plan: PipelinePlan?, findings: [String]) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("overrules-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    if let text { try Data(text.utf8).write(to: folder.appendingPathComponent("decided.yaml")) }
    let pipeline = """
      version: 1
      name: test
      stages:
        - use: find-duplicates
          with: { kinds: [exact], overrules: decided.yaml }
      """
    let request = PipelinePlan.Request(plugins: [.duplicates], encoder: .missing(reason: "none"))
    let (plan, findings) = PipelinePlan.make(
      text: pipeline, file: folder.appendingPathComponent("p.yaml").path, request)
    let all = findings.items.filter { !["no-source", "no-sink", "unmet-need"].contains($0.code) }
    return (plan, all.map(\.description))
  }

  @Test func mistakesHaveTheirPlaceInTheFile() throws {
    #expect(
      try plan("- same: [a, b]\n  by: R\n- same: [b, c]\n- different:\n    - c\n    - d\n    - a\n").findings == [
        "decided.yaml:7:7: error[contradiction]: 'c' and 'a' can't be kept apart: by other entries they are the same "
          + "(see line 1)"
      ])
    #expect(
      try plan("- smae: [a, b]\n").findings.first
        == "decided.yaml:1:3: error[unknown-key]: 'smae' is no part of an entry; did you mean 'same'?")
    #expect(
      try plan("- { same: [a, b], different: [a, c] }\n").findings == [
        "decided.yaml:1:3: error[no-decision]: an entry has either 'same' or 'different', not both"
      ])
    #expect(
      try plan("- same: [a]\n- same: [a, a]\n- same: [a, [b]]\n").findings == [
        "decided.yaml:1:9: error[wrong-type]: 'same' must be a list of two or more ids, found a list",
        "decided.yaml:2:13: error[twice]: 'a' stands twice in this entry",
        "decided.yaml:3:13: error[wrong-type]: an id must be a text, found a list",
      ])
    #expect(
      try plan("same: [a, b]\n").findings == [
        "decided.yaml:1:1: error[wrong-type]: the file must be a list of entries such as - same: [a, b], "
          + "found a mapping"
      ])
    #expect(try plan("- same: [a, b\n").findings.first?.hasPrefix("decided.yaml:") == true)
    #expect(try plan(nil).findings.first?.hasSuffix("error[missing-file]: there is no file 'decided.yaml'") == true)
  }

  @Test func otherDecisionsAreOtherOptions() throws {
    func json(_ text: String) throws -> JSONValue {
      let node = ConfigNode(
        .scalar("decided.yaml", quoted: true), at: SourceLocation(file: "p.yaml", line: 1, column: 1))
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("overrules-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      try Data(text.utf8).write(to: folder.appendingPathComponent("decided.yaml"))
      var reader = ConfigReader(baseDirectory: folder)
      reader.yaml = { _, file in (ConfigNode(.sequence([]), at: SourceLocation(file: file)), []) }
      return try #require(Overrules.read(node, &reader)).json
    }
    let first = try json("[]\n")
    #expect(try json("[]\n") == first)
    #expect(try json("[] # looked at again\n") != first)
    guard case .object(let fields) = first else { return #expect(Bool(false), "\(first)") }
    #expect(fields["path"] == "decided.yaml")
  }
}

/// Decisions of analysts: what they do.
@Suite struct OverrulesTests {
  private func entry(
    _ verdict: Document.Decision.Verdict, _ ids: [String], by: String? = nil, why: String? = nil
  ) -> Overrules.Entry {
    let places = ids.indices.map { SourceLocation(file: "overrules.yaml", line: 1, column: $0 + 1) }
    return .init(verdict: verdict, ids: ids, by: by, why: why, location: places[0], places: places)
  }

  @Test func theSameJoins() async throws {
    let documents = [
      MadeUp.document("a", "red", 0..<10), MadeUp.document("b", "red", 20..<30),
      MadeUp.document("b2", "red", 20..<29), MadeUp.document("c", "red", 40..<50),
    ]
    #expect(try await findDuplicates(documents).groups == [["b", "b2"]])
    let outcome = try await findDuplicates(
      documents, overrules: [entry(.same, ["a", "b2"], by: "R. Haddad", why: "one agency text")])
    #expect(outcome.groups == [["a", "b", "b2"]])
    #expect(outcome["b"]?.role == .original && outcome["b2"]?.of == "b" && outcome["b2"]?.score == 0.9)
    #expect(outcome["a"]?.of == "b2" && outcome["a"]?.score == 1 && outcome["a"]?.group == "d-b")
    #expect(
      outcome.documents.map(\.decisions) == [
        [.init(.same, other: "b2", by: "R. Haddad", why: "one agency text")], nil,
        [.init(.same, other: "a", by: "R. Haddad", why: "one agency text")], nil,
      ])
    #expect(outcome.notes["overruled"] == 1)
    #expect(outcome.warnings.isEmpty)
  }

  @Test func theDifferentAreApart() async throws {
    let documents = [
      MadeUp.document("a", "red", 0..<10), MadeUp.document("b", "red", 0..<10), MadeUp.document("c", "red", 0..<9),
    ]
    #expect(try await findDuplicates(documents).groups == [["a", "b", "c"]])
    let outcome = try await findDuplicates(documents, overrules: [entry(.different, ["a", "c"])])
    #expect(outcome.groups == [["a", "b"]])
    #expect(outcome["c"] == nil)
    #expect(outcome.documents[2].decisions == [.init(.different, other: "a")])
    #expect(
      outcome.notes["overrules"]
        == .array([
          .object([
            "decision": "different", "documents": .array(["a", "c"]), "effect": "kept apart", "score": .number(0.9),
          ])
        ]))
  }

  @Test func theWeakestTieIsCut() async throws {
    // b is the same as a, c and d are like both: d less than c.
    let documents = [
      MadeUp.document("a", "red", 0..<20), MadeUp.document("b", "red", 0..<20), MadeUp.document("c", "red", 0..<19),
      MadeUp.document("d", "red", 0..<15),
    ]
    let outcome = try await findDuplicates(documents, overrules: [entry(.different, ["c", "d"])])
    #expect(outcome.groups == [["a", "b", "c"]])
  }

  @Test func decisionsWinOverEachKind() async throws {
    let documents = [
      MadeUp.document("a", "red", 0..<12), MadeUp.document("b", "blue", 0..<12), MadeUp.document("c", "red", 0..<12),
      MadeUp.document("d", "green", 60..<72),
    ]
    let outcome = try await findDuplicates(
      documents, encoder: MeaningEncoder(offset: 0.1).loader,
      overrules: [entry(.different, ["a", "b"]), entry(.different, ["b", "c"]), entry(.same, ["b", "d"])])
    #expect(outcome.groups == [["a", "c"], ["b", "d"]])
    #expect(outcome["d"]?.kind == .translation && outcome["d"]?.score == 1)
    #expect(outcome["d"]?.coverage == [0, 0])
  }

  @Test func whatIsSoAlreadyIsNoChange() async throws {
    let documents = [MadeUp.document("a", "red", 0..<10), MadeUp.document("b", "red", 0..<9)]
    let plain = try await findDuplicates(documents)
    let outcome = try await findDuplicates(documents, overrules: [entry(.same, ["b", "a"])])
    #expect(outcome["b"] == plain["b"] && outcome["a"] == plain["a"])
    #expect(outcome.notes["overruled"] == 0)
    #expect(outcome.documents[1].decisions == [.init(.same, other: "a")])
  }

  @Test func unknownDocumentsGetAWarning() async throws {
    let outcome = try await findDuplicates(
      [MadeUp.document("a", "red", 0..<10)], overrules: [entry(.same, ["a", "x"]), entry(.different, ["y", "x"])])
    #expect(
      outcome.warnings == ["overrules.yaml names documents that this run has not: x (line 1), y (line 1)"])
    #expect(outcome.documents[0].decisions == nil)
  }

  @Test func theFileTravels() async throws {
    let outcome = try await findDuplicates([MadeUp.document("a", "red", 0..<10)], overrules: [])
    #expect(outcome.attachments.map(\.name) == ["overrules/stage.yaml"])
    #expect(try await findDuplicates([MadeUp.document("a", "red", 0..<10)]).attachments.isEmpty)
  }
}
