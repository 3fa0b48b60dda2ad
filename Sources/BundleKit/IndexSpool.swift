import Foundation

/// What the index will say of one line. Plain numbers, since there may be millions to sort.
struct IndexRecord: Sendable {
  let mark: UInt32
  /// The number of the part that has the line.
  let part: UInt32
  let offset: UInt64
  let length: UInt64
  /// See ``IndexEntry/digest``.
  let digest: UInt64
  /// Where the id is among the bytes that come with the record.
  var id: Range<Int>

  /// By part and offset.
  static func isBefore(_ first: IndexRecord, _ second: IndexRecord) -> Bool {
    first.part != second.part ? first.part < second.part : first.offset < second.offset
  }
}

/// The index in the making: records come in the order of the documents and leave sorted by their marks, in memory that
/// does not depend on how many there are.
///
/// Records are dealt out to 256 buckets by the highest bits of their marks. What does not fit memory waits in a nameless
/// file beside the bundle.
struct IndexSpool {
  /// The longest id, in bytes of UTF-8.
  static let maximumIDBytes = 16 << 10
  static let buckets = 256
  /// Mark, part, offset, length, digest, and the bytes of the id.
  static let headBytes = 4 + 4 + 8 + 8 + 8 + 2

  private let directory: Directory
  private let bundlePath: String
  private let memoryBytes: Int
  private var memory = [[UInt8]](repeating: [], count: buckets)
  private var heldBytes = 0
  private var spill: NewFile?
  private var spilledBytes: UInt64 = 0
  /// Where each bucket's records are in the file.
  private var extents = [[SortedIndex.Extent]](repeating: [], count: buckets)

  /// - Parameters:
  ///   - directory: where to spill.
  ///   - bundlePath: the bundle, as messages show it.
  ///   - memoryBytes: how much is held in memory.
  init(in directory: Directory, bundlePath: String, memoryBytes: Int) {
    self.directory = directory
    self.bundlePath = bundlePath
    self.memoryBytes = memoryBytes
  }

  /// Appends a record as it waits here: the head, little-endian, and the id.
  static func append(_ record: IndexRecord, id: String, to bytes: inout [UInt8]) {
    bytes.append(number: record.mark)
    bytes.append(number: record.part)
    bytes.append(number: record.offset)
    bytes.append(number: record.length)
    bytes.append(number: record.digest)
    bytes.append(number: UInt16(clamping: id.utf8.count))
    bytes += id.utf8
  }

  /// Adds a record with its id.
  mutating func add(_ record: IndexRecord, id: String) {
    Self.append(record, id: id, to: &memory[Int(record.mark >> 24)])
    heldBytes += Self.headBytes + id.utf8.count
  }

  /// Adds what ``append(_:id:to:)`` made.
  mutating func add(_ records: [UInt8]) {
    var position = 0
    while position < records.count {
      let bucket = Int(records.number(at: position, as: UInt32.self) >> 24)
      let end = position + Self.headBytes + Int(records.number(at: position + Self.headBytes - 2, as: UInt16.self))
      memory[bucket] += records[position..<end]
      position = end
    }
    heldBytes += records.count
  }

  /// Whether what is in memory ought to be moved to the file.
  var isFull: Bool { heldBytes >= memoryBytes }

  /// Where in which file the next block belongs: whoever asks takes it and writes it there.
  mutating func spillTarget() throws(BundleError) -> (descriptor: Int32, offset: UInt64, path: String) {
    let target: NewFile
    if let spill { target = spill } else { target = try namelessFile() }
    spill = target
    return (target.descriptor, spilledBytes, bundlePath)
  }

  /// What is in memory, and is no longer.
  mutating func takeBlock() -> [UInt8] {
    var block: [UInt8] = []
    block.reserveCapacity(heldBytes)
    for bucket in memory.indices where !memory[bucket].isEmpty {
      extents[bucket].append(.init(offset: spilledBytes + UInt64(block.count), bytes: memory[bucket].count))
      block += memory[bucket]
      memory[bucket] = []
    }
    heldBytes = 0
    spilledBytes += UInt64(block.count)
    return block
  }

  /// All records, to be read in their order.
  func sorted() throws(BundleError) -> SortedIndex {
    var file: InputFile?
    if let spill { file = try InputFile(duplicating: spill.descriptor, bytes: spilledBytes, path: bundlePath) }
    return SortedIndex(memory: memory, extents: extents, file: file)
  }

  /// A file that is removed from its folder at once, so that it cannot be left behind.
  private func namelessFile() throws(BundleError) -> NewFile {
    do throws(BundleError) {
      let file = try NewFile("index", in: directory, placement: .replacing)
      file.discard()
      return file
    } catch {
      // The user knows the bundle, not the nameless file.
      throw BundleError(error.code, error.message, path: bundlePath)
    }
  }
}

/// What an ``IndexSpool`` gathered.
struct SortedIndex: Sendable {
  /// A stretch of the spill file.
  struct Extent {
    let offset: UInt64
    let bytes: Int
  }

  fileprivate let memory: [[UInt8]]
  fileprivate let extents: [[Extent]]
  fileprivate let file: InputFile?

  /// The records of one bucket by mark, part and offset, and the bytes with their ids. Blocks for the disk.
  func records(inBucket bucket: Int) throws(BundleError) -> (records: [IndexRecord], bytes: [UInt8]) {
    var bytes: [UInt8] = []
    if let file {
      for extent in extents[bucket] { bytes += try file.read(extent.bytes, at: extent.offset) }
    }
    bytes += memory[bucket]
    var records: [IndexRecord] = []
    bytes.withRawBytes { raw in
      func number<Number: FixedWidthInteger>(_ place: Int, _ type: Number.Type) -> Number {
        Number(littleEndian: raw.loadUnaligned(fromByteOffset: place, as: type))
      }
      var position = 0
      while position < raw.count {
        let idStart = position + IndexSpool.headBytes
        let end = idStart + Int(number(idStart - 2, UInt16.self))
        records.append(
          IndexRecord(
            mark: number(position, UInt32.self), part: number(position + 4, UInt32.self),
            offset: number(position + 8, UInt64.self), length: number(position + 16, UInt64.self),
            digest: number(position + 24, UInt64.self), id: idStart..<end))
        position = end
      }
    }
    records.sort { $0.mark != $1.mark ? $0.mark < $1.mark : IndexRecord.isBefore($0, $1) }
    return (records, bytes)
  }
}
