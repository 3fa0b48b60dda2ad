import Foundation

/// What a finished bundle is.
public struct WrittenBundle: Sendable, Equatable {
  /// "sha256:" and the hash of `datapackage.json`; equal for equal content.
  public let id: String
  /// The size of the file.
  public let bytes: UInt64
  /// How many members it has, `index.json` and `datapackage.json` among them.
  public let members: Int
}

/// Writes one bundle: a ZIP file (APPNOTE 6.3.10) that ends with `index.json` and `datapackage.json`.
///
/// Members are compressed by several threads and written in the order in which they were added. The bytes of the
/// file depend on the members and the level only, not on the number of threads. Memory is bounded by
/// `workers` and one parts of text and a few more compressed ones, apart from whole members that the caller hands over.
///
/// The file is built under a hidden name beside the final one and gets its name when it is complete and safe on
/// disk. After any failure, after `abort()`, and when the writer goes away, nothing is left behind.
///
/// A writer belongs to one task; the compiler sees to that, since it is not `Sendable`.
public final class BundleWriter {
  /// Where the bundle will be.
  public let url: URL

  let output: NewFile
  let level: Int
  let thresholds: Zip64Thresholds
  let earlier: EarlierBundle?
  let bench: Workbench
  var names = NameRegister()
  var index: IndexSpool
  var queue: PackingQueue
  var tables: [PartedTable] = []
  /// Whether members are on their way whose lines the index will learn from them.
  var awaitsRecords = false
  /// Where the next member goes.
  var offset: UInt64 = 0
  var directory: [UInt8] = []
  var members = 0
  var resources = ResourceList()
  private let bounds: PartBounds
  private var isOpen = true

  /// Creates the hidden file.
  ///
  /// - Parameters:
  ///   - finalURL: where the bundle is to be; its folder must exist. A file of that name is replaced at the end.
  ///   - level: how hard to compress, 0 (not) to 9 (hardest); 6 is zlib's own default. Others are clamped.
  ///   - workers: how many threads compress; at least one.
  ///   - reusing: an earlier bundle whose parts are copied where they are the same, which saves compressing them and
  ///     changes nothing in the result; may be the one that is replaced. One that is damaged is ignored.
  /// - Throws: when the file cannot be created.
  public convenience init(at finalURL: URL, level: Int = 6, workers: Int, reusing: URL? = nil) throws(BundleError) {
    try self.init(
      at: finalURL, level: level, workers: workers, reusing: reusing, partBytes: PartBounds.standard.most,
      thresholds: .format)
  }

  /// The same with other sizes, so that tests can reach what otherwise takes gigabytes.
  init(
    at finalURL: URL, level: Int = 6, workers: Int, reusing: URL? = nil, partBytes: Int, thresholds: Zip64Thresholds,
    indexMemoryBytes: Int = 1 << 20
  ) throws(BundleError) {
    let file = finalURL.standardizedFileURL
    guard finalURL.isFileURL, !file.hasDirectoryPath, !file.lastPathComponent.isEmpty else {
      throw BundleError(.invalidInput, "a bundle needs the path of a file, not of a folder", path: finalURL.path)
    }
    let folder = try Directory(path: file.deletingLastPathComponent().path)
    self.url = finalURL
    self.level = level
    self.queue = PackingQueue(workers: max(1, workers))
    self.thresholds = thresholds
    self.bounds = PartBounds(most: partBytes)
    self.bench = Workbench(pageBytes: partBytes)
    self.earlier = reusing.map(EarlierBundle.init)
    self.output = try NewFile(file.lastPathComponent, in: folder, placement: .replacing)
    self.index = IndexSpool(in: folder, bundlePath: output.path, memoryBytes: indexMemoryBytes)
    for reserved in [IndexTable.name, Manifest.name] { _ = try names.claim(Array(reserved.utf8)) }
  }

  /// Adds a whole member.
  ///
  /// - Parameters:
  ///   - name: its path in the bundle, such as "vectors/titles.bin": segments of A-Z a-z 0-9 . _ - parted by "/",
  ///     none of which starts with "." or "-" or ends with "."; at most 200 bytes.
  ///   - content: its bytes.
  /// - Throws: `BundleError` for a name that is unsafe or taken, or when an earlier member can't be written.
  public nonisolated(nonsending) func add(_ name: String, _ content: some ContiguousBytes & Sendable) async throws {
    try requireOpen()
    try await enqueue(try names.claim(Array(name.utf8)), content)
  }

  /// Adds a file as a member; one of more than 8 MiB is compressed piece by piece, in bounded memory.
  ///
  /// - Parameters:
  ///   - name: its path in the bundle.
  ///   - file: a regular file, which must not change meanwhile.
  /// - Throws: `BundleError` for a bad name, or when one of the files fails.
  public nonisolated(nonsending) func add(_ name: String, contentsOf file: URL) async throws {
    try requireOpen()
    let name = try names.claim(Array(name.utf8))
    let path = file.path
    let source = try await WorkQueue.run { () throws(BundleError) in try InputFile(path: path) }
    if source.bytes <= 2 * UInt64(bounds.most) {
      let content = try await WorkQueue.run { () throws(BundleError) in try source.read(Int(source.bytes), at: 0) }
      try await enqueue(name, content)
    } else {
      try await stream(name, from: source)
    }
  }

