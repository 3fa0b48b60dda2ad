import StageKit

/// The features of a text as bytes that are kept between runs, and back.
///
/// A checksum of 4 bytes; a byte of flags; the fingerprint; the words, the passages and the sentences, each a count
/// before the differences of one number to the next. Words and passages take about three bytes, sentences two or three.
enum FeatureBytes {
  private static let hasFingerprint: UInt8 = 1
  private static let isLongEnough: UInt8 = 2
  private static let hasSentences: UInt8 = 4

  /// The bytes of some features.
  static func bytes(of features: TextFeatures) -> [UInt8] {
    var bytes: [UInt8] = [0, 0, 0, 0]
    bytes.reserveCapacity(64 + features.units.count * 4)
    bytes.append(
      (features.fingerprint == nil ? 0 : hasFingerprint) | (features.isLongEnough ? isLongEnough : 0)
        | (features.sentences == nil ? 0 : hasSentences))
    for half in [features.fingerprint?.high, features.fingerprint?.low] {
      if let half { withUnsafeBytes(of: half.littleEndian) { bytes.append(contentsOf: $0) } }
    }
    append(features.units.count, to: &bytes)
    RiceCode.append(features.units, to: &bytes)
    append(features.passages.count, to: &bytes)
    RiceCode.append(features.passages, to: &bytes)
    if let sentences = features.sentences {
      append(sentences.count, to: &bytes)
      var end = 0
      for sentence in sentences {
        append(sentence.start - end, to: &bytes)
        append(sentence.end - sentence.start, to: &bytes)
        end = sentence.end
      }
    }
    let sum = bytes.withUnsafeBytes { checksum(UnsafeRawBufferPointer(rebasing: $0[4...])) }
    for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * index)) }
    return bytes
  }

  /// The features that bytes stand for; nil if the bytes are damaged, or of something else.
  ///
  /// - Parameters:
  ///   - length: that of the text, in scalars.
  ///   - cut: whether sentences must be there.
  static func features(from bytes: UnsafeRawBufferPointer, length: Int, cut: Bool) -> TextFeatures? {
    var reader = Reader(bytes)
    guard let sum = reader.number(UInt32.self), sum == checksum(reader.rest), let flags = reader.number(UInt8.self)
    else { return nil }
    var features = TextFeatures()
    if flags & hasFingerprint != 0 {
      guard let high = reader.number(UInt64.self), let low = reader.number(UInt64.self) else { return nil }
      features.fingerprint = ContentKey(high: high, low: low)
    }
    features.isLongEnough = flags & isLongEnough != 0
    // Form KC makes at most 18 scalars of one, and each is at most a word.
    guard let count = reader.count(upTo: 18 * length),
      let units = RiceCode.read(count, from: reader.rest, &reader.position)
    else { return nil }
    features.units = units
    guard let count = reader.count(upTo: features.units.isEmpty ? 0 : 18 * length),
      let passages = RiceCode.read(count, from: reader.rest, &reader.position)
    else { return nil }
    features.passages = passages
    guard (flags & hasSentences != 0) == cut else { return nil }
    if cut {
      guard let sentences = reader.sentences(length: length) else { return nil }
      features.sentences = sentences
    }
    return reader.rest.isEmpty ? features : nil
  }

  /// Seven bits a byte, the lowest first; the highest bit says that more follow.
  private static func append(_ number: Int, to bytes: inout [UInt8]) {
    var rest = UInt64(max(0, number))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Tells damaged bytes from whole ones; no protection from somebody who means harm.
  private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var sum = UInt64(bytes.count)
    var index = 0
    while index + 8 <= bytes.count {
      sum = SplitMix64.mixed(sum ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
      index += 8
    }
    while index < bytes.count {
      sum = SplitMix64.mixed(sum ^ UInt64(bytes[index]))
      index += 1
    }
    return UInt32(truncatingIfNeeded: sum >> 32)
  }

  /// Reads bytes that may be anything.
  private struct Reader {
    private let bytes: UnsafeRawBufferPointer
    var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[min(position, bytes.count)...]) }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
      guard bytes.count - position >= MemoryLayout<Number>.size else { return nil }
      defer { position += MemoryLayout<Number>.size }
      return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    mutating func count(upTo limit: Int) -> Int? {
      var value = 0
      for shift in stride(from: 0, to: 56, by: 7) {
        guard let byte = number(UInt8.self) else { return nil }
        value |= Int(byte & 0x7F) << shift
        if byte < 0x80 { return value <= limit ? value : nil }
      }
      return nil
    }

    mutating func sentences(length: Int) -> [Document.TextRange]? {
      guard let count = count(upTo: length) else { return nil }
      var sentences: [Document.TextRange] = []
      sentences.reserveCapacity(count)
      var end = 0
      for _ in 0..<count {
        guard let gap = self.count(upTo: length - end), let own = self.count(upTo: length - end - gap), own > 0
        else { return nil }
        sentences.append(.init(start: end + gap, end: end + gap + own))
        end += gap + own
      }
      return sentences
    }
  }
}
