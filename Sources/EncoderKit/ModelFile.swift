import StageKit

/// A model file, opened and checked from the first byte to the last, with nothing unpacked yet.
///
/// The layout, all numbers little-endian and without padding:
///
///     "E5S1", u32 version
///     i32 hidden, layers, heads, feed-forward, rows of the word embedding, window, token types
///     f32 epsilon, i32 weights per block (32)
///     i32 pieces, i32 ids of <s>, </s>, <pad>, <unk>
///     u64 bytes of all pieces, u32 offsets[pieces + 1], f32 scores[pieces], bytes
///     i32 normalised scalars, u32 bytes, then for each: u32 scalar, u8 n, u32 replacements[n]
///     i32 tensors, then for each: u16 length and name, u8 type (0 f32, 1 4-bit blocks), u32 numbers,
///       u64 offset in the file, u64 bytes
///
/// A 4-bit block is a 16-bit float and 16 bytes: weight j is the low nibble of byte j, weight j + 16 the high one,
/// both minus 8 times that float (ggml calls it Q4_0).
struct ModelFile: Sendable {
  /// Sizes of the network.
  struct Shape: Sendable, Equatable {
    let hidden: Int
    let layers: Int
    let heads: Int
    let feedForward: Int
    /// Rows of the word embedding: one more than the largest token id.
    let rows: Int
    /// Most tokens in one text, first and last one included.
    let window: Int
    let epsilon: Float
  }

  /// What a tensor's numbers are stored as.
  enum Format: UInt8, Sendable {
    case float = 0
    case blocks = 1

    /// Bytes of so many numbers, or nil if they don't fill whole blocks.
    func bytes(_ count: Int) -> Int? {
      switch self {
      case .float: count * 4
      case .blocks: count.isMultiple(of: 32) ? count / 32 * 18 : nil
      }
    }
  }

  let file: MappedFile
  let shape: Shape
  let vocabulary: VocabularySection
  private let tensors: [String: Tensor]

  private struct Tensor: Sendable {
    let format: Format
    let count: Int
    let range: Range<Int>
  }

  /// Maps and checks a file; touches its head and its directory, not the weights.
  ///
  /// - Throws: `EncoderError` that says where the file departs from the layout.
  init(path: String) throws(EncoderError) {
    do {
      file = try MappedFile(path: path)
    } catch {
      throw EncoderError(code: error.isEmpty ? .malformed : .unreadable, path: path, detail: error.detail)
    }
    var cursor = ByteCursor(file.bytes, path: path)
    shape = try Self.readShape(&cursor, path: path)
    vocabulary = try VocabularySection(&cursor, rows: shape.rows, path: path)
    tensors = try Self.readDirectory(&cursor, size: file.count, path: path)
    try checkTensors()
  }

  /// The bytes of a tensor that `checkTensors` found in order.
  func bytes(of name: String) throws(EncoderError) -> UnsafeRawBufferPointer {
    guard let tensor = tensors[name] else { throw .malformed(file.path, "there is no tensor \(name)") }
    return UnsafeRawBufferPointer(rebasing: file.bytes[tensor.range])
  }

  private static func readShape(_ cursor: inout ByteCursor, path: String) throws(EncoderError) -> Shape {
    guard try cursor.take(4, "its signature").elementsEqual("E5S1".utf8) else {
      throw .malformed(path, "it doesn't begin with E5S1")
    }
    let version = try cursor.integer(UInt32.self, "its version")
    guard version == 1 else { throw .malformed(path, "its version is \(version), not 1") }
    let hidden = try cursor.size("hidden", in: 32...8192)
    let layers = try cursor.size("layers", in: 1...256)
    let heads = try cursor.size("heads", in: 1...hidden)
    let feedForward = try cursor.size("feed-forward", in: 32...65536)
    let rows = try cursor.size("rows", in: 1...(1 << 24))
    let window = try cursor.size("window", in: 3...8192)
    _ = try cursor.size("token types", in: 1...16)
    let epsilon = try cursor.float("epsilon")
    _ = try cursor.size("weights per block", in: 32...32)
    guard hidden.isMultiple(of: 32), feedForward.isMultiple(of: 32) else {
      throw .malformed(path, "hidden \(hidden) or feed-forward \(feedForward) isn't a multiple of 32")
    }
    guard hidden.isMultiple(of: heads), (hidden / heads).isMultiple(of: 8) else {
      throw .malformed(path, "\(heads) heads don't divide hidden \(hidden) into multiples of 8")
    }
    guard epsilon >= 0, epsilon < 1 else { throw .malformed(path, "epsilon isn't in 0..<1") }
    return Shape(
      hidden: hidden, layers: layers, heads: heads, feedForward: feedForward, rows: rows, window: window,
      epsilon: epsilon)
  }

  private static func readDirectory(
    _ cursor: inout ByteCursor, size: Int, path: String
  ) throws(EncoderError) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    var total = 0
    for _ in 0..<(try cursor.size("the number of tensors", in: 0...65536)) {
      let length = try cursor.integer(UInt16.self, "the length of a tensor's name")
      let name = String(decoding: try cursor.take(length, "a tensor's name"), as: UTF8.self)
      let type = try cursor.integer(UInt8.self, "the type of tensor \(name)")
      let count = Int(try cursor.integer(UInt32.self, "the size of tensor \(name)"))
      let offset = try cursor.integer(UInt64.self, "the offset of tensor \(name)")
      let bytes = try cursor.integer(UInt64.self, "the bytes of tensor \(name)")
      guard let format = Format(rawValue: type) else {
        throw .malformed(path, "tensor \(name) has the unknown type \(type)")
      }
      guard let start = Int(exactly: offset), let length = Int(exactly: bytes), start <= size, length <= size - start
      else {
        throw .malformed(path, "tensor \(name), \(bytes) bytes from \(offset) on, lies beyond its \(size) bytes")
      }
      guard format.bytes(count) == length else {
        throw .malformed(path, "tensor \(name) has \(length) bytes for \(count) numbers")
      }
      // Tensors that share bytes could make a small file ask for any amount of memory.
      total += length
      guard total <= size else { throw .malformed(path, "its tensors overlap") }
      let tensor = Tensor(format: format, count: count, range: start..<start + length)
      guard tensors.updateValue(tensor, forKey: name) == nil else {
        throw .malformed(path, "tensor \(name) is listed twice")
      }
    }
    return tensors
  }

  /// Every tensor of the network is there, with the type and size that its shape asks for.
  private func checkTensors() throws(EncoderError) {
    for expected in TensorName.all(shape) {
      guard let tensor = tensors[expected.name] else {
        throw .malformed(file.path, "there is no tensor \(expected.name)")
      }
      guard tensor.format == expected.format, tensor.count >= expected.count,
        tensor.count == expected.count || expected.mayBeLonger
      else {
        throw .malformed(file.path, "tensor \(expected.name) has \(tensor.count) numbers, not \(expected.count)")
      }
    }
  }
}
