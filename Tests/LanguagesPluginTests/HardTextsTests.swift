import Foundation
import StageKit
import StageTesting
import Testing

@testable import LanguagesPlugin

/// Texts on which detectors are confident and wrong; with the language model.
@Suite(.enabled(if: LanguageCascade.installed != nil, "language-ngrams.bin isn't installed; `make setup` fetches it"))
struct HardTextsTests {
  @Test(arguments: [
    ("en", "THE FERRY TO THE ISLAND WILL NOT SAIL TOMORROW BECAUSE OF THE STORM"),
    ("ru", "ЗАВТРА ПАРОМ НА ОСТРОВ НЕ ПОЙДЁТ ИЗ-ЗА ШТОРМА"),
    ("fr", "le bateau pour l'ile ne partira pas demain a cause de la tempete"),
    ("de", "Die Fahre zur lnsel f4hrt rnorgen wegen des Stunns nicht, sagte der Hafenrneister."),
    ("de", "Guten Tag 🎉🎉 https://example.org/x @hafen #sturm wie geht es dir heute 🚢"),
    ("ar", "\u{200F}لن تبحر العبارة إلى الجزيرة غدا\u{200F} بسبب العاصفة.\u{202C}"),
    ("en", "The ferry\0 to the island will\0 not sail tomorrow."),
    ("zh-Hant", "謝謝你們昨天的幫助"),
    ("sr-Latn", "Danas je lepo vreme u Beogradu i ljudi šetaju pored reke, jer će uskoro biti hladno."),
    ("ms", "Feri itu tidak akan belayar esok kerana ribut, kata jurucakap syarikat berkenaan."),
    ("id", "Feri itu tidak akan berlayar besok karena badai, kata juru bicara perusahaan."),
  ])
  func isStillTold(_ code: String, _ text: String) { #expect(LanguageDetector.detect(text).code == code) }

  @Test(arguments: [
    "qzxvj wkpfh bnrtg mxqzl vcwpj", "a9f8e7d6 c5b4a392 81706f5e", "xkcdqwrtzplmvbnghjfdsaqwezxc",
    "for (i = 0; i < n; i++) { sum[i] += a[i] * b[i]; }", "{\"id\": 7, \"tags\": [1, 2], \"x\": {\"y\": null}}",
    "c3Rvcm0gb3ZlciB0aGUgaXNsYW5kIGFuZCBubyBmZXJyeSB0b21vcnJvdyBtb3JuaW5n", "3.14159 2.71828 1.41421",
  ])
  func isNoLanguage(_ text: String) {
    let detection = LanguageDetector.detect(text)
    #expect(detection.code == "und" || detection.confidence < 0.5)
  }

  /// Code in English words, which only its joints give away; and prose with a domain and brackets, which is none.
  @Test func codeInWordsIsNoLanguage() {
    let code = "if let folder = request.folder { try manager.create(at: folder) folders.append(folder) }"
    let detection = LanguageDetector.detect(code)
    #expect(detection.code == "und" || detection.confidence < 0.5)
    let prose = "The mayor(s) of the island told harbour.example that the ferry will not sail in the storm."
    #expect(LanguageDetector.detect(prose).code == "en")
  }

  /// Russian, Hindi and Arabic in Latin letters are none of the languages that are known: the answer is another one, or
  /// "und", but never a sure one.
  @Test(arguments: [
    "zavtra parom na ostrov ne poydyot iz-za shtorma", "kal toofan ke karan dweep ke liye naav nahin chalegi",
    "lan tubhir al abbara ila al jazira ghadan bisabab al asifa",
  ])
  func transliterationsAreUnsure(_ text: String) { #expect(LanguageDetector.detect(text).confidence < 0.9) }

  @Test func oneWordIsLessSureThanASentence() {
    let (word, sentence) = (
      LanguageDetector.detect("gracias"), LanguageDetector.detect("Muchas gracias por la ayuda de ayer.")
    )
    #expect(word.code == "es" && sentence.code == "es")
    #expect(word.confidence < sentence.confidence)
  }

  @Test func onlyAllowedLanguagesAreAnswers() {
    let text = "Fergen til øya går ikke i morgen på grunn av stormen."
    #expect(LanguageDetector.detect(text).code == "nb")
    let among = LanguageDetector.detect(text, allowed: ["da", "sv", "en"])
    #expect(among.code == "da" || among.code == "und")
    #expect(among.candidates.allSatisfy { ["da", "sv", "en"].contains($0.code) })
    #expect(LanguageDetector.detect("Καλημέρα σας", allowed: ["en"]).code == "und")
    #expect(LanguageDetector.detect(text, allowed: []).code == "und")
    #expect(LanguageDetector.detect("由于风暴，渡轮将停航。", allowed: ["zh-Hant", "ja"]).code == "zh-Hant")
  }

  @Test func aPriorTipsTheScales() {
    let text = "Brod sutra ne plovi"
    for code in ["hr", "bs", "sr-Latn"] {
      #expect(LanguageDetector.detect(text, prior: [code: 6]).candidates.first?.code == code)
    }
    #expect(LanguageDetector.detect(text, prior: ["tlh": 9]) == LanguageDetector.detect(text))
  }

  @Test func probabilitiesAreProbabilities() {
    for text in ["a", "Die Fähre fährt morgen", "Завтра паром не пойдёт", "明天的渡轮停航"] {
      let detection = LanguageDetector.detect(text)
      #expect(detection.candidates.map(\.probability).reduce(0, +) <= 1.002)
      #expect(detection.candidates == detection.candidates.sorted { $0.probability > $1.probability })
    }
  }
}
