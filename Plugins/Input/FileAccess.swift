import Foundation
import StageKit

/// What stands under a path.
enum FileKind: Sendable {
  case file, folder, link, pipe, socket, device

  init(mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .folder
    case S_IFLNK: self = .link
    case S_IFIFO: self = .pipe
    case S_IFSOCK: self = .socket
    default: self = .device
    }
  }

  /// For messages.
  var words: String {
    switch self {
    case .file: "a file"
    case .folder: "a folder"
    case .link: "a link"
    case .pipe: "a named pipe"
    case .socket: "a socket"
    case .device: "a device"
    }
  }
}

/// The file system, asked by path; every failure in words that say what to do.
enum FileAccess {
  /// What stands under a path, links followed or not; nil if it can't be told.
  static func kind(of path: FilePath, followingLinks: Bool) -> FileKind? {
    var info = stat()
    let result = path.withCString { followingLinks ? stat($0, &info) : lstat($0, &info) }
    return result == 0 ? FileKind(mode: info.st_mode) : nil
  }

  /// How many bytes an ordinary file has, links followed; 0 for anything else, and if it can't be told.
  static func size(of path: FilePath) -> Int {
    var info = stat()
    guard path.withCString({ stat($0, &info) }) == 0, FileKind(mode: info.st_mode) == .file else { return 0 }
    return Int(info.st_size)
  }

  /// Opens an ordinary file.
  ///
  /// What is not an ordinary file is never opened: a pipe without a writer would block for ever, and opening a device
  /// can do things.
  ///
  /// - Parameter shown: the path as messages name it.
  static func open(_ path: FilePath, shown: FilePath) throws(StageError) -> OpenFile {
    var info = stat()
    guard path.withCString({ stat($0, &info) }) == 0 else { throw failure(errno, at: path, shown: shown) }
    try expectFile(info, shown)
    // Not blocking, in case the file has become a pipe since.
    let flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
    let descriptor = path.withCString { Foundation.open($0, flags) }
    guard descriptor >= 0 else { throw failure(errno, at: path, shown: shown) }
    let file = OpenFile(descriptor: descriptor, shown: shown)
    guard fstat(descriptor, &info) == 0 else { throw failure(errno, at: path, shown: shown) }
    try expectFile(info, shown)
    return file
  }

  /// The names in a folder with their kinds, links not followed; in byte order, without `.` and `..`.
  static func entries(of folder: FilePath, shown: FilePath) throws(StageError) -> [(name: [UInt8], kind: FileKind)] {
    guard let stream = folder.withCString({ opendir($0) }) else {
      throw failure(errno, at: folder, shown: shown, isFolder: true)
    }
    defer { closedir(stream) }
    var found: [(name: [UInt8], kind: FileKind)] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      guard name != Array(".".utf8), name != Array("..".utf8) else { continue }
      switch Int(entry.pointee.d_type) {
      case Int(DT_REG): found.append((name, .file))
      case Int(DT_DIR): found.append((name, .folder))
      case Int(DT_LNK): found.append((name, .link))
      default:
        // Some file systems leave the type open. What is gone by now is taken for a file, and reported when read.
        found.append((name, kind(of: folder.appending(name), followingLinks: false) ?? .file))
      }
    }
    guard errno == 0 else { throw failure(errno, at: folder, shown: shown, isFolder: true) }
    return found.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  private static func expectFile(_ info: stat, _ shown: FilePath) throws(StageError) {
    let kind = FileKind(mode: info.st_mode)
    guard kind != .file else { return }
    throw StageError(
      "not-a-file", "'\(shown.text)' is \(kind.words), not a file that could be read; leave it out of 'paths'")
  }

  /// An error number in words.
  static func failure(_ number: CInt, at path: FilePath, shown: FilePath, isFolder: Bool = false) -> StageError {
    let name = "'\(shown.text)'"
    switch number {
    case ENOENT where kind(of: path, followingLinks: false) == .link:
      return StageError(
        "dangling-link", "\(name) is a link to something that does not exist; restore its target or remove the link")
    case ENOENT, ENOTDIR:
      return StageError("missing-file", "\(name) does not exist (any more); was it moved or removed during the run?")
    case ELOOP:
      return StageError("link-loop", "\(name) is a link that leads back to itself; point it to a file or remove it")
    case EACCES, EPERM:
      let permission = isFolder ? "u+rx" : "u+r"
      return StageError(
        "unreadable",
        "\(name) can't be read: permission denied; allow it with 'chmod \(permission)' or run as a user who may")
    case ENAMETOOLONG:
      return StageError("unreadable", "\(name) can't be read: its path is too long for the system; move it up")
    case EMFILE, ENFILE:
      return StageError("unreadable", "\(name) can't be read: too many files are open; raise 'ulimit -n'")
    default:
      return StageError(
        "unreadable", "\(name) can't be read: \(String(cString: strerror(number))); check the disk and try again")
    }
  }
}

/// A file that is open for reading; closed when nobody holds it any more.
final class OpenFile: Sendable {
  private let descriptor: CInt
  private let shown: FilePath

  fileprivate init(descriptor: CInt, shown: FilePath) {
    self.descriptor = descriptor
    self.shown = shown
  }

  deinit { close(descriptor) }

  /// Its size in bytes by now, as the file system tells; 0 for some files that are not empty.
  var size: Int {
    var info = stat()
    return fstat(descriptor, &info) == 0 ? Int(info.st_size) : 0
  }

  /// When it was last changed, in seconds since 1970; nil if that can't be told.
  var modified: Int64? {
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { return nil }
    #if os(Linux)
      return Int64(info.st_mtim.tv_sec)
    #else
      return Int64(info.st_mtimespec.tv_sec)
    #endif
  }

  /// The next bytes: at most `count`, and none at the end of the file.
  func read(_ count: Int) throws(StageError) -> [UInt8] {
    var number: CInt = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      var got = Foundation.read(descriptor, buffer.baseAddress, count)
      while got < 0, errno == EINTR { got = Foundation.read(descriptor, buffer.baseAddress, count) }
      if got < 0 { number = errno }
      filled = max(0, got)
    }
    guard number == 0 else { throw FileAccess.failure(number, at: shown, shown: shown) }
    return bytes
  }
}
