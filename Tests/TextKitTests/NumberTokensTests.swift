import Testing

@testable import TextKit

@Suite struct NumberTokensTests {
  @Test(arguments: [
    ("1,234 people", ["1234"]), ("1.234 Menschen", ["1234"]), ("1 234 personnes", ["1234"]),
    ("1\u{202F}234\u{A0}567", ["1234567"]), ("1'234'567", ["1234567"]), ("١٬٢٣٤", ["1234"]), ("۱۲٫۵", ["12.5"]),
    ("१२,३४,५६७", ["1234567"]), ("１２３", ["123"]), ("1,234.50", ["1234.5"]), ("1.234,56", ["1234.56"]),
    ("3.5 and 2,75", ["3.5", "2.75"]), ("2.0", ["2"]), ("007", ["7"]), ("0", ["0"]), ("0.25", ["0.25"]),
    ("27.01.2018", ["27", "1", "2018"]), ("09:30", ["9", "30"]), ("2018, 300 dead", ["2018", "300"]),
    ("in 2018 300 died", ["2018", "300"]), ("It was 2018.", ["2018"]), ("(5)", ["5"]), ("G20 and B52", ["20", "52"]),
    ("12,5,7", ["12", "5", "7"]), ("no numbers", []), ("", []), ("…,.", []), ("٣ من ٤", ["3", "4"]),
  ])
  func numbersInOneForm(_ text: String, _ expected: [String]) { #expect(NumberTokens.all(in: text) == expected) }

  @Test func distinctNumbersAreSorted() {
    #expect(NumberTokens("9 and 10 and 9 and 2018").distinct == ["10", "2018", "9"])
  }

  @Test(arguments: [("2018", Float(1)), ("384", 0.8), ("27", 0.6), ("7", 0.3)])
  func longerNumbersWeighMore(_ token: String, _ weight: Float) { #expect(NumberTokens.weight(of: token) == weight) }

  @Test(
    arguments: [
      ("", "5", 0), ("no", "none", 0), ("2018", "٢٠١٨", 1), ("384 dead in 2018", "2018: 384", 1),
      ("27", "27", 0.6), ("2018 and 384", "2018", 1 / 1.8), ("2018", "2019", -0.5), ("7", "8", -0.15),
    ] as [(String, String, Float)])
  func agreementOfSentences(_ a: String, _ b: String, _ expected: Float) {
    let agreement = NumberTokens.agreement(NumberTokens(a), NumberTokens(b))
    #expect(abs(agreement - expected) < 1e-5)
    #expect(agreement == NumberTokens.agreement(NumberTokens(b), NumberTokens(a)))
  }

  @Test func endlessDigitsAreReadInParts() {
    let tokens = NumberTokens.all(in: String(repeating: "7", count: 100_000))
    #expect(tokens.allSatisfy { $0.utf8.count <= 40 } && tokens.joined().utf8.count == 100_000)
  }
}
