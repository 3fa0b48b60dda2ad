import Foundation
import StageKit
import Testing

@testable import toolkit

/// `toolkit detect`: one answer a document, on stdout, whatever happens to the others.
@Suite struct DetectCommandTests {
  private static let german = "Die Fähre zur Insel fährt morgen wegen des Sturms nicht, teilte die Reederei mit."
  private static let greek = "Αύριο δεν έχει πλοίο για το νησί λόγω της καταιγίδας, ανακοίνωσε το λιμάνι."

  private func answers(_ output: String) throws -> [DetectionLine] {
    try output.split(separator: "\n").map { try JSONDecoder().decode(DetectionLine.self, from: Data($0.utf8)) }
  }

  @Test func aLineAFile() throws {
    try TemporaryFolder.with { folder in
      try folder.write("a.txt", Self.german + "\n")
      try folder.write("b.md", "# \(Self.greek)\n\n\(Self.greek)\n")
      let result = try Toolkit.run(["detect", "a.txt", "b.md"], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let rows = result.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
      #expect(rows.map(\.count) == [4, 4])
      #expect(rows.map { [$0[0], $0[2], $0[3]] } == [["de", "Latn", "a.txt"], ["el", "Grek", "b.md"]])
      #expect(rows.allSatisfy { (0.5...1).contains(Double($0[1]) ?? -1) })
    }
  }

  @Test func documentsOfJSONLinesAreTold() throws {
    try TemporaryFolder.with { folder in
      try folder.write(
        "a.jsonl", #"{"id":"x","text":"\#(Self.german)"}"# + "\n" + #"{"id":"y","text":"\#(Self.greek)"}"# + "\n")
      let result = try Toolkit.run(["detect", "a.jsonl", "--format", "json"], in: folder)
      let found = try answers(result.output)
      #expect(found.map(\.code) == ["de", "el"])
      #expect(found.map(\.id) == ["x", "y"])
      #expect(found.map(\.path) == ["a.jsonl", "a.jsonl"])
      #expect(found.last?.languages.map(\.code) == ["el"])
      #expect(found.last?.segments == [])
    }
  }

  @Test func aFileThatCannotBeReadIsNamedAndTheOthersGoOn() throws {
    try TemporaryFolder.with { folder in
      try folder.write("a.txt", Self.german)
      try folder.write("b.txt", "")
      try folder.write("c.pdf", "%PDF-1.4")
      let result = try Toolkit.run(["detect", "gone.txt", "b.txt", "c.pdf", "a.txt"], in: folder)
      #expect(result.status == 1)
      #expect(result.output.hasPrefix("de\t") && result.output.hasSuffix("\ta.txt\n"), "\(result.output)")
      #expect(result.errors.contains("error: 'gone.txt' does not exist; check the name, or quote a pattern"))
      #expect(result.errors.contains("error: 'b.txt' is empty (0 bytes)"))
      #expect(result.errors.contains("error: 'c.pdf' is of a format that is not read"))
      #expect(result.errors.contains("3 files or documents could not be read"))
    }
  }

  @Test func linesAreAnsweredOneByOne() throws {
    try TemporaryFolder.with { folder in
      let text = "\(Self.german)\r\n\n\(Self.greek)\n12\n\(Self.german)"
      try folder.write("a.txt", text)
      let result = try Toolkit.run(["detect", "--lines", "a.txt"], in: folder)
      #expect(result.status == 0)
      let rows = result.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
      #expect(rows.map { $0[0] } == ["de", "und", "el", "und", "de"])
      #expect(rows.map { $0[2] } == ["Latn", "Zyyy", "Grek", "Zyyy", "Latn"])
      #expect(rows.map { $0[3] } == (1...5).map { "a.txt:\($0)" })
    }
  }

  @Test func standardInput() throws {
    try TemporaryFolder.with { folder in
      try folder.write("a.txt", "\(Self.german)\n\n\(Self.greek) \(Self.greek)\n")
      for arguments in ["detect --format json", "detect - --format json"] {
        let result = try #require(
          try Toolkit.tool("sh", ["-c", "'\(Toolkit.program.path)' \(arguments) < a.txt"], in: folder))
        let found = try #require(try answers(result.output).first)
        #expect(found.code == "el" && found.path == "-")
        #expect(found.segments.map(\.code) == ["de", "el"])
        #expect(found.segments.last?.start == Self.german.unicodeScalars.count + 2)
      }
      let bad = try #require(
        try Toolkit.tool("sh", ["-c", "printf 'a\\377' | '\(Toolkit.program.path)' detect"], in: folder))
      #expect(bad.status == 1)
      #expect(bad.output.isEmpty && bad.errors.contains("standard input"), "\(bad.errors)")
    }
  }

  @Test func allowedLanguages() throws {
    try TemporaryFolder.with { folder in
      try folder.write("a.txt", Self.german)
      let result = try Toolkit.run(["detect", "--languages", "nl, el", "a.txt"], in: folder)
      #expect(result.status == 0)
      #expect(!result.output.hasPrefix("de"), "\(result.output)")
    }
  }

  @Test(
    arguments: [
      (["--languages", "en,germn"], "'germn' is no language that detect-language knows (BCP 47); did you mean 'de'?"),
      (["--languages", ","], "--languages names no language"), (["--abstain-below", "2"], "must be from 0 to 1"),
      (["-", "-"], "'-' can be named only once"), (["--by", "sentence"], "'sentence' is invalid"),
    ])
  func wrongUsage(_ arguments: [String], _ message: String) throws {
    let result = try Toolkit.run(["detect"] + arguments)
    #expect(result.status == 2)
    #expect(result.output.isEmpty && result.errors.contains(message), "\(result.errors)")
  }
}
