import Testing

@testable import TextKit

@Suite struct WordTokenizerTests {
  @Test(arguments: [
    ("The bridge, closed since 2018!", ["the", "bridge", "closed", "since", "2018"]),
    ("L'été à São Paulo", ["l", "été", "à", "são", "paulo"]), ("Привет, МИР", ["привет", "мир"]),
    ("कि लोग", ["कि", "लोग"]), ("مرحبا بالعالم", ["مرحبا", "بالعالم"]), ("서울은 비", ["서울은", "비"]), ("", []), ("?!…", []),
  ])
  func wordsOfSpacedScripts(_ text: String, _ expected: [String]) {
    let units = WordTokenizer.shingleUnits(text)
    #expect(units.map { String($0.text) } == expected)
    #expect(units.allSatisfy { !$0.isCharacter })
  }

  @Test(arguments: [
    ("火车晚点。", ["火", "车", "晚", "点"]), ("カタかな", ["カ", "タ", "か", "な"]), ("ที่นี่", ["ที่", "นี่"]),
    ("ລົດໄຟ", ["ລົ", "ດ", "ໄ", "ຟ"]), ("រថ", ["រ", "ថ"]), ("ရထား", ["ရ", "ထား"]), ("བོད་", ["བོ", "ད"]),
  ])
  func charactersOfUnspacedScripts(_ text: String, _ expected: [String]) {
    let units = WordTokenizer.shingleUnits(text)
    #expect(units.map { String($0.text) } == expected)
    #expect(units.allSatisfy { $0.isCharacter })
  }

  @Test func wordsAndCharactersAlternate() {
    let units = WordTokenizer.shingleUnits("2018年NATO会议3")
    #expect(units.map { String($0.text) } == ["2018", "年", "nato", "会", "议", "3"])
    #expect(units.map(\.isCharacter) == [false, true, false, true, true, false])
  }
}
