/// Cuts blocks of bytes into lines at `\n`, and holds no more than one line of at most `limit` bytes.
struct LineCutter {
  /// One line.
  struct Line {
    /// From 1.
    let number: Int
    /// Its bytes without the line break; nil if they are more than the limit.
    let bytes: [UInt8]?
  }

  let limit: Int
  private var kept: [UInt8] = []
  private var length = 0
  private var number = 0

  /// A cutter at the start of a file.
  init(limit: Int) { self.limit = limit }

  /// The lines that end in the next block.
  mutating func lines(in block: [UInt8]) -> [Line] {
    var lines: [Line] = []
    var rest = block[...]
    while let end = rest.firstIndex(of: 0x0A) {
      take(rest[..<end])
      lines.append(line())
      rest = rest[(end + 1)...]
    }
    take(rest)
    return lines
  }

  /// What comes after the last line break, if anything does.
  mutating func rest() -> Line? { length > 0 ? line() : nil }

  private mutating func take(_ bytes: ArraySlice<UInt8>) {
    length += bytes.count
    if length <= limit { kept += bytes } else { kept = [] }
  }

  private mutating func line() -> Line {
    number += 1
    defer {
      kept = []
      length = 0
    }
    return Line(number: number, bytes: length <= limit ? kept : nil)
  }
}
