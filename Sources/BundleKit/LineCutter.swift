/// Where a line lies.
struct LinePlace: Sendable {
  let member: String
  /// From 1.
  let number: Int
  let offset: Int
  let length: Int

  func entry(_ id: String, digest: UInt64) -> IndexEntry {
    IndexEntry(id: id, member: member, offset: offset, length: length, digest: digest)
  }
}

/// Cuts blocks of a member into lines at "\n", holding one unfinished line at most.
struct LineCutter {
  private let limit: Int
  private let member: String
  private var rest: [UInt8] = []
  private var number = 0
  private var offset = 0

  init(limit: Int, member: String) {
    self.limit = limit
    self.member = member
  }

  /// Calls `body` with each line that ends in the next block.
  mutating func take(
    _ block: UnsafeRawBufferPointer, _ body: (LinePlace, UnsafeRawBufferPointer) throws(BundleError) -> Void
  ) throws(BundleError) {
    for line in block.lines {
      guard line.upperBound < block.count else {
        guard rest.count + line.count <= limit else {
          throw .over("a line of '\(member)' is longer than that", limit, "bytes a line", member: member)
        }
        rest += block.slice(line)
        return
      }
      if rest.isEmpty {
        try pass(block.slice(line), body)
      } else {
        let whole = rest + block.slice(line)
        rest = []
        try whole.withRawBytes { raw throws(BundleError) in try pass(raw, body) }
      }
    }
  }

  /// Calls `body` with what follows the last line break, if anything does.
  mutating func finish(
    _ body: (LinePlace, UnsafeRawBufferPointer) throws(BundleError) -> Void
  ) throws(BundleError) {
    guard !rest.isEmpty else { return }
    let last = rest
    rest = []
    try last.withRawBytes { raw throws(BundleError) in try pass(raw, body) }
  }

  private mutating func pass(
    _ line: UnsafeRawBufferPointer, _ body: (LinePlace, UnsafeRawBufferPointer) throws(BundleError) -> Void
  ) throws(BundleError) {
    number += 1
    try body(LinePlace(member: member, number: number, offset: offset, length: line.count), line)
    offset += line.count + 1
  }
}