  /// Adds a line to a table, which is cut into members of about 2 MiB of text: `TABLE/part-00001.jsonl` and on.
  ///
  /// Where it is cut follows from the lines, and one line more or less moves few cuts; see `docs/bundle-format.md`.
  ///
  /// - Parameters:
  ///   - line: one JSON value in UTF-8, without a line break; "\n" is put after it.
  ///   - table: the table's name. Several can be open; the last parts are written by `finish`.
  ///   - id: what `index.json` shall find the line by, at most 16 KiB; `nil` for none. Ids should differ. For lines of
  ///     "documents" only.
  /// - Throws: `BundleError` for a line with a line break, a bad table name, or when a part can't be written.
  public nonisolated(nonsending) func append(
    _ line: some ContiguousBytes, to table: String, id: String? = nil
  ) async throws {
    try requireOpen()
    if let part = try put(line, into: position(of: table), id: id) { try await enqueue(part) }
    if index.isFull { try await spillIndex() }
  }

  /// The place of a table among ``tables``.
  func position(of table: String) -> Int {
    if let known = tables.firstIndex(where: { $0.name == table }) { return known }
    tables.append(PartedTable(name: table, bounds: bounds, bench: bench))
    return tables.count - 1
  }

  /// Appends a line to a table; gives back the part before it, if that is complete.
  func put(_ line: some ContiguousBytes, into position: Int, id: String?) throws(BundleError) -> PartedTable.Part? {
    if let id {
      guard id.utf8.count <= IndexSpool.maximumIDBytes else {
        throw BundleError(.invalidInput, "an id is longer than \(IndexSpool.maximumIDBytes) bytes; shorten it")
      }
      guard tables[position].name == IndexEntry.table else {
        let table = tables[position].name
        throw BundleError(.invalidInput, "only lines of '\(IndexEntry.table)' have ids, those of '\(table)' do not")
      }
    }
    let part = try tables[position].cut(before: line)
    if tables[position].isAtStart { _ = try names.claim(Array(tables[position].memberName.utf8)) }
    if let record = try tables[position].append(line, id: id), let id { index.add(record, id: id) }
    return part
  }

  /// Completes the bundle, makes it safe on disk and gives it its name.
  ///
  /// - Parameters:
  ///   - name: the name in `datapackage.json`; what Frictionless does not allow in names becomes "-".
  ///   - additions: further keys of `datapackage.json`, such as "toolkit"; not "name", "profile" or "resources".
  /// - Returns: the bundle's id and size.
  /// - Throws: `BundleError`, or `CancellationError` when the task was cancelled; then there is no bundle.
  public nonisolated(nonsending) func finish(
    name: String = "bundle", adding additions: [String: any Encodable & Sendable] = [:]
  ) async throws -> WrittenBundle {
    let sealed = try await seal(name: name, adding: additions)
    try await WorkQueue.run { () throws(BundleError) in try sealed.commit() }
    return sealed.facts
  }

  /// Completes the bundle and makes it safe on disk, but leaves its name to ``SealedBundle/commit()``.
  ///
  /// For whoever has to know first whether something else has succeeded. Otherwise like ``finish(name:adding:)``.
  public nonisolated(nonsending) func seal(
    name: String = "bundle", adding additions: [String: any Encodable & Sendable] = [:]
  ) async throws -> SealedBundle {
    try requireOpen()
    if let key = additions.keys.sorted().first(where: DataPackage.reservedKeys.contains) {
      throw BundleError(.invalidInput, "'\(key)' in datapackage.json is set by the bundle itself; use another key")
    }
    for position in tables.indices {
      if let part = tables[position].cut() { try await enqueue(part) }
    }
    // Only parts that are copied have lines of which the index does not know yet. All others are still being compressed
    // while it is made.
    if awaitsRecords { try await drain() }
    try await addIndex()
    try await drain()
    // The list of thousands of members takes memory while it is made, and little is compressed from here on.
    bench.clear()
    let package = DataPackage(
      name: DataPackage.name(from: name), resources: resources.resources, additions: additions)
    let manifest = try abortingOnError { () throws(BundleError) in try package.encoded() }
    try await enqueue(Manifest.name, manifest)
    try await drain()
    if Task.isCancelled {
      abort()
      throw CancellationError()
    }
    let end = EndRecord(members: UInt64(members), directoryBytes: UInt64(directory.count), directoryOffset: offset)
    directory += end.encoded(thresholds: thresholds)
    try await onDisk { [directory, offset] (descriptor, path) throws(BundleError) in
      try NewFile.write(directory, to: descriptor, at: offset, path: path)
      try NewFile.synchronize(descriptor, path: path)
    }
    let id = manifest.withUnsafeBytes { ContentDigest.of($0) }
    let facts = WrittenBundle(id: id, bytes: offset + UInt64(directory.count), members: members)
    let sealed = SealedBundle(facts, try abortingOnError { () throws(BundleError) in try output.handOn() })
    isOpen = false
    return sealed
  }

  /// Gives up: removes the hidden file. What has the final name, if anything, stays as it is.
  public func abort() {
    isOpen = false
    queue.clear()
    output.discard()
  }

  func requireOpen() throws(BundleError) {
    guard isOpen else {
      throw BundleError(.closed, "the bundle is finished or was given up; start a new one", path: output.path)
    }
  }

  /// Runs a step after whose failure the bundle cannot be completed any more.
  func abortingOnError<Value>(_ step: () throws(BundleError) -> Value) throws(BundleError) -> Value {
    do throws(BundleError) {
      return try step()
    } catch {
      abort()
      throw error.at(output.path)
    }
  }
}
