import Foundation

// Members on their way to the file: compressed several at a time, written one after the other.
extension BundleWriter {
  /// How many members were copied from the earlier bundle so far.
  public var copiedMembers: Int { earlier?.copied ?? 0 }

  /// Adds a whole part of a table as it is compressed in another bundle; its lines keep their ids.
  ///
  /// - Parameters:
  ///   - part: a member of JSON Lines, which is checked against its size and CRC-32.
  ///   - reader: the bundle that has it.
  ///   - table: the table's name here. What was appended before is cut off first.
  /// - Throws: `BundleError` when the part is damaged or can't be written.
  package nonisolated(nonsending) func append(
    part: Member, of reader: BundleReader, to table: String
  ) async throws {
    try requireOpen()
    let position = position(of: table)
    if let part = tables[position].cut() { try await enqueue(part) }
    let name = try names.claim(Array(tables[position].memberName.utf8))
    let number = tables[position].number
    tables[position].passOver()
    try await enqueue(copying: part, of: reader, as: name, number: table == IndexEntry.table ? number : nil)
  }

  /// Adds a member as it is compressed in another bundle.
  package nonisolated(nonsending) func add(
    _ name: String, copying member: Member, of reader: BundleReader
  ) async throws {
    try requireOpen()
    try await enqueue(copying: member, of: reader, as: try names.claim(Array(name.utf8)), number: nil)
  }

  nonisolated(nonsending) func enqueue(_ name: String, _ content: some ContiguousBytes & Sendable) async throws {
    try await enqueue { [level, thresholds, bench, earlier] () throws(BundleError) in
      PackedPart(try PackedMember(name, content, level: level, thresholds: thresholds, bench: bench, earlier: earlier))
    }
  }

  nonisolated(nonsending) func enqueue(_ part: PartedTable.Part) async throws {
    try await enqueue(part.name, part.bytes)
  }

  nonisolated(nonsending) func enqueue(
    copying member: Member, of reader: BundleReader, as name: String, number: Int?
  ) async throws {
    if number != nil { awaitsRecords = true }
    try await enqueue { [thresholds] () throws(BundleError) in
      do throws(BundleError) {
        return try PackedPart(copying: member, of: reader, as: name, number: number, thresholds: thresholds)
      } catch {
        throw error.at(reader.url.path)
      }
    }
  }

  private nonisolated(nonsending) func enqueue(
    _ work: @escaping @Sendable () throws(BundleError) -> PackedPart
  ) async throws {
    while queue.isFirstDue { try await writeNext() }
    await queue.add(work)
  }

  nonisolated(nonsending) func drain() async throws {
    while !queue.isEmpty { try await writeNext() }
    awaitsRecords = false
  }

  private nonisolated(nonsending) func writeNext() async throws {
    guard let result = await queue.next() else { return }
    let part = try abortingOnError { () throws(BundleError) in try result.get() }
    let member = part.member
    try await onDisk { [offset] (descriptor, path) throws(BundleError) in
      let header = member.header.local()
      try NewFile.write(header, to: descriptor, at: offset, path: path)
      let place = offset + UInt64(header.count)
      try NewFile.write(member.payload, to: descriptor, at: place, path: path)
      if member.payload.count >= 256 << 10 {
        NewFile.startSaving(descriptor, from: place, bytes: member.payload.count)
      }
    }
    record(member.header, hash: member.hash)
    index.add(part.records)
    if index.isFull { try await spillIndex() }
  }

  nonisolated(nonsending) func stream(_ name: String, from source: InputFile) async throws {
    try await drain()
    let member = try await onDisk { [level, thresholds, offset] (descriptor, path) throws(BundleError) in
      let member = try StreamedMember(
        name, from: source, to: (descriptor, path), at: offset, level: level, thresholds: thresholds)
      try NewFile.write(member.header.local(), to: descriptor, at: offset, path: path)
      return member
    }
    record(member.header, hash: member.hash)
  }

  /// Adds `index/part-00001.json` and on, and `index.json`.
  nonisolated(nonsending) func addIndex() async throws {
    let sorted = try abortingOnError { () throws(BundleError) in try index.sorted() }
    var parts = IndexParts()
    for bucket in 0..<IndexSpool.buckets {
      let result = await WorkQueue.result { () throws(BundleError) in try sorted.records(inBucket: bucket) }
      let (records, bytes) = try abortingOnError { () throws(BundleError) in try result.get() }
      for record in records {
        if let part = parts.add(record, idIn: bytes) { try await enqueue(part) }
      }
    }
    if let part = parts.finish() { try await enqueue(part) }
    try await enqueue(IndexTable.name, IndexTable(parts: parts.entries).encoded)
  }

  private nonisolated(nonsending) func enqueue(_ part: IndexParts.Part) async throws {
    let name = try abortingOnError { () throws(BundleError) in try names.claim(Array(part.entry.member.utf8)) }
    try await enqueue { [level, thresholds, bench] () throws(BundleError) in
      PackedPart(try PackedMember(name, part.encoded, level: level, thresholds: thresholds, bench: bench))
    }
  }

  /// Moves what is known of the index so far out of memory.
  nonisolated(nonsending) func spillIndex() async throws {
    let target = try abortingOnError { () throws(BundleError) in try index.spillTarget() }
    let block = index.takeBlock()
    let result = await WorkQueue.result { () throws(BundleError) in
      try NewFile.write(block, to: target.descriptor, at: target.offset, path: target.path)
    }
    try abortingOnError { () throws(BundleError) in try result.get() }
  }

  /// Does what waits for the disk away from the threads of the stages; after a failure there is no bundle.
  nonisolated(nonsending) func onDisk<Value: Sendable>(
    _ work: @escaping @Sendable (_ descriptor: Int32, _ path: String) throws(BundleError) -> Value
  ) async throws -> Value {
    let (descriptor, path) = (output.descriptor, output.path)
    let result = await WorkQueue.result { () throws(BundleError) in try work(descriptor, path) }
    return try abortingOnError { () throws(BundleError) in try result.get() }
  }

  private func record(_ header: EntryHeader, hash: String) {
    directory += header.central(offset: offset, thresholds: thresholds)
    offset += UInt64(header.local().count) + header.packedBytes
    members += 1
    let name = String(decoding: header.name, as: UTF8.self)
    if name != Manifest.name { resources.add(name, bytes: header.bytes, hash: hash) }
  }
}
