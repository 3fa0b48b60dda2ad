import Foundation
import StageKit
import StageTesting
import Testing

@testable import LanguagesPlugin

private let hasModel = ModelDirectories.all().contains {
  FileManager.default.fileExists(atPath: $0.appendingPathComponent(LanguageModel.fileName).path)
}

/// The model itself, against what py3langid 0.4.0 makes of the same texts.
@Suite(.enabled(if: hasModel, "language-ngrams.bin isn't installed; `make setup` fetches it"))
struct RealLanguageModelTests {
  private func model() throws -> LanguageModel { try LanguageModel.installed.get() }

  /// The best and the second class with their log-probabilities, and the probability of the best, by py3langid.
  @Test(
    arguments: [
      ("The ferry to the island will not sail tomorrow because of the storm.", "en", -283.02, "pcm", -338.67, 0.9987),
      ("Die Fähre zur Insel fährt morgen wegen des Sturms nicht.", "de", -241.75, "lb", -295.79, 0.9991),
      ("Le bateau pour l'île ne partira pas demain à cause de la tempête.", "fr", -329.45, "oc", -391.03, 0.9994),
      ("El barco a la isla no saldrá mañana a causa de la tormenta.", "es", -295.12, "ext", -313.83, 0.8659),
      ("Fırtına nedeniyle adaya giden vapur yarın kalkmayacak.", "tr", -266.10, "crh", -308.20, 0.9959),
      ("Prom na wyspę jutro nie wypłynie z powodu burzy.", "pl", -209.87, "sk", -293.56, 1.0000),
      ("Fergen til øya går ikke i morgen på grunn av stormen, sier rederiet.", "nb", -262.26, "nn", -289.09, 0.9560),
      ("Ferja til øya går ikkje i morgon på grunn av stormen, seier reiarlaget.", "nn", -309.43, "nb", -336.21, 0.9572),
      ("Hindi maglalayag bukas ang lantsa papunta sa isla dahil sa bagyo.", "fil", -353.17, "bcl", -405.67, 0.9985),
      (
        "Jirgin ruwa ba zai tashi gobe ba saboda guguwa, in ji hukumar tashar jiragen.",
        "ha", -375.82, "ace", -484.00, 1.0000
      ),
      ("Danas je lepo vreme u Beogradu i ljudi šetaju pored reke.", "sr-Latn", -247.67, "bs", -254.27, 0.5543),
      ("Данас је лепо време у Београду и људи шетају поред реке.", "sr", -467.77, "mk", -518.61, 0.9935),
      ("Завтра паром на остров не пойдёт из-за шторма, сообщили в порту.", "ru", -537.43, "bg", -570.39, 0.9323),
      ("Завтра пором на острів не піде через шторм, повідомили в порту.", "uk", -512.33, "ru", -579.07, 0.9958),
      ("لن تبحر العبارة إلى الجزيرة غدا بسبب العاصفة.", "ar", -354.11, "ary", -367.23, 0.8015),
      ("کشتی جزیره فردا به دلیل توفان حرکت نخواهد کرد.", "fa", -370.25, "uzs", -414.70, 0.9849),
      ("طوفان کی وجہ سے کل جزیرے کے لیے کشتی نہیں چلے گی۔", "ur", -387.54, "uzs", -572.52, 1.0000),
      ("המעבורת לאי לא תפליג מחר בגלל הסערה.", "he", -278.41, "hbo", -338.06, 0.9994),
      ("तूफ़ान के कारण कल द्वीप के लिए नाव नहीं चलेगी।", "hi", -494.84, "mr", -545.62, 0.9826),
      ("由于风暴，明天去岛上的渡轮将停航，乘客可以退票。", "zh", -287.89, "wuu", -301.72, 0.8189),
      ("嵐のため、明日の島行きのフェリーは欠航します。", "ja", -287.27, "wuu", -465.79, 1.0000),
      ("Бугун об-ҳаво яхши, одамлар дарё бўйида сайр қилмоқда.", "uz-Cyrl", -475.83, "tg", -529.82, 0.9957),
      ("Kivuko cha kwenda kisiwani hakitasafiri kesho kwa sababu ya dhoruba.", "sw", -351.28, "sn", -422.29, 0.9997),
      ("Feri ke pulau itu tidak akan berlayar besok karena badai.", "id", -265.97, "ms", -281.88, 0.8915),
      ("tomorrow no ferry", "en", -75.77, "pcm", -77.41, 0.1233),
    ] as [(String, String, Float, String, Float, Float)])
  func scoresAreThoseOfPython(
    _ text: String, _ best: String, _ log: Float, _ second: String, _ secondLog: Float, _ probability: Float
  ) throws {
    let model = try model()
    let scores = model.scores(of: Array(text.utf8))
    // Those that were added are not known there.
    let top = scores.top(2, where: model.codes.map { !["bem", "ee", "mi", "ty"].contains($0) })
    try #require(top.count == 2)
    #expect(top.map(\.code) == [best, second])
    // Weights are rounded to a twentieth: at worst 0.025 for each n-gram, in practice a tenth of that and less.
    #expect(abs(scores.logs[top[0].index] - log) < 1)
    #expect(abs(scores.logs[top[1].index] - secondLog) < 1)
    #expect(abs(top[0].probability - probability) < 0.01)
  }

