import Foundation
import StageKit

/// Sentence vectors in a bundle, so that later runs need not encode its documents again.
///
/// The file: the magic `TKVEC001`; the dimension and the length of the encoder's identity, 32 bits each; the identity in
/// UTF-8; then for each distinct sentence the two halves of its content key (64 bits each), the largest magnitude of its
/// vector as a 32-bit float, and the vector in signed bytes, 127 being that magnitude. All numbers are little-endian. A
/// vector in bytes has a cosine of 0.9999 to itself.
enum ArchiveVectors {
  static let magic = Array("TKVEC001".utf8)

  /// What a file begins with.
  static func header(identity: String, dimension: Int) -> [UInt8] {
    let name = Array(identity.utf8)
    var header = magic
    for number in [dimension, name.count] {
      withUnsafeBytes(of: UInt32(clamping: number).littleEndian) { header.append(contentsOf: $0) }
    }
    return header + name
  }

  /// How many bytes a sentence takes.
  static func entrySize(_ dimension: Int) -> Int { 20 + dimension }

  /// Writes the vectors of sentences, each once; used by one task at a time.
  struct Writer {
    private let handle: FileHandle
    private let dimension: Int
    private var seen: Set<ContentKey> = []
    private var buffer: [UInt8] = []
    private static let bufferSize = 1 << 20

    /// Begins a file.
    init(at url: URL, identity: String, dimension: Int) throws {
      guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
        throw StageError("io", "can't write \(url.path); is the disk full or read-only?")
      }
      handle = try FileHandle(forWritingTo: url)
      self.dimension = dimension
      buffer = ArchiveVectors.header(identity: identity, dimension: dimension)
    }

    /// Adds a sentence, unless it was added before.
    mutating func add(_ sentence: String, _ vector: ArraySlice<Float>) throws {
      let key = ContentKey(of: sentence)
      guard vector.count == dimension, seen.insert(key).inserted else { return }
      let largest = vector.reduce(Float(0)) { max($0, abs($1)) }
      for half in [key.high, key.low] { withUnsafeBytes(of: half.littleEndian) { buffer.append(contentsOf: $0) } }
      withUnsafeBytes(of: largest.bitPattern.littleEndian) { buffer.append(contentsOf: $0) }
      let factor = largest > 0 ? 127 / largest : 0
      for value in vector { buffer.append(UInt8(bitPattern: Int8(clamping: Int((value * factor).rounded())))) }
      if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Writes what is left.
    mutating func finish() throws {
      try flush()
      try handle.close()
    }

    private mutating func flush() throws {
      try handle.write(contentsOf: Data(buffer))
      buffer.removeAll(keepingCapacity: true)
    }
  }

  /// Finds the vectors of sentences in a file that may have come from anywhere: 28 bytes a sentence in memory.
  struct Reader: Sendable {
    /// How many numbers a vector has.
    let dimension: Int
    private let file: ScratchFile
    private var places: [ContentKey: Int] = [:]

    /// Reads the file's keys.
    ///
    /// - Parameters:
    ///   - file: with `size` bytes in it.
    ///   - identity: the encoder's; vectors of another one are never used.
    /// - Returns: nil if it is no such file, or of another encoder.
    init?(_ file: ScratchFile, size: Int, identity: String, dimension: Int) throws {
      let header = ArchiveVectors.header(identity: identity, dimension: dimension)
      let entry = ArchiveVectors.entrySize(dimension)
      guard size >= header.count, (size - header.count) % entry == 0,
        try file.read(UInt8.self, count: header.count, at: 0) == header
      else { return nil }
      self.file = file
      self.dimension = dimension
      let count = (size - header.count) / entry
      let block = 4096
      for start in stride(from: 0, to: count, by: block) {
        let entries = min(block, count - start)
        let bytes = try file.read(UInt8.self, count: entries * entry, at: header.count + start * entry)
        bytes.withUnsafeBytes { bytes in
          for index in 0..<entries {
            let high = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * entry, as: UInt64.self))
            let low = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * entry + 8, as: UInt64.self))
            places[ContentKey(high: high, low: low)] = header.count + (start + index) * entry
          }
        }
      }
    }

    /// The vector of a sentence; nil if it is not there.
    func vector(of sentence: String) throws -> [Float]? {
      guard let place = places[ContentKey(of: sentence)] else { return nil }
      let bytes = try file.read(UInt8.self, count: dimension + 4, at: place + 16)
      let bits = UInt32(bytes[0]) | UInt32(bytes[1]) << 8 | UInt32(bytes[2]) << 16 | UInt32(bytes[3]) << 24
      let largest = Float(bitPattern: bits)
      guard largest.isFinite else { return nil }
      return bytes[4...].map { Float(Int8(bitPattern: $0)) / 127 * largest }
    }
  }
}
