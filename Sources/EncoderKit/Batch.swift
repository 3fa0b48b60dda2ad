/// Texts that go through the model together, their tokens one after the other and without padding.
struct Batch: Sendable, Equatable {
  /// Numbers of the texts.
  var texts: [Int] = []
  var tokens: [Int32] = []
  /// Text i of the batch is `tokens[offsets[i] ..< offsets[i + 1]]`.
  var offsets: [UInt32] = [0]

  /// Puts texts into batches of at most `capacity` tokens, or of one longer text.
  ///
  /// The longest come first, so that no thread is left with a long one at the end. Which text is in which batch has
  /// no influence on its vector.
  static func plan(_ texts: [[Int32]], capacity: Int) -> [Batch] {
    let order = texts.indices.sorted { (texts[$1].count, $0) < (texts[$0].count, $1) }
    var batches: [Batch] = []
    for text in order {
      if let last = batches.last, last.tokens.count + texts[text].count <= capacity {
        batches[batches.count - 1].append(text, texts[text])
      } else {
        var batch = Batch()
        batch.append(text, texts[text])
        batches.append(batch)
      }
    }
    return batches
  }

  private mutating func append(_ text: Int, _ ids: [Int32]) {
    texts.append(text)
    tokens.append(contentsOf: ids)
    offsets.append(UInt32(tokens.count))
  }
}
