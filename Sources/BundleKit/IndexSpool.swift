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
  private var file: NewFile?
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
  mutating func add(id: String, member: String, offset: Int, length: Int) throws(BundleError) {
    buffer += isEmpty ? "\n{\"id\":".utf8 : ",\n{\"id\":".utf8
    buffer.append(jsonString: id)
    buffer += ",\"member\":\"\(member)\",\"offset\":\(offset),\"length\":\(length)}".utf8
    isEmpty = false
    if buffer.count >= memoryBytes { try spill() }
  }

  /// The whole index, in memory if it fits, else as a file to read from.
  mutating func finish() throws(BundleError) -> Content {
    buffer += "\n\(Self.lastLine)\n".utf8
    guard file != nil else { return .memory(buffer) }
    try spill()
    guard let file else { return .memory(buffer) }
    return .file(try InputFile(duplicating: file.descriptor, bytes: spilledBytes, path: bundlePath))
  }

  /// Where the finished index is.
  enum Content {
    case memory([UInt8])
    case file(InputFile)
  }

  private mutating func spill() throws(BundleError) {
    do throws(BundleError) {
      let target: NewFile
      if let file { target = file } else { target = try namelessFile() }
      file = target
      try target.write(buffer, at: spilledBytes)
    } catch {
      // The user knows the bundle, not the nameless file.
      throw BundleError(error.code, error.message, path: bundlePath)
    }
    spilledBytes += UInt64(buffer.count)
    buffer.removeAll(keepingCapacity: true)
  }

  /// A file that is removed from its folder at once, so that it cannot be left behind.
  private func namelessFile() throws(BundleError) -> NewFile {
    let file = try NewFile("index", in: directory, placement: .replacing)
    file.discard()
    return file
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
