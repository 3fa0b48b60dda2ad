/// Where the automaton of a language model stands in a text: byte by byte it gives the longest n-gram that ends there.
struct NgramCursor {
  private let steps: UnsafePointer<LanguageModelFile.Step>
  private let pairs: UnsafePointer<LanguageModelFile.Step>
  private var step: LanguageModelFile.Step
  private var pair: LanguageModelFile.Step
  private var previous = 0

  /// As many bytes before a place tell all that the automaton knows there: no n-gram is longer.
  static let longestNgram = 8

  /// Before the first byte of a text.
  init(_ file: LanguageModelFile) {
    (steps, pairs) = (file.slots, file.pairs)
    step = pairs[0]
    pair = step
  }

  /// Before the byte at `place` of a text.
  fileprivate init(_ file: LanguageModelFile, before place: Int, of text: UnsafeBufferPointer<UInt8>) {
    self.init(file)
    for byte in text[max(0, place - Self.longestNgram)..<place] { _ = advance(over: byte) }
  }

  /// Takes the next byte; the step has a row if an n-gram ends with it.
  ///
  /// When the file was loaded it was checked that each base plus a byte is a slot and that each pair of bytes has its
  /// step. All three are looked up, whichever counts: that is quicker than to guess. The pair and the slot of three
  /// bytes depend on the text alone, so the processor has them in time; only the first is waited for.
  @inline(__always)
  mutating func advance(over byte: UInt8) -> LanguageModelFile.Step {
    let own = steps[step.base &+ Int(byte)]
    let third = steps[pair.base &+ Int(byte)]
    pair = pairs[previous << 8 | Int(byte)]
    step = own.byte == UInt64(byte) ? own : third.byte == UInt64(byte) ? third : pair
    previous = Int(byte)
    return step
  }
}

extension LanguageModelFile {
  /// As many bytes are walked by each of four cursors before their steps are handed on, at most.
  private static let bytesAtOnce = 128

  /// Calls `body` with the automaton's step for each byte of a text, in order.
  ///
  /// Each step waits for the one before it to come from memory. So four cursors walk four stretches of the text at the
  /// same time, which takes little longer than one walk of one stretch.
  @inline(__always)
  func forEachStep(over text: UnsafeBufferPointer<UInt8>, _ body: (Step) -> Void) {
    withUnsafeTemporaryAllocation(of: Step.self, capacity: 4 * Self.bytesAtOnce) { steps in
      var start = 0
      while text.count - start >= 4 * NgramCursor.longestNgram {
        let count = min(Self.bytesAtOnce, (text.count - start) / 4)
        var first = NgramCursor(self, before: start, of: text)
        var second = NgramCursor(self, before: start + count, of: text)
        var third = NgramCursor(self, before: start + 2 * count, of: text)
        var fourth = NgramCursor(self, before: start + 3 * count, of: text)
        for place in 0..<count {
          steps[place] = first.advance(over: text[start + place])
          steps[place + count] = second.advance(over: text[start + place + count])
          steps[place + 2 * count] = third.advance(over: text[start + place + 2 * count])
          steps[place + 3 * count] = fourth.advance(over: text[start + place + 3 * count])
        }
        for step in steps[..<(4 * count)] { body(step) }
        start += 4 * count
      }
      var last = NgramCursor(self, before: start, of: text)
      for byte in text[start...] { body(last.advance(over: byte)) }
    }
  }
}
