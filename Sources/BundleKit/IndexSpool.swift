import Foundation

/// `index.json` in the making: where each line of the tables lies.
///
/// The file is JSON with one entry a line, so that it can be read in bounded memory too:
///
///     {"version":1,"entries":[
///     {"id":"a1","member":"documents/part-00001.jsonl","offset":0,"length":412},
///     {"id":"b2","member":"documents/part-00001.jsonl","offset":413,"length":90}
///     ]}
///
/// Entries stand in the order in which the lines were added. A large index waits in a nameless file beside the
/// bundle until it is compressed, since there can be millions of entries.
struct IndexSpool {
  static let name = "index.json"
  static let firstLine = #"{"version":1,"entries":["#
  static let lastLine = "]}"
  /// The longest id, in bytes of UTF-8.
  static let maximumIDBytes = 16 << 10

  private let directory: Directory
  private let bundlePath: String
  private let memoryBytes: Int
  private var buffer = Array(firstLine.utf8)
  private var isEmpty = true
  private var spill: NewFile?
  private var spilledBytes: UInt64 = 0

  /// - Parameters:
  ///   - directory: where to spill.
  ///   - bundlePath: the bundle, as messages show it.
  ///   - memoryBytes: how much is held in memory.
  init(in directory: Directory, bundlePath: String, memoryBytes: Int) {
    self.directory = directory
    self.bundlePath = bundlePath
    self.memoryBytes = memoryBytes
  }

  /// Adds one line's place.
  mutating func add(id: String, member: String, offset: Int, length: Int) {
    buffer += isEmpty ? "\n{\"id\":".utf8 : ",\n{\"id\":".utf8
    buffer.append(jsonString: id)
    buffer += ",\"member\":\"\(member)\",\"offset\":\(offset),\"length\":\(length)}".utf8
    isEmpty = false
  }

  /// Adds the end; nothing may be added behind it.
  mutating func close() { buffer += "\n\(Self.lastLine)\n".utf8 }

  /// Whether what is in memory ought to be moved to the file.
  var isFull: Bool { buffer.count >= memoryBytes }

  /// Whether the beginning is in the file, so that the rest has to go there too.
  var hasSpilled: Bool { spill != nil }

  /// Where in which file the buffer belongs: whoever asks takes it and writes it there.
  mutating func spillTarget() throws(BundleError) -> (descriptor: Int32, offset: UInt64, path: String) {
    let target: NewFile
    if let spill { target = spill } else { target = try namelessFile() }
    spill = target
    defer { spilledBytes += UInt64(buffer.count) }
    return (target.descriptor, spilledBytes, bundlePath)
  }

  /// What is in memory, and is no longer.
  mutating func takeBuffer() -> [UInt8] {
    defer { buffer = [] }
    return buffer
  }

  /// The whole index, once all of it was moved to the file.
  func file() throws(BundleError) -> InputFile {
    guard let spill else { throw BundleError(.closed, "the index is in memory", path: bundlePath) }
    return try InputFile(duplicating: spill.descriptor, bytes: spilledBytes, path: bundlePath)
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

extension Array<UInt8> {
  /// Appends a JSON string (RFC 8259): control characters, quotes and backslashes escaped, all else as it is.
  fileprivate mutating func append(jsonString text: String) {
    append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        append(UInt8(ascii: "\\"))
        append(byte)
      case 0..<0x20:
        append(contentsOf: (byte < 16 ? "\\u000" : "\\u00").utf8)
        append(contentsOf: String(byte, radix: 16).utf8)
      default: append(byte)
      }
    }
    append(UInt8(ascii: "\""))
  }
}
