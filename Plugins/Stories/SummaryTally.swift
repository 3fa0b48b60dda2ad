import StageKit

/// What the run report says about the summaries.
struct SummaryTally {
  private var summaries = 0
  private var empty = 0
  private var ways: [ChosenSentence.Way: Int] = [:]
  private var differences: [StoryDifference.Kind: Int] = [:]

  mutating func count(_ result: StorySummary.Result?) {
    guard let result else {
      empty += 1
      return
    }
    summaries += 1
    ways.merge(result.ways, uniquingKeysWith: +)
    differences.merge(result.differences, uniquingKeysWith: +)
  }

  func note(in context: StageContext) {
    context.note("summaries", .integer(summaries))
    context.note("without-text", .integer(empty))
    context.note("sentences-as-written", .integer(ways[.asWritten] ?? 0))
    context.note("sentences-from-translated-copies", .integer(ways[.alignedTwin] ?? 0))
    context.note("sentences-from-other-reports", .integer(ways[.sameStatement] ?? 0))
    context.note("sentences-in-other-languages", .integer(ways[.otherLanguage] ?? 0))
    context.note("figures-that-disagree", .integer(differences[.numbers] ?? 0))
    context.note("compared-by", .string(context.vectors == nil ? "words" : "sentence vectors"))
  }
}
