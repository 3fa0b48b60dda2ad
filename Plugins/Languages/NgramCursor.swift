/// Where the automaton of a language model stands in a text: byte by byte it gives the longest n-gram that ends there.
struct NgramCursor {
  private let steps: UnsafePointer<LanguageModelFile.Step>
  private let pairs: UnsafePointer<LanguageModelFile.Step>
  private var step: LanguageModelFile.Step
  private var pair: LanguageModelFile.Step
  private var previous = 0

  /// Before the first byte of a text.
  init(_ file: LanguageModelFile) {
    (steps, pairs) = (file.slots, file.pairs)
    step = pairs[0]
    pair = step
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
