import Foundation
import StageKit

/// A file that is being written, and that vanishes unless it is committed.
final class NewFile {
  /// How the file comes by its name.
  enum Placement {
    /// Written under a hidden name beside it, then renamed over whatever has the final name.
    case replacing
    /// Written under its final name, which must be free.
    case exclusive
  }

  /// The final path, as messages show it.
  let path: String
  let descriptor: Int32
  private let directory: Directory
  private let finalName: String
  /// What the file is called now; `nil` when it is committed or gone.
  private var currentName: String?

  /// Creates the file with mode rw-r--r--, less what the user's umask takes away.
  init(_ name: String, in directory: Directory, placement: Placement) throws(BundleError) {
    let path = directory.path + "/" + name
    let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    if placement == .replacing, let obstacle = PartialFiles.obstacle(to: name, in: directory.descriptor) {
      throw BundleError(.exists, "'\(path)' \(obstacle)", path: path)
    }
    var current = name
    var descriptor: Int32 = -1
    // A hidden name that is taken is left over from a run that was killed: take another one.
    for _ in 0..<16 {
      if placement == .replacing { current = Self.hiddenName(for: name) }
      descriptor = openat(directory.descriptor, current, flags, 0o644)
      if descriptor >= 0 || errno != EEXIST || placement == .exclusive { break }
    }
    guard descriptor >= 0 else {
      if errno == EEXIST && placement == .exclusive {
        throw BundleError(.exists, "'\(path)' exists already; move it away or unpack elsewhere", path: path)
      }
      throw .system("create the file", path, errno: errno)
    }
    self.path = path
    self.descriptor = descriptor
    self.directory = directory
    self.finalName = name
    self.currentName = current
  }

  /// What the file is called now, in its folder.
  var name: String { currentName ?? finalName }

  deinit {
    discard()
    close(descriptor)
  }

  /// `.NAME.RANDOM.partial`, the name cut so that the whole stays within 255 bytes.
  private static func hiddenName(for name: String) -> String {
    var stem = name
    while stem.utf8.count > 220 { stem.removeLast() }
    return ".\(stem).\(String(UInt64.random(in: .min ... .max), radix: 36)).partial"
  }

  /// Writes all bytes at a place in the file.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(BundleError) {
    try Self.write(bytes, to: descriptor, at: offset, path: path)
  }

  /// Writes all bytes at a place in the file.
  func write(_ bytes: [UInt8], at offset: UInt64) throws(BundleError) {
    try Self.write(bytes, to: descriptor, at: offset, path: path)
  }

  /// Writes all bytes at a place of an open file.
  static func write(_ bytes: [UInt8], to descriptor: Int32, at offset: UInt64, path: String) throws(BundleError) {
    try bytes.withRawBytes { raw throws(BundleError) in try write(raw, to: descriptor, at: offset, path: path) }
  }

  /// Writes all bytes at a place of an open file.
  static func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: UInt64, path: String
  ) throws(BundleError) {
    let failed = WholeTransfer.write(bytes, to: descriptor, at: Int(offset))
    guard failed == 0 else { throw .system("write", path, errno: failed) }
  }

  /// Lets the disk begin with what was just written, so that ``synchronize(_:path:)`` has less to wait for.
  static func startSaving(_ descriptor: Int32, from offset: UInt64, bytes: Int) {
    #if os(Linux)
      _ = saveRange?(descriptor, Int64(clamping: offset), Int64(bytes), 2)  // SYNC_FILE_RANGE_WRITE
    #endif
  }

  #if os(Linux)
    private typealias SaveRange = @convention(c) (Int32, Int64, Int64, UInt32) -> Int32

    /// Linux's `sync_file_range`, which Swift's headers leave out.
    private static let saveRange: SaveRange? = dlsym(dlopen(nil, RTLD_NOW), "sync_file_range").map {
      unsafeBitCast($0, to: SaveRange.self)
    }
  #endif

  /// Gives the file its final name, after which it is not removed any more. ``synchronize(_:path:)`` is for what must
  /// survive a power cut.
  func commit() throws(BundleError) {
    guard let name = currentName else { throw BundleError(.closed, "the file is closed already", path: path) }
    if name != finalName && renameat(directory.descriptor, name, directory.descriptor, finalName) != 0 {
      throw .system("move the finished file to its name", path, errno: errno)
    }
    currentName = nil
  }

  /// Makes the content of an open file safe from a power cut.
  static func synchronize(_ descriptor: Int32, path: String) throws(BundleError) {
    if fsync(descriptor) != 0 { throw .system("save", path, errno: errno) }
  }

  /// Hands the right to name or remove the file on.
  func handOn() throws(BundleError) -> SealedFile {
    guard let name = currentName else { throw BundleError(.closed, "the file is closed already", path: path) }
    currentName = nil
    return SealedFile(path: path, directory: directory, hiddenName: name, finalName: finalName)
  }

  /// Removes the file unless it is committed. What was written can still be read until the object goes.
  func discard() {
    guard let name = currentName else { return }
    currentName = nil
    unlinkat(directory.descriptor, name, 0)
  }
}
