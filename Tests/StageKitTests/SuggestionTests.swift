import StageKit
import Testing

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("treshold", "threshold"), ("find_duplicates", "find-duplicates"), ("KINDS", "kinds"), ("knids", "kinds"),
  ])
  func findsSlips(word: String, meant: String) {
    #expect(Suggestion.closest(to: word, in: ["threshold", "kinds", "find-duplicates"]) == meant)
  }

  @Test(arguments: ["colour", "x", "", "thresholdthresholdthreshold"])
  func leavesOtherWordsAlone(word: String) {
    #expect(Suggestion.closest(to: word, in: ["threshold", "kinds"]) == nil)
  }

  @Test func longWordsAreNotCompared() {
    #expect(Suggestion.closest(to: String(repeating: "a", count: 100_000), in: ["a"]) == nil)
  }
}
