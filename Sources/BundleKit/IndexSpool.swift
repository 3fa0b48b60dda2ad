import Foundation

/// The index in the making: entries come in the order of the documents and leave sorted by their marks, in memory that
/// does not depend on how many there are.
///
/// Entries are dealt out to 256 buckets by the highest bits of their marks. What does not fit memory waits in a nameless
/// file beside the bundle.
struct IndexSpool {
  /// The longest id, in bytes of UTF-8.
  static let maximumIDBytes = 16 << 10
  static let buckets = 256

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

  /// Entries as they wait here, one after the other: mark and length of the line in four bytes each, and the line.
  static func records(of entries: [IndexEntry]) -> [UInt8] {
    var records: [UInt8] = []
    for entry in entries {
      let line = entry.line
      records.append(number: entry.mark)
      records.append(number: UInt32(clamping: line.count))
      records += line
    }
    return records
  }

  /// Adds what ``records(of:)`` made.
  mutating func add(_ records: [UInt8]) {
    var position = 0
    while position < records.count {
      let bucket = Int(records.number(at: position, as: UInt32.self) >> 24)
      let end = position + 8 + Int(records.number(at: position + 4, as: UInt32.self))
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

  /// All entries, to be read in their order.
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

  /// The lines of one bucket with their marks, by mark and then by their bytes. Blocks for the disk.
  func lines(inBucket bucket: Int) throws(BundleError) -> [(mark: UInt32, line: ArraySlice<UInt8>)] {
    var records: [UInt8] = []
    if let file {
      for extent in extents[bucket] { records += try file.read(extent.bytes, at: extent.offset) }
    }
    records += memory[bucket]
    var lines: [(mark: UInt32, line: ArraySlice<UInt8>)] = []
    var position = 0
    while position < records.count {
      let end = position + 8 + Int(records.number(at: position + 4, as: UInt32.self))
      lines.append((records.number(at: position, as: UInt32.self), records[(position + 8)..<end]))
      position = end
    }
    lines.sort { $0.mark != $1.mark ? $0.mark < $1.mark : $0.line.lexicographicallyPrecedes($1.line) }
    return lines
  }
}

/// Cuts the sorted lines of the index into members of about 256 KiB: small enough to find one document quickly.
struct IndexParts {
  /// A member that is complete.
  struct Part: Sendable {
    let entry: IndexTable.Part
    let bytes: [UInt8]
  }

  static let standardBytes = 256 << 10

  private let partBytes: Int
  private var bytes: [UInt8] = []
  private var first: UInt32 = 0
  private var count = 0
  private(set) var entries: [IndexTable.Part] = []

  init(partBytes: Int = standardBytes) { self.partBytes = partBytes }

  /// Adds a line; gives back the part before it, if that is complete.
  mutating func add(_ line: ArraySlice<UInt8>, mark: UInt32) -> Part? {
    let part = bytes.count + line.count + 1 > partBytes ? finish() : nil
    if count == 0 { first = mark }
    bytes += line
    bytes.append(UInt8(ascii: "\n"))
    count += 1
    return part
  }

  /// The last part, unless there is none.
  mutating func finish() -> Part? {
    guard count > 0 else { return nil }
    let digits = String(first, radix: 16)
    let entry = IndexTable.Part(
      member: PartedTable.memberName("index", entries.count + 1), entries: count,
      first: String(repeating: "0", count: 8 - digits.count) + digits)
    entries.append(entry)
    defer { (bytes, count) = ([], 0) }
    return Part(entry: entry, bytes: bytes)
  }
}
