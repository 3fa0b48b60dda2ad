import Foundation

@testable import EncoderKit

/// A small model made of chance, in memory: its file's bytes, and its weights as plain numbers.
struct TinyModel {
  var hidden = 64
  var layers = 2
  var heads = 4
  var feedForward = 96
  var window = 24
  var version: UInt32 = 1
  /// Pieces with their scores; the first four are <s>, <pad>, </s>, <unk>.
  var pieces: [(text: String, score: Float)] = TinyModel.pieces
  /// Scalars and what they become.
  var replacements: [(scalar: UInt32, by: [UInt32])] = [(9, [32]), (0x0B, []), (0xA0, [32]), (0xBD, [49, 0x2044, 50])]
  /// Puts other numbers into the directory before it is written.
  var editDirectory: (inout [Entry]) -> Void = { _ in }
  /// Raw bytes of a tensor instead of chance.
  var overrides: [String: [UInt8]] = [:]

  struct Entry {
    var name: String
    var type: UInt8
    var count: UInt32
    var offset: UInt64
    var bytes: UInt64
  }

  static let pieces: [(text: String, score: Float)] = [
    ("<s>", 0), ("<pad>", 0), ("</s>", 0), ("<unk>", 0), ("▁", -4), ("a", -5), ("b", -5.5), ("ab", -6), ("▁ab", -7),
    ("abab", -12), ("c", -6), ("é", -7), ("1", -3), ("/", -8), ("⁄", -8), ("2", -3), ("ba", -6.5), ("▁c", -8.25),
  ]

  /// What a file holds: name, and whether it is in blocks.
  private var tensors: [(name: String, blocks: Bool, count: Int)] {
    var all = [
      ("emb.word", true, (pieces.count + 3) * hidden), ("emb.pos", false, window * hidden),
      ("emb.type", false, 2 * hidden), ("emb.ln.w", false, hidden), ("emb.ln.b", false, hidden),
    ]
    for layer in 0..<layers {
      for (name, outputs, inputs) in [
        ("q", hidden, hidden), ("k", hidden, hidden), ("v", hidden, hidden), ("ao", hidden, hidden),
        ("fi", feedForward, hidden), ("fo", hidden, feedForward),
      ] {
        all.append(("l\(layer).\(name).w", true, outputs * inputs))
        all.append(("l\(layer).\(name).b", false, outputs))
      }
      for name in ["aln.w", "aln.b", "oln.w", "oln.b"] { all.append(("l\(layer).\(name)", false, hidden)) }
    }
    return all
  }

  /// The file, and each tensor's numbers.
  func make() -> (file: Data, numbers: [String: [Float]]) {
    var chance = Chance(seed: 7)
    var numbers: [String: [Float]] = [:]
    var head = Data()
    head.append(contentsOf: "E5S1".utf8)
    head.add(version)
    for size in [hidden, layers, heads, feedForward, pieces.count + 3, window, 2] { head.add(Int32(size)) }
    head.add(Float(1e-12).bitPattern)
    head.add(Int32(32))
    for id in [pieces.count, 0, 2, 1, 3] { head.add(Int32(id)) }
    head.add(UInt64(pieces.reduce(0) { $0 + $1.text.utf8.count }))
    var offset: UInt32 = 0
    head.add(offset)
    for piece in pieces {
      offset += UInt32(piece.text.utf8.count)
      head.add(offset)
    }
    for piece in pieces { head.add(piece.score.bitPattern) }
    for piece in pieces { head.append(contentsOf: piece.text.utf8) }
    head.add(Int32(replacements.count))
    head.add(UInt32(replacements.reduce(0) { $0 + 5 + 4 * $1.by.count }))
    for replacement in replacements {
      head.add(replacement.scalar)
      head.add(UInt8(replacement.by.count))
      for scalar in replacement.by { head.add(scalar) }
    }

    var body = Data()
    var entries: [Entry] = []
    for (name, blocks, count) in tensors {
      let (bytes, values) = blocks ? chance.blocks(count) : chance.floats(count, norm: name.hasSuffix("ln.w"))
      let stored = overrides[name] ?? bytes
      numbers[name] = values
      entries.append(
        Entry(
          name: name, type: blocks ? 1 : 0, count: UInt32(count), offset: UInt64(body.count),
          bytes: UInt64(stored.count)))
      body.append(contentsOf: stored)
    }
    let directorySize = 4 + entries.reduce(0) { $0 + 2 + $1.name.utf8.count + 21 }
    let start = UInt64(head.count + directorySize)
    for index in entries.indices { entries[index].offset += start }
    editDirectory(&entries)
    head.add(Int32(entries.count))
    for entry in entries {
      head.add(UInt16(entry.name.utf8.count))
      head.append(contentsOf: entry.name.utf8)
      head.add(entry.type)
      head.add(entry.count)
      head.add(entry.offset)
      head.add(entry.bytes)
    }
    return (head + body, numbers)
  }

  /// The numbers of tensors whose bytes are `blocks`, 18 to every 32.
  static func numbers(_ blocks: [UInt8]) -> [Float] {
    stride(from: 0, to: blocks.count, by: 18).flatMap { start -> [Float] in
      let half = UInt16(blocks[start]) | UInt16(blocks[start + 1]) << 8
      let scale = (1 + Float(half & 1023) / 1024) * Float(sign: .plus, exponent: Int(half >> 10) - 15, significand: 1)
      let nibbles = blocks[start + 2..<start + 18]
      return (nibbles.map { $0 & 15 } + nibbles.map { $0 >> 4 }).map { Float(Int($0) - 8) * scale }
    }
  }
}

/// Numbers that look random and are the same in every run: a linear congruential generator (Knuth's MMIX).
struct Chance: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 33
  }

  mutating func blocks(_ count: Int) -> (bytes: [UInt8], values: [Float]) {
    var bytes: [UInt8] = []
    for _ in 0..<count / 32 {
      let half = UInt16(10) << 10 | UInt16(truncatingIfNeeded: next() & 1023)
      bytes += [UInt8(half & 255), UInt8(half >> 8)]
      for _ in 0..<16 { bytes.append(UInt8(truncatingIfNeeded: next() >> 13)) }
    }
    return (bytes, TinyModel.numbers(bytes))
  }

  mutating func floats(_ count: Int, norm: Bool) -> (bytes: [UInt8], values: [Float]) {
    let values = (0..<count).map { _ in Float.random(in: norm ? 0.5...1.5 : -0.5...0.5, using: &self) }
    return (values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { [UInt8]($0) } }, values)
  }
}

extension Data {
  fileprivate mutating func add(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  /// Writes the data to a file that is removed afterwards.
  func asFile<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("encoder-\(UUID().uuidString).bin")
    try write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try await body(url.path)
  }
}
