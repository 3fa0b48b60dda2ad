import Foundation

/// Brings texts to a form in which copies of one article are equal byte for byte.
///
/// The form is KC, not C: copies that came through a PDF, an old code page or a mobile page differ in just what KC
/// folds (ligatures, full-width letters, Arabic presentation forms, no-break spaces), and no two articles differ in
/// that alone. The result is a key, never shown to anyone.
public enum ContentNormalizer {
  /// The canonical form of a text: without invisible characters, in form KC, case-folded, with one form of quotes and
  /// dashes, every run of white space as one space, trimmed. Applying it again changes nothing.
  public static func canonical(_ text: String) -> String {
    withCanonical(text) { String(decoding: $0, as: UTF8.self) }
  }

  /// Hands the UTF-8 of a text's canonical form to `body`, without making a string of it.
  public static func withCanonical<Result>(
    _ text: String, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    var text = text
    return try text.withUTF8 { utf8 in
      var folder = ContentFolder(utf8)
      defer { folder.output.free() }
      folder.run()
      return try body(folder.output.trimmed)
    }
  }
}

/// Walks through a text's UTF-8 once and writes its canonical form.
///
/// Nearly all scalars are certain: what becomes of them stands in ``FoldingTable``, whatever is around them. At one
/// that is not, the walk goes back to the last scalar that nothing before it can compose with, and all from there to
/// the next such scalar goes through Foundation.
private struct ContentFolder {
  private let input: UnsafeBufferPointer<UInt8>
  private let table = FoldingTable.shared
  private(set) var output: FoldedBytes
  private var position = 0
  /// Where the last boundary stands in the input, and where its output begins.
  private var boundary = (input: 0, output: 1)
  /// The combining class of the last scalar, 0 if it was no mark.
  private var lastClass: UInt8 = 0
  /// The last scalar, if some vowel sign composes with it.
  private var lastComposer: UInt32 = 0
  /// Where the output ended after an i that was no plain I or i.
  private var dottedEnd = -1

  init(_ input: UnsafeBufferPointer<UInt8>) {
    self.input = input
    output = FoldedBytes(room: 2 * input.count)
  }

  mutating func run() {
    while position < input.count {
      if input[position] < 0x80 { takeASCII() } else { takeScalar() }
    }
  }

  /// Takes bytes up to the next one that is not ASCII.
  private mutating func takeASCII() {
    let start = position
    var (index, count, last) = (position, output.count, output.last)
    let (bytes, ascii) = (output.bytes, table.ascii)
    while index < input.count, input[index] < 0x80 {
      let folded = ascii[Int(input[index])]
      bytes[count] = folded
      let isKept = folded > 0x20 || (folded == 0x20 && last != 0x20)
      count += isKept ? 1 : 0
      last = isKept ? folded : last
      index += 1
    }
    output.count = count
    position = index
    // Control characters are as if they were not there.
    while index > start, ascii[Int(input[index - 1])] == 0 { index -= 1 }
    guard index > start else { return }
    let isSpace = last == 0x20
    boundary = isSpace ? (position, count) : (index - 1, count - 1)
    (lastClass, lastComposer) = (0, 0)
  }

  private mutating func takeScalar() {
    let (value, length) = input.scalarValue(at: position)
    let entry = table[value]
    switch entry.kind {
    case .same:
      startBoundary()
      output.copy(input, position, length)
      lastComposer = entry.value == 0 ? 0 : value
    case .replaced:
      startBoundary()
      output.append(entry.value)
    case .space:
      output.appendSpace()
      (lastClass, lastComposer) = (0, 0)
      boundary = (position + length, output.count)
    case .nothing: break
    case .mark:
      // Marks that never compose are in form as long as they stand in canonical order.
      guard UInt8(entry.value) >= lastClass else { return takeUncertain() }
      output.copy(input, position, length)
      (lastClass, lastComposer) = (UInt8(entry.value), 0)
    case .vowelSign:
      guard lastComposer == 0 else { return takeUncertain() }
      output.copy(input, position, length)
      lastClass = 0
    case .dottedI:
      startBoundary()
      output.append(0x69)
      dottedEnd = output.count
    case .several:
      startBoundary()
      for part in table.sequence(Int(entry.value)) { output.append(part) }
    case .uncertain: return takeUncertain()
    }
    position += length
  }

  private mutating func startBoundary() {
    boundary = (position, output.count)
    (lastClass, lastComposer) = (0, 0)
  }

  /// Takes back what was written since the last boundary, and lets Foundation normalise up to the next one.
  private mutating func takeUncertain() {
    var scalars = String.UnicodeScalarView()
    position = boundary.input
    output.count = boundary.output
    while position < input.count {
      let (value, length) = input.scalarValue(at: position)
      let kind = table[value].kind
      guard position == boundary.input || !kind.isBoundary else { break }
      if kind != .nothing, let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
      position += length
    }
    var plainI = output.endsInI && output.letterEnd != dottedEnd
    for scalar in String(scalars).precomposedStringWithCompatibilityMapping.unicodeScalars {
      // One scalar may become eighteen. What is still to come has room for twice its size.
      output.makeRoom(16 + 2 * (input.count - position))
      let value = scalar.value
      if value == 0x20 || ScalarClass.of(scalar) == .space {
        output.appendSpace()
      } else {
        // İ in lower case is i with a dot above: the dot of any other i goes.
        if value != 0x307 || !plainI { Folding.fold(scalar) { output.append($0) } }
        plainI = value == 0x49 || value == 0x69
      }
    }
    dottedEnd = plainI ? -1 : output.letterEnd
    boundary = (position, output.count)
    (lastClass, lastComposer) = (0, 0)
  }
}
