import Testing

@testable import TextKit

@Suite struct LongSpansTests {
  @Test func thaiIsCutAtSpaces() {
    // Twelve clauses of 62 scalars each, and not one mark at their ends.
    let clause = "รถไฟขบวนแรกของวันออกจากสถานีช้ากว่าเวลาที่กำหนดไว้เกือบสองชั่วโมง"
    let text = Array(repeating: clause, count: 12).joined(separator: " ")
    let sentences = SentenceSplitter.split(text, language: "th")
    #expect(sentences.count >= 4)
    #expect(sentences.allSatisfy { (80...200).contains($0.end - $0.start) })
    #expect(sentences.allSatisfy { $0.text.hasPrefix(clause) && $0.text.hasSuffix(clause) })
  }

  @Test func laoSentencesWithStopsStayWhole() {
    let clause = "ລົດໄຟຂະບວນທຳອິດຂອງມື້ອອກຈາກສະຖານີຊ້າກວ່າເວລາທີ່ກຳນົດໄວ້"
    let sentence = Array(repeating: clause, count: 4).joined(separator: " ") + "."
    #expect(SentenceSplitter.split(sentence + " " + sentence, language: "lo").map(\.text) == [sentence, sentence])
  }

  @Test func longSentencesAreCutBehindClauses() {
    let clause = "the committee met again on the following morning in the old town hall near the river,"
    let text = Array(repeating: clause, count: 40).joined(separator: " ")
    let sentences = SentenceSplitter.split(text, language: "en")
    #expect(sentences.count >= 4)
    #expect(sentences.allSatisfy { (500...1000).contains($0.end - $0.start) && $0.text.hasSuffix("river,") })
  }

  @Test func marksStayWithTheirLetters() {
    // 999 letters, then a letter with two marks across the limit.
    let text = String(repeating: "x", count: 999) + "e\u{301}\u{323}" + String(repeating: "y", count: 500)
    let sentences = SentenceSplitter.split(text, language: nil)
    #expect(sentences.count == 2)
    #expect(sentences.last?.text.unicodeScalars.first == "e")
  }

  @Test(arguments: ["x", "word ", ". ", "!", "ก", "字", "\u{301}", "\0", "\u{10FFFF}", "1,"])
  func hugeLinesStayWithinBounds(_ piece: String) {
    // Two megabytes of one letter; less of what takes longer in a debug build.
    let bytes = piece == "x" ? 2_000_000 : 200_000
    let text = String(repeating: piece, count: bytes / piece.utf8.count)
    let sentences = SentenceSplitter.split(text, language: "en")
    #expect(sentences.allSatisfy { $0.end - $0.start <= LongSpans.longest })
    if piece != "\0" { #expect(sentences.count >= text.unicodeScalars.count / 1000) }
  }

  @Test func abbreviationsHoldAcrossWindows() {
    // Longer than what is held of a paragraph at a time, so that every place in it is once at the edge.
    let sentence = "Yesterday Dr. Lane met Gen. Okoro and Mr. Gray on Jan. 5 near St. Anne's."
    let text = Array(repeating: sentence, count: 4000).joined(separator: " ")
    let sentences = SentenceSplitter.split(text, language: "en")
    #expect(sentences.count == 4000)
    #expect(sentences.allSatisfy { $0.text == sentence })
  }
}
