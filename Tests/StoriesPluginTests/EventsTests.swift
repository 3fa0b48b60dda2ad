import EncoderKit
import Foundation
import StageKit
import StageTesting
import StoriesPlugin
import Testing

/// The independent reports of `pipelines/events`, two of each event.
enum Events {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("pipelines/events")

  /// Documents by file name: `tunnel-en-1.txt` is a report in English on the event `tunnel`.
  static func documents() throws -> [Document] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".txt") }
      .sorted()
    return try names.map { name in
      let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      let parts = text.split(separator: "\n", maxSplits: 1)
      var document = Document(id: name, text: parts.count > 1 ? String(parts[1].drop(while: \.isWhitespace)) : text)
      document.title = String(parts[0])
      document.language = .init(code: String(name.split(separator: "-")[1]), confidence: 1)
      return document
    }
  }

  static func event(of id: String) -> String { String(id.prefix { $0 != "-" }) }
}

/// B-cubed precision and recall, as one figure (Bagga and Baldwin 1998).
func bCubed(_ found: [String: String], _ expected: [String: String]) -> Double {
  var (precision, recall) = (0.0, 0.0)
  for (id, story) in found {
    let together = found.filter { $0.value == story }.map(\.key)
    let wanted = expected.filter { $0.value == expected[id] }.map(\.key)
    let both = Double(Set(together).intersection(wanted).count)
    precision += both / Double(together.count)
    recall += both / Double(wanted.count)
  }
  return 2 * precision * recall / (precision + recall) / Double(found.count)
}

@Suite struct EventsTests {
  static let loader = E5Encoder.loader(searching: E5Encoder.modelDirectories())
  static var hasModel: Bool { if case .available = loader.status { true } else { false } }

  @Test(.enabled(if: hasModel, "the encoder isn't installed; `make setup` fetches it"))
  func independentReportsOfOneEventAreOneStory() async throws {
    let harness = StageHarness(encoder: Self.loader)
    let documents = try Events.documents()
    #expect(documents.count >= 20)
    let result = try await harness.process(documents, with: GroupStories(.init(), in: harness.context))
    let found = Dictionary(uniqueKeysWithValues: result.passed.map { ($0.id, $0.story ?? "") })
    let expected = Dictionary(uniqueKeysWithValues: documents.map { ($0.id, Events.event(of: $0.id)) })
    let value = bCubed(found, expected)
    #expect(value >= 0.9, "\(value) \(found.sorted { $0.key < $1.key })")
  }

  /// Nothing in a summary is ours: sentences, sources and differences all stand in the reports.
  @Test(arguments: ["en", "fr", "xx", nil])
  func summariesAreFaithful(language: String?) async throws {
    let harness = StageHarness(encoder: WordBagEncoder.loader)
    let documents = try Events.documents().map { document in
      var document = document
      document.story = "s-" + Events.event(of: document.id)
      return document
    }
    var options = Summarize.Options()
    (options.language, options.scope) = (language, .both)
    let result = try await harness.process(documents, with: Summarize(options, in: harness.context))
    let known = Dictionary(
      uniqueKeysWithValues: result.passed.filter { $0.kind == .document }.map { ($0.id, $0) })
    let summaries = result.passed.filter { $0.kind == .summary }
    #expect(summaries.count == documents.count + Set(documents.map(\.story)).count)
    for summary in summaries {
      for sentence in try #require(summary.summary) {
        let first = try #require(sentence.from.first)
        let source = try #require(known[first.id])
        #expect(source.text.contains(sentence.text))
        for origin in sentence.from {
          let report = try #require(known[origin.id])
          #expect(report.story == summary.story)
          #expect(try #require(report.sentences).indices.contains(origin.sentence))
        }
        if let language, let code = source.language?.code {
          #expect((sentence.language == nil) == (code == language || language == "und"))
        }
      }
      guard case .array(let differences)? = summary.metadata["differences"] else { continue }
      for case .object(let difference) in differences {
        guard case .array(let statements)? = difference["statements"] else { continue }
        for case .object(let statement) in statements {
          guard case .string(let id)? = statement["id"], case .string(let text)? = statement["text"] else { continue }
          #expect(known[id]?.text.contains(text) == true)
          if case .string(let number)? = statement["number"] { #expect(text.contains(number.split(separator: " ")[0])) }
        }
      }
    }
  }
}
