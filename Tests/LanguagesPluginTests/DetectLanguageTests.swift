import Foundation
import StageKit
import StageTesting
import Testing

@testable import LanguagesPlugin

@Suite struct DetectLanguageTests {
  private let german = "Die Fähre zur Insel fährt morgen wegen des Sturms nicht, teilte die Reederei am Abend mit."
  private let english = "The ferry to the island will not sail tomorrow because of the storm, the port said."
  private let greek = "Αύριο δεν έχει πλοίο για το νησί λόγω της καταιγίδας, ανακοίνωσε το λιμάνι."

  private func language(
    of text: String, title: String? = nil, _ set: (inout DetectLanguage.Options) -> Void = { _ in }
  ) async throws -> Document.Language? {
    var options = DetectLanguage.Options()
    set(&options)
    let harness = StageHarness()
    var document = Document(id: "a", text: text)
    document.title = title
    return try await harness.process([document], with: try await DetectLanguage(options, in: harness.context))
      .passed.first?.language
  }

  /// Reads the options as if they stood in a pipeline file, `languages` in line 7.
  private func read(languages: [String]) -> (DetectLanguage.Options, [Diagnostic]) {
    let elements = languages.enumerated().map { index, code in
      ConfigNode(
        .scalar(code, quoted: true), at: SourceLocation(file: "p.yaml", line: 7, column: 20 + 4 * index))
    }
    let place = SourceLocation(file: "p.yaml", line: 7, column: 8)
    let node = ConfigNode(
      .mapping([.init(key: "languages", location: place, value: ConfigNode(.sequence(elements), at: place))]),
      at: place)
    var reader = ConfigReader(baseDirectory: URL(fileURLWithPath: "/"))
    let options = DetectLanguage.Options.read(node, of: "detect-language", at: place, &reader)
    return (options, reader.diagnostics)
  }

  @Test func partsInOtherLanguages() async throws {
    let found = try #require(try await language(of: "\(german)\n\(german)\n\(english)"))
    #expect(found.code == "de")
    #expect(found.segments?.map(\.code) == ["de", "en"])
    let off = try await language(of: "\(german)\n\(german)\n\(english)") { $0.segments = false }
    #expect(off?.code == "de")
    #expect(off?.segments == nil)
  }

  @Test func theTitleIsJudgedIfThereIsNoText() async throws {
    let found = try #require(try await language(of: "", title: "\(german) \(english)"))
    #expect(["de", "en"].contains(found.code))
    #expect(found.segments == nil, "offsets would not be those of the text")
  }

  @Test func byParagraph() async throws {
    // The long line is a third of the lines and most of the text.
    let text = "Nein, das geht heute leider nicht mehr.\n\(english) \(english)\nJa, morgen fährt sie vielleicht wieder."
    let found = try #require(try await language(of: text) { $0.basis = .paragraph })
    #expect(found.code == "en")
    #expect(found.segments?.map(\.code) == ["de", "en", "de"])
    #expect(try await language(of: "", { $0.basis = .paragraph })?.code == "und")
    #expect(try await language(of: greek, { $0.basis = .paragraph })?.code == "el")
  }

  @Test func lowConfidenceIsUnknown() async throws {
    let found = try #require(try await language(of: german) { $0.abstainBelow = 1 })
    #expect(found.code == "und")
    #expect(found.confidence == 0)
  }

  @Test func languagesAreKeptUnlessOverwritten() async throws {
    for overwrite in [false, true] {
      var options = DetectLanguage.Options()
      options.overwrite = overwrite
      let harness = StageHarness()
      var document = Document(id: "a", text: german)
      document.language = Document.Language(code: "nl", confidence: 1)
      let stage = try await DetectLanguage(options, in: harness.context)
      let code = try await harness.process([document], with: stage).passed.first?.language?.code
      #expect(code == (overwrite ? "de" : "nl"))
    }
  }

  @Test func allowedLanguagesAreRead() {
    let (options, findings) = read(languages: ["de", "zh", "zh-Hant", "sr"])
    #expect(findings.isEmpty)
    #expect(options.languages.map(\.tag) == ["de", "zh", "zh-Hant", "sr"])
    #expect(
      options.languages.map { $0.codes.sorted() }
        == [["de"], ["zh", "zh-Hant"], ["zh-Hant"], ["sr", "sr-Latn"]])
  }

  @Test(
    arguments: [
      ("english", "; did you mean 'en'?"), ("germn", "; did you mean 'de'?"), ("jp", "; did you mean 'ja'?"),
      ("PT_br", "; did you mean 'pt'?"), ("iw", "; did you mean 'he'?"), ("zh-TW", "; did you mean 'zh-Hant'?"),
      ("sr-Cyrl", "; did you mean 'sr'?"), ("deu", "; did you mean 'de'?"), ("zh-Hnat", "; did you mean 'zh-Hant'?"),
      ("xx", nil), ("d e", nil), ("", nil),
    ])
  func unknownLanguagesAreNamedWithTheirPlace(_ tag: String, _ hint: String?) throws {
    let (_, findings) = read(languages: ["de", tag])
    let finding = try #require(findings.first)
    #expect(findings.count == 1)
    #expect(finding.code == "unknown-value")
    #expect(finding.location == SourceLocation(file: "p.yaml", line: 7, column: 24))
    let start = "the text \"\(tag)\" is no language that detect-language knows (BCP 47)"
    if let hint { #expect(finding.message == start + hint) } else { #expect(finding.message.hasPrefix(start)) }
  }

  @Test func everyAnswerCanBeAllowed() throws {
    #expect(KnownLanguages.codes == KnownLanguages.codes.sorted())
    #expect(Set(KnownLanguages.codes).count == KnownLanguages.codes.count)
    for script in Script.allCases {
      if let code = script.onlyLanguage ?? script.likeliestLanguage { #expect(LanguageChoice(code) != nil, "\(code)") }
    }
    guard let model = try? LanguageModel.installed.get() else { return }
    for code in LanguageInventory(model).codes where code != "zxx" { #expect(LanguageChoice(code) != nil, "\(code)") }
  }
}
