import Testing

@testable import LanguagesPlugin

@Suite struct LanguageSegmentsTests {
  private let german = "Die Fähre zur Insel fährt morgen wegen des Sturms nicht."
  private let english = "The ferry to the island will not sail tomorrow because of the storm."
  private let arabic = "لن تبحر العبارة إلى الجزيرة غدا بسبب العاصفة القوية."

  @Test func paragraphsInTurn() {
    let text = "\(german)\r\n\r\n\(english)\n\(english)\n\(arabic)"
    let segments = LanguageDetector.segments(of: text)
    #expect(segments.map(\.code) == ["de", "en", "ar"])
    let scalars = Array(text.unicodeScalars)
    let parts = segments.map { part in
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars[part.start..<part.end])
      return String(view)
    }
    #expect(parts == [german, "\(english)\n\(english)", arabic])
  }

  @Test func shortParagraphsBelongToTheirNeighbours() {
    let text = "\(german)\nFoto: dpa\n\(german)"
    #expect(LanguageDetector.segments(of: text).map(\.code) == ["de"])
    #expect(LanguageDetector.segments(of: text).first?.end == text.unicodeScalars.count)
  }

  @Test func namesInAnotherScriptAreNoSegmentsButSentencesAre() {
    let greek = "Το πλοίο για το νησί δεν θα φύγει αύριο λόγω της καταιγίδας, είπε το λιμεναρχείο."
    let names = "Ο πλοίαρχος Anders Lindqvist του Blue Heron είπε ότι το πλήρωμα περιμένει στο λιμάνι."
    let census = ScriptCensus(LanguageSample.cleanedBytes("\(greek) \(names)"))
    #expect(!census.hasOneScript)
    #expect(census.isOnlySprinkled(LanguageSample.cleanedBytes("\(greek) \(names)"), over: .greek))
    #expect(!census.isOnlySprinkled(LanguageSample.cleanedBytes("\(greek) \(english) \(names)"), over: .greek))
    #expect(TextLanguages(of: "\(greek) \(names)").segments.isEmpty)
    #expect(TextLanguages(of: "\(greek) \(greek)\n\(english)\n\(names)").segments.map(\.code) == ["el", "en", "el"])
    // Of Japanese both scripts are its own.
    let japanese = "嵐のため、明日の島行きの船は欠航すると港湾局が発表した。"
    let sample = LanguageSample.cleanedBytes(japanese)
    #expect(ScriptCensus(sample).isOnlySprinkled(sample, over: .japanese))
  }

  @Test func nearRelativesAreOneLanguage() {
    #expect(LanguageKinship.key(of: "bs") == LanguageKinship.key(of: "sr-Latn"))
    #expect(LanguageKinship.key(of: "zh-Hant") == LanguageKinship.key(of: "zh"))
    #expect(LanguageKinship.key(of: "es") != LanguageKinship.key(of: "gl"))
    let croatian = "Trajekt za otok sutra neće ploviti zbog oluje, javila je lučka uprava."
    let bosnian = "Trajekt za ostrvo sutra neće saobraćati zbog oluje, saopćila je lučka uprava."
    #expect(LanguageDetector.segments(of: "\(croatian)\n\(bosnian)\n\(croatian)").count == 1)
  }

  @Test(arguments: ["", "\n\n\n", "12345\n67890", "Hi\nYo"])
  func noParagraphWorthALabel(_ text: String) { #expect(LanguageDetector.segments(of: text).isEmpty) }

  /// Six paragraphs of 300 letters and more. CLD2 leaves out what repeats, so each says something else.
  private let report = [
    """
    Wegen des schweren Sturms an der Küste fährt am Dienstag keine Fähre zur Insel. Die Reederei teilte am Abend mit, \
    dass auch am Mittwoch nur einzelne Schiffe ablegen werden, wenn der Wind bis dahin nachlässt. Wer schon eine \
    Fahrkarte gekauft hat, bekommt sein Geld zurück oder darf an einem anderen Tag in dieser Woche reisen. Vor dem \
    Schalter im Hafen standen am Nachmittag lange Schlangen.
    """,
    """
    Auf der Insel selbst sind seit dem Morgen die Schulen geschlossen, und der kleine Flugplatz hat seinen Betrieb \
    eingestellt. Der Bürgermeister bat die Bewohner, in ihren Häusern zu bleiben und Fenster und Türen fest zu \
    verschließen. Im Norden stürzten mehrere Bäume auf die Straße zum Leuchtturm, verletzt wurde dabei niemand. Die \
    Feuerwehr rechnet mit einem langen Einsatz in der kommenden Nacht.
    """,
    """
    Für die Händler am Markt kommt das Unwetter zu einer schlechten Zeit, denn am Wochenende sollte das jährliche \
    Fischerfest beginnen. Viele Zelte waren bereits aufgebaut und mussten nun hastig wieder abgebaut werden. Eine \
    Verkäuferin sagte, sie habe ihre gesamte Ware in den Keller getragen, weil das Wasser im vergangenen Herbst bis an \
    die Ladentür gestiegen war.
    """,
    """
    Der Wetterdienst erwartet die stärksten Böen kurz nach Mitternacht und warnt vor einer Sturmflut, die den höchsten \
    Stand seit zwanzig Jahren erreichen könnte. Erst gegen Donnerstag beruhigt sich die Lage nach seiner Vorhersage \
    allmählich. Fachleute weisen darauf hin, dass solche Stürme früher meist erst im November auftraten und in den \
    letzten Jahren deutlich häufiger geworden sind.
    """,
    """
    Im Landtag hat das Ereignis die Debatte über den Schutz der Deiche neu entfacht. Die Opposition wirft der Regierung \
    vor, das nötige Geld zwar versprochen, aber nie ausgezahlt zu haben. Ein Sprecher des Ministeriums entgegnete, dass \
    die Arbeiten an drei Abschnitten längst begonnen hätten und planmäßig im nächsten Frühjahr fertig würden. Auch der \
    Rechnungshof will sich damit befassen.
    """,
    """
    Gäste, die auf dem Festland gestrandet sind, finden Unterkunft in einer Turnhalle, die das Rote Kreuz eingerichtet \
    hat. Dort gibt es warme Mahlzeiten und Betten für etwa zweihundert Menschen. Eine Familie aus dem Süden nahm die \
    Verzögerung mit Gelassenheit und wollte den freien Tag für einen Besuch im Museum nutzen. Andere versuchten \
    vergeblich, noch einen Platz in einem Hotel zu bekommen.
    """,
  ]

  /// The report with a paragraph more.
  private func longText(_ foreign: String, at place: Int) -> String {
    var paragraphs = report
    paragraphs.insert(foreign, at: place)
    return paragraphs.joined(separator: "\n\n")
  }

  @Test(
    arguments: [
      ("en", "The ferry will not sail tomorrow."),
      ("en", "The ferry to the island will not sail tomorrow because of the storm."),
      (
        "en",
        String(repeating: "The ferry to the island will not sail tomorrow because of the storm. ", count: 6)
          + "It is closed."
      ),
      ("fr", "Le bateau pour l'île ne partira pas demain à cause de la tempête."),
      ("nl", "De veerboot naar het eiland vaart morgen niet vanwege de zware storm, zegt de rederij."),
      ("sv", "Färjan till ön går inte i morgon på grund av den hårda stormen, säger rederiet."),
      ("ru", "Завтра паром на остров не пойдёт из-за шторма, сообщили в порту."),
      ("ar", "لن تبحر العبارة إلى الجزيرة غدا بسبب العاصفة."),
      ("el", "Αύριο δεν έχει πλοίο για το νησί λόγω καταιγίδας."), ("ja", "嵐のため、明日の島行きのフェリーは欠航します。"),
    ], [0, 3, 6])
  func aForeignParagraphIsFoundInALongText(_ sample: (code: String, text: String), place: Int) throws {
    let text = longText(sample.text, at: place)
    let whole = LanguageDetector.examine(text)
    let segments = LanguageDetector.foreignSegments(of: text, given: whole)
    #expect(whole.detection.code == "de")
    let expected = ["de", sample.code, "de"]
    #expect(segments.map(\.code) == Array(place == 0 ? expected[1...] : place == 6 ? expected[..<2] : expected[...]))
    let found = try #require(segments.first { $0.code == sample.code })
    let scalars = Array(text.unicodeScalars)[found.start..<found.end]
    #expect(scalars.elementsEqual(sample.text.unicodeScalars))
  }

  @Test func whatIsSettledByTheWholeIsWhatEachParagraphSays() {
    let text = longText(german, at: 2)
    let whole = LanguageDetector.examine(text)
    #expect(whole.settledLetters == 300, "the paragraphs of the report are not looked at again")
    #expect(LanguageDetector.segments(of: text).map(\.code) == ["de"])
    #expect(LanguageDetector.foreignSegments(of: text, given: whole).isEmpty)
  }

  @Test func twoScriptsInATextSettleNothing() {
    #expect(LanguageDetector.examine("\(german) \(german)\n\(arabic)").settledLetters == nil)
    #expect(LanguageDetector.examine("Αύριο δεν έχει πλοίο για το νησί.\nΘα φύγει μεθαύριο.").settledLetters == 0)
  }
}
