/// Whether a stretch of a text is likelier in another language than in that of the text.
///
/// Each byte n-gram that ends somewhere in the text speaks for one language or the other; where the sum over a stretch
/// is greatest is found in one pass (Kadane's algorithm), at a fraction of what it costs to cut the text into sentences
/// and judge them one by one.
struct ForeignStretch {
  private let home: Column
  private let rivals: [Column]
  private let file: LanguageModelFile

  /// By how much a stretch must be likelier, as a difference of logarithms.
  private static let leastGain: Float = 25
  /// What an n-gram must speak for the other language to count: names and loans do so a little.
  private static let cost: Float = 0.1

  /// Where the weights of a class lie.
  private struct Column {
    let block: Int
    let lane: Int
    let floor: Float

    init(_ number: Int, _ file: LanguageModelFile) {
      block = number / LanguageModelFile.lanes
      lane = number % LanguageModelFile.lanes
      floor = file.floors[number]
    }

    /// The log-probability of an n-gram.
    @inline(__always)
    func log(_ step: LanguageModelFile.Step, _ weights: UnsafePointer<SIMD16<UInt8>>, _ scale: Float) -> Float {
      let blocks = step.blocks
      guard blocks >> UInt16(truncatingIfNeeded: block) & 1 != 0 else { return floor }
      let before = blocks & ((1 << UInt16(truncatingIfNeeded: block)) &- 1)
      return floor + Float(weights[step.row &+ before.nonzeroBitCount][lane]) * scale
    }
  }

  /// - Parameters:
  ///   - home: number of the text's language.
  ///   - rivals: numbers of the others.
  /// - Returns: nil if the model lacks one of them.
  init?(home: Int, rivals: [Int], _ inventory: LanguageInventory, _ model: LanguageModel) {
    func column(of language: Int) -> Column? {
      inventory.languageOfClass.firstIndex(of: language).map { Column(model.columns[$0], model.file) }
    }
    guard let own = column(of: home) else { return nil }
    self.home = own
    var columns: [Column] = []
    for rival in rivals {
      guard let column = column(of: rival) else { return nil }
      columns.append(column)
    }
    self.rivals = columns
    file = model.file
  }

  /// Whether there is one in cleaned bytes of the text.
  func isIn(_ text: [UInt8]) -> Bool { greatestGain(in: text) >= Self.leastGain }

  /// By how much the likeliest stretch is likelier in another language.
  func greatestGain(in text: [UInt8]) -> Float {
    let (weights, scale) = (file.weights, 1 / file.units)
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, rivals.count)) { gains in
      gains.initialize(repeating: 0)
      var greatest: Float = 0
      text.withUnsafeBufferPointer { text in
        file.forEachStep(over: text) { step in
          guard step.hasRow else { return }
          let least = home.log(step, weights, scale) + Self.cost
          for (number, rival) in rivals.enumerated() {
            let gain = max(0, gains[number] + rival.log(step, weights, scale) - least)
            gains[number] = gain
            if gain > greatest { greatest = gain }
          }
        }
      }
      return greatest
    }
  }
}
