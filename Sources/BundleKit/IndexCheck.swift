import Foundation

/// Reads `index.json` as it comes, line by line, and checks that its entries point inside their members.
///
/// See `IndexSpool` for the format.
struct IndexCheck {
  /// One entry.
  private struct Entry: Decodable {
    let id: String
    let member: String
    let offset: Int
    let length: Int
  }

  /// After that many faults the rest is not named any more.
  private static let mostFaults = 20
  /// An id of `IndexSpool.maximumIDBytes`, every byte of it escaped, and the rest of the entry.
  private static let longestLine = IndexSpool.maximumIDBytes * 6 + 1024

  private let sizes: [String: Int]
  private var line: [UInt8] = []
  private var number = 0
  private var isClosed = false
  private var awaitsEntry = false
  /// Whether the rest is not worth reading.
  private var isHopeless = false
  private(set) var faults: [String] = []

  /// - Parameter sizes: the bytes of each member.
  init(sizes: [String: Int]) { self.sizes = sizes }

  /// Takes the next bytes of the file.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while !isHopeless, let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      line += rest[..<end]
      take()
      line.removeAll(keepingCapacity: true)
      rest = rest[(end + 1)...]
    }
    guard !isHopeless else { return }
    if line.count + rest.count > Self.longestLine {
      number += 1
      report("is too long")
      isHopeless = true
    } else {
      line += rest
    }
  }

  /// Says what is wrong after the last byte.
  mutating func finish() -> [String] {
    if faults.isEmpty && !(isClosed && line.isEmpty) { faults.append("index.json ends too early") }
    return faults
  }

  private mutating func take() {
    number += 1
    if number == 1 {
      if !line.elementsEqual(IndexSpool.firstLine.utf8) { report("is not '\(IndexSpool.firstLine)'") }
    } else if isClosed {
      report("comes after the end")
    } else if line.elementsEqual(IndexSpool.lastLine.utf8) {
      if awaitsEntry { report("is the end, but a further entry was announced") }
      isClosed = true
    } else {
      if number > 2 && !awaitsEntry { report("is not parted by a comma from the one before") }
      awaitsEntry = line.last == UInt8(ascii: ",")
      check(awaitsEntry ? line.dropLast() : line[...])
    }
  }

  private mutating func check(_ text: ArraySlice<UInt8>) {
    guard let entry = try? JSONDecoder().decode(Entry.self, from: Data(text)) else {
      return report("is not an entry with id, member, offset and length")
    }
    guard let size = sizes[entry.member] else { return report("points to a member that is not there") }
    let (end, overflow) = entry.offset.addingReportingOverflow(entry.length)
    if overflow || entry.offset < 0 || entry.length < 0 || end > size { report("points outside its member") }
  }

  private mutating func report(_ what: String) {
    guard !isHopeless else { return }
    faults.append("line \(number) of index.json \(what)")
    guard faults.count == Self.mostFaults else { return }
    faults.append("more faults of index.json are not listed")
    isHopeless = true
  }
}
