import Foundation
import StageKit
import Synchronization

/// Files that appear in a folder all together, or not at all.
///
/// Each is written under a hidden name, synced by ``seal()`` when all are complete, and given its name by ``commit()``. A
/// program that is killed in between leaves hidden `.partial` files at worst, which the next one removes. Calls block:
/// make them from ``offload(on:_:)``.
final class OutputFolder: Sendable {
  private struct State {
    /// Descriptors of the hidden files by their final names; -1 once closed.
    var files: [(name: String, descriptor: CInt)] = []
    /// Folders that did not exist before, outermost first.
    var made: [String] = []
  }

  private let path: String
  private let run: String
  private let state = Mutex(State())

  /// Makes the folder, and those above it, if need be.
  ///
  /// - Parameter run: the run's id; keeps the hidden files of two runs apart.
  /// - Throws: ``StageError``.
  init(_ url: URL, run: String) throws(StageError) {
    path = url.path
    self.run = PartialFiles.mark(ofRun: run)
    var missing: [String] = []
    var folder = path
    var info = stat()
    while stat(folder, &info) != 0 {
      let above = (folder as NSString).deletingLastPathComponent
      guard errno == ENOENT, above != folder, !above.isEmpty else { throw Self.failure(errno, at: folder) }
      missing.append(folder)
      folder = above
    }
    guard info.st_mode & S_IFMT == S_IFDIR else { throw Self.failure(ENOTDIR, at: path) }
    for folder in missing.reversed() {
      guard mkdir(folder, 0o777) == 0 || errno == EEXIST else {
        let number = errno
        discard()
        throw Self.failure(number, at: folder)
      }
      state.withLock { $0.made.append(folder) }
    }
  }

  deinit { discard() }

  /// Removes what runs that were killed have left of some files; the folder must be locked.
  func removeLeftovers(of names: [String]) {
    for name in names { PartialFiles.remove(named: name, in: path) }
  }

  /// Starts an empty file that will be called `name`.
  func create(_ name: String) throws(StageError) {
    let target = path + "/" + name
    var info = stat()
    // Found out now, and not when other files have their names already.
    if lstat(target, &info) == 0, info.st_mode & S_IFMT == S_IFDIR { throw Self.failure(EISDIR, at: target) }
    let hidden = hiddenPath(name)
    unlink(hidden)
    let descriptor = open(hidden, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw Self.failure(errno, at: target) }
    state.withLock { $0.files.append((name, descriptor)) }
  }

  /// Appends bytes to a file that was created.
  func append(_ data: some ContiguousBytes, to name: String) throws(StageError) {
    guard let descriptor = state.withLock({ $0.files.first { $0.name == name }?.descriptor }) else { return }
    var number: CInt = 0
    data.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let written = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if written < 0 {
          if errno == EINTR { continue }
          number = errno
          return
        }
        rest = rest.dropFirst(written)
      }
    }
    guard number == 0 else { throw Self.failure(number, at: path + "/" + name) }
  }

  /// Writes a whole file.
  func write(_ data: Data, to name: String) throws(StageError) {
    try create(name)
    try append(data, to: name)
  }

  /// Writes a file that comes in blocks.
  func write(to name: String, blocksOf table: ((Data) throws -> Void) throws -> Void) throws {
    try create(name)
    try table { try append($0, to: name) }
  }

  /// Syncs all files to disk and closes them.
  func seal() throws(StageError) {
    let names = state.withLock { $0.files.map(\.name) }
    for name in names {
      let descriptor = state.withLock { $0.files.first { $0.name == name }?.descriptor ?? -1 }
      guard fsync(descriptor) == 0 else { throw Self.failure(errno, at: path + "/" + name) }
      let result = close(descriptor)
      let number = errno
      state.withLock { state in
        for index in state.files.indices where state.files[index].name == name { state.files[index].descriptor = -1 }
      }
      guard result == 0 else { throw Self.failure(number, at: path + "/" + name) }
    }
  }

  /// Gives all files their names.
  func commit() throws(StageError) {
    let names = state.withLock { $0.files.map(\.name) }
    for (index, name) in names.enumerated() {
      guard rename(hiddenPath(name), path + "/" + name) == 0 else {
        let failure = Self.failure(errno, at: path + "/" + name)
        guard index > 0 else { throw failure }
        let new = names[..<index].map { "'\($0)'" }.joined(separator: ", ")
        throw StageError(failure.code, "\(failure.message). New by now: \(new); run again to replace the others")
      }
    }
    state.withLock { state in
      state.files = []
      state.made = []
    }
    // The names themselves; not every file system can sync a folder, and the files are safe already.
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  /// Removes everything that has not got its name yet, and the folders that were made for it.
  func discard() {
    let (files, made) = state.withLock { state in
      defer { state = State() }
      return (state.files, state.made)
    }
    for file in files {
      if file.descriptor >= 0 { close(file.descriptor) }
      unlink(hiddenPath(file.name))
    }
    // Folders with something in them stay.
    for folder in made.reversed() { rmdir(folder) }
  }

  private func hiddenPath(_ name: String) -> String { "\(path)/.\(name).\(run).partial" }

  /// An error number in words that say what to do.
  static func failure(_ number: CInt, at path: String) -> StageError {
    let (code, words) =
      switch number {
      case ENOSPC, EDQUOT: ("disk-full", "the disk is full; free some space or choose another 'directory'")
      case EROFS: ("not-writable", "the disk is read-only; choose another 'directory'")
      case ENOENT: ("vanished", "its folder has vanished; was it removed while the run went on? Run again")
      case EACCES, EPERM: ("not-writable", "permission denied; choose another 'directory' or change its permissions")
      case ENOTDIR: ("not-a-folder", "part of the path is a file and not a folder; choose another 'directory'")
      case EISDIR: ("not-a-file", "a folder has this name; move it away")
      case ENAMETOOLONG: ("not-writable", "the path is too long for the system; choose a shorter 'directory'")
      case EFBIG: ("disk-full", "the file would be larger than the system allows; raise 'ulimit -f'")
      default: ("not-writable", "\(String(cString: strerror(number))); check the disk and run again")
      }
    return StageError(code, "can't write '\(path)': \(words)")
  }
}
