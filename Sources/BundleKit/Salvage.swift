import Foundation

/// What is left of a damaged bundle, and whether it is proved to be right.
///
/// The SHA-256 of each line in the index tells good lines from bad ones, also behind the damage: a flipped bit spoils few
/// lines. Where the index says nothing of a part, all lines before the first that is no JSON object with an id are kept,
/// and counted as unproved.
struct Salvage {
  /// Lines of one damaged part.
  struct Lines: Equatable {
    /// Where in the content that could be inflated the good lines are, without their line breaks.
    var kept: [Range<Int>] = []
    /// How many of these no hash proves.
    var unproved = 0
    /// The ids of those that are gone; of a part that the index does not know, `nil`.
    var lost: [String]?
  }

  private let file: InputFile
  private let members: [Member]
  private let limits: BundleLimits

  init(of reader: BundleReader) {
    (file, members, limits) = (reader.file, reader.members, reader.limits)
  }

  init(file: InputFile, members: [Member], limits: BundleLimits) {
    (self.file, self.members, self.limits) = (file, members, limits)
  }

  /// The ids of the documents that are gone, by member.
  func lostDocuments(in damaged: Set<String>) -> [String: [String]] {
    let entries = entries(for: damaged)
    var lost: [String: [String]] = [:]
    for member in members where damaged.contains(member.name) {
      lost[member.name] = lines(of: member, content(of: member).bytes, entries[member.name]).lost
    }
    return lost
  }

  /// A member's content as far as it inflates, and whether it is all there and right by its CRC-32.
  ///
  /// - Parameter end: where the file's readable part ends, for a file that was cut off.
  func content(of member: Member, end: UInt64? = nil) -> (bytes: [UInt8], isWhole: Bool) {
    let limit = end ?? file.bytes
    guard member.dataOffset <= limit, member.bytes <= limits.memberBytes else { return ([], false) }
    let packed = min(member.packedBytes, Int(clamping: limit - member.dataOffset))
    var (bytes, place, isDone) = ([UInt8](), 0, member.bytes == 0 && !member.isDeflated)
    let inflater = member.isDeflated ? try? InflateStream() : nil
    if member.isDeflated, inflater == nil { return ([], false) }
    while place < packed, bytes.count <= member.bytes, !isDone {
      let count = min(MemberChunks.chunkBytes, packed - place)
      guard let block = try? file.read(count, at: member.dataOffset + UInt64(place)) else { break }
      place += count
      guard let inflater else {
        bytes += block
        isDone = bytes.count == member.bytes
        continue
      }
      let (out, isFinished, isBroken) = inflater.all(of: block, room: member.bytes - bytes.count + 1)
      bytes += out
      isDone = isFinished
      if isBroken { break }
    }
    let isRight = isDone && bytes.count == member.bytes && bytes.withRawBytes { Deflater.crc32(0, $0) } == member.crc32
    return (bytes, isRight && place == member.packedBytes)
  }

  /// A member piece by piece.
  func chunks(of member: Member) throws(BundleError) -> MemberChunks {
    let (end, overflow) = member.dataOffset.addingReportingOverflow(UInt64(member.packedBytes))
    guard !overflow, end <= file.bytes else { throw .damaged(member, .cutOff) }
    return try MemberChunks(member, in: file)
  }

  /// What the index says of the lines of some members, in their order; parts of the index that are damaged say nothing.
  func entries(for names: Set<String>) -> [String: [IndexEntry]] {
    var found: [String: [IndexEntry]] = [:]
    for member in members where member.name.hasPrefix("index/") && member.bytes <= IndexTable.mostPartBytes {
      let (bytes, isWhole) = content(of: member)
      guard isWhole else { continue }
      // `index.json`, which names the version, may be damaged; the names of the parts tell it as well.
      let version = member.name.hasSuffix(".jsonl") ? 2 : 3
      for entry in bytes.withRawBytes({ IndexTable.entries(in: $0, version: version) }) ?? []
      where names.contains(entry.member) {
        found[entry.member, default: []].append(entry)
      }
    }
    return found.mapValues { $0.sorted { $0.offset < $1.offset } }
  }

  /// The good lines of a damaged member.
  func lines(of member: Member, _ content: [UInt8], _ entries: [IndexEntry]?) -> Lines {
    content.withRawBytes { raw in
      guard let entries else { return unproved(in: raw) }
      var lines = Lines(lost: [])
      for entry in entries {
        let (end, overflow) = entry.offset.addingReportingOverflow(entry.length)
        let isThere = !overflow && entry.offset >= 0 && entry.length >= 0 && end <= raw.count
        if isThere, IndexEntry.digest(of: raw.slice(entry.offset..<end)) == entry.digest {
          lines.kept.append(entry.offset..<end)
        } else {
          lines.lost?.append(entry.id)
        }
      }
      return lines
    }
  }

  /// The lines before the first that is none.
  private func unproved(in raw: UnsafeRawBufferPointer) -> Lines {
    var lines = Lines()
    for line in raw.lines {
      // A line whose break is missing may go on.
      guard line.upperBound < raw.count, JSONKey.id(ofLine: raw.slice(line)) != nil,
        (try? JSONSerialization.jsonObject(with: Data(raw.slice(line)))) != nil
      else { break }
      lines.kept.append(line)
      lines.unproved += 1
    }
    return lines
  }
}

extension InflateStream {
  /// All that comes out of a block before its end or its first fault.
  fileprivate func all(of block: [UInt8], room: Int) -> (bytes: [UInt8], isFinished: Bool, isBroken: Bool) {
    var bytes: [UInt8] = []
    var place = 0
    while bytes.count < room {
      var step = Progress()
      var fault: CodecFault?
      bytes += [UInt8](filling: min(MemberChunks.chunkBytes, room - bytes.count)) { buffer in
        (step, fault) = block.withRawBytes { advance($0.from(place), into: buffer) }
        return step.written
      }
      place += step.read
      if fault != nil { return (bytes, false, true) }
      if step.isFinished { return (bytes, true, place < block.count) }
      if step.read == 0 && step.written == 0 || place == block.count && step.written == 0 { break }
    }
    return (bytes, false, bytes.count >= room)
  }
}