  @Test func theFileIsTheOneOfTheConverter() throws {
    let model = try model()
    #expect(model.identity == "language-ngrams/d358acf516754d8c")
    #expect(model.codes.count == 146)
    #expect(Set(model.codes).count == 146)
    #expect(LanguageDetector.modelIdentity == model.identity)
    #expect(LanguageDetector.modelFault == nil)
    #expect(DetectLanguage.models(.init()) == [model.identity])
  }

  @Test func aTextWithoutNgramsHasThePriors() throws {
    let model = try model()
    let empty = model.scores(of: [])
    #expect(empty.ngrams == 0)
    #expect(empty.bytes == 0)
    #expect(model.scores(of: [0, 1, 255]).logs == empty.logs)
    let all = empty.top(1000)
    #expect(all.count == 146)
    #expect(abs(all.map(\.probability).reduce(0, +) - 1) < 1e-5)
    #expect(empty.top(0).isEmpty)
  }

  @Test func scriptsLimitTheClasses() throws {
    let model = try model()
    let text = Array("Завтра пором на острів не піде через шторм, повідомили в порту.".utf8)
    let (all, cyrillic) = (model.scores(of: text), model.scores(of: text, in: .cyrillic))
    #expect(cyrillic.top(2).map(\.code) == ["uk", "ru"])
    for index in model.codes.indices where cyrillic.logs[index] > -.infinity {
      #expect(cyrillic.logs[index] == all.logs[index])
    }
    #expect(model.scores(of: text, in: .latin).top(200).allSatisfy { !["uk", "ru"].contains($0.code) })
    var allowed = [Bool](repeating: false, count: model.codes.count)
    for index in allowed.indices { allowed[index] = ["ru", "bg"].contains(model.codes[index]) }
    let among = all.top(3, where: allowed)
    #expect(among.map(\.code) == ["ru", "bg"])
    #expect(abs(among.map(\.probability).reduce(0, +) - 1) < 1e-5)
  }

  @Test func veryLongTextsAreNoProblem() throws {
    let model = try model()
    let sentence = "The ferry to the island will not sail tomorrow because of the storm. "
    let long = model.scores(of: Array(String(repeating: sentence, count: 2000).utf8))
    #expect(long.top(1).first?.code == "en")
    #expect(long.logs.allSatisfy { $0.isFinite })
    var random = SeededRandom(seed: 8)
    let noise = (0..<50_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    #expect(model.scores(of: noise).logs.allSatisfy { $0.isFinite })
  }

  @Test func severalTasksGetTheSameScores() async throws {
    let model = try model()
    let texts = (1...12).map { Array(String(repeating: "Die Fähre fährt morgen, меж двух огней ", count: $0).utf8) }
    let alone = texts.map { model.scores(of: $0).logs }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 { group.addTask { texts.map { model.scores(of: $0).logs } == alone } }
      for try await same in group { #expect(same) }
    }
  }

  @Test func theExponentialIsOne() {
    for step in 0...2000 {
      let x = -Float(step) / 101
      let exact = exp(Double(x))
      #expect(abs(Double(Exponential.of(x)) / exact - 1) < 4e-6, "\(x)")
    }
    #expect(Exponential.of(-.infinity) == 0)
    #expect(Exponential.of(.nan) == 0)
  }
}
