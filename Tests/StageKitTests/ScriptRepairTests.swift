import Testing

@testable import StageKit

@Suite struct ScriptRepairTests {
  /// The first word of each pair has Latin letters among Cyrillic ones, or the other way round.
  @Test(arguments: [
    ("с\u{61}в\u{65}зних", "савезних"), ("\u{6A}\u{65}дна", "једна"), ("P\u{430}yp\u{430}l", "Paypal"),
  ])
  func wordsBecomeOneScript(_ text: String, _ expected: String) {
    #expect(ScriptRepair.repaired(text) == expected)
  }

  @Test func shortWordsFollowTheOthers() {
    #expect(ScriptRepair.repaired("k\u{61}фа \u{6A}\u{65} в\u{65}ома") == "kaфа је веома")
    #expect(ScriptRepair.repaired("в\u{65}ома \u{6A}\u{65} д\u{6F}бра") == "веома је добра")
  }

  @Test(arguments: ["Кока-Cola", "плата за IT-сектор", "je suis", "добра кафа", "", "日本", "Zеbгa и"])
  func wordsOfTheirOwnStay(_ text: String) {
    #expect(ScriptRepair.repaired(text) == text)
  }
}
