import Foundation
import StageKit
import Synchronization

/// A file that says who is at work on something, and that vanishes with the work.
///
/// The system's advisory lock (`flock`) on it tells whether its writer lives: the lock goes with the process, whatever
/// ends it, while the file may stay behind. On another host's file, or where a file system has no such locks, what
/// stands in the file decides.
final class LockFile: Sendable {
  /// Who took a lock.
  struct Holder: Codable, Equatable {
    var host: String
    var pid: Int32
    var run: String
    /// RFC 3339.
    var started: String
  }

  /// What became of an attempt.
  enum Attempt {
    /// The lock is ours; it was left behind by `leftBehindBy` if that is given.
    case taken(LockFile, leftBehindBy: Holder?)
    /// A living process has it, or one of another host that may live.
    case held(by: Holder?, age: Duration, isForeign: Bool)
  }

  let path: String
  private let descriptor: Mutex<Int32>
  /// After this long the lock of another host is taken for a leftover.
  private static let foreignLimit = Duration.seconds(24 * 3600)

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = Mutex(descriptor)
  }

  deinit { release() }

  /// This process, for a run that starts now.
  static func me(run: String) -> Holder {
    Holder(host: hostName, pid: getpid(), run: run, started: Date().ISO8601Format())
  }

  /// Tries to take a lock; doesn't wait.
  ///
  /// - Throws: ``StageError`` when the file can't be made.
  static func take(_ path: String, as me: Holder) throws(StageError) -> Attempt {
    for _ in 0..<20 {
      var isNew = true
      var file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
      if file < 0, errno == EEXIST {
        isNew = false
        file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        // It has vanished in between: its holder is done.
        if file < 0, errno == ENOENT { continue }
      }
      guard file >= 0 else { throw StageError("lock", "can't make the lock '\(path)': \(systemWords(errno))") }
      var isOpen = true
      defer { if isOpen { close(file) } }
      let hasFlock = flock(file, LOCK_EX | LOCK_NB) == 0
      let flockError = errno
      let holder = isNew ? nil : read(file)
      let age = Self.age(of: file, holder)
      if !hasFlock, flockError == EWOULDBLOCK { return .held(by: holder, age: age, isForeign: holder?.host != me.host) }
      // Who removed the file meanwhile is done with it; a lock on what has no name locks nobody out.
      guard isSame(file, path) else { continue }
      if let holder {
        let isForeign = holder.host != me.host
        let lives = isForeign ? age < foreignLimit : !hasFlock && kill(holder.pid, 0) == 0
        if lives { return .held(by: holder, age: age, isForeign: isForeign) }
      }
      guard ftruncate(file, 0) == 0, let data = try? JSONLine.encode(me) + Data([0x0A]),
        data.withUnsafeBytes({ pwrite(file, $0.baseAddress, $0.count, 0) }) == data.count
      else {
        let number = errno
        if isNew { unlink(path) }
        throw StageError("lock", "can't write the lock '\(path)': \(systemWords(number))")
      }
      isOpen = false
      return .taken(LockFile(path: path, descriptor: file), leftBehindBy: holder)
    }
    throw StageError("lock", "can't take the lock '\(path)': others keep taking and leaving it; try again")
  }

  /// Removes the file and gives the lock up; the second time does nothing.
  func release() {
    descriptor.withLock { descriptor in
      guard descriptor >= 0 else { return }
      // While we hold it, the name is ours; nobody else can have put another file there.
      if Self.isSame(descriptor, path) { unlink(path) }
      close(descriptor)
      descriptor = -1
    }
  }

  private static func isSame(_ file: Int32, _ path: String) -> Bool {
    var mine = stat()
    var named = stat()
    return fstat(file, &mine) == 0 && lstat(path, &named) == 0 && mine.st_ino == named.st_ino
      && mine.st_dev == named.st_dev
  }

  private static func read(_ file: Int32) -> Holder? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = pread(file, &buffer, buffer.count, 0)
    guard count > 0 else { return nil }
    return try? JSONDecoder().decode(Holder.self, from: Data(buffer[..<count]))
  }

  private static func age(of file: Int32, _ holder: Holder?) -> Duration {
    var status = stat()
    #if canImport(Darwin)
      let changed = fstat(file, &status) == 0 ? status.st_mtimespec.tv_sec : time(nil)
    #else
      let changed = fstat(file, &status) == 0 ? status.st_mtim.tv_sec : time(nil)
    #endif
    let started = holder.flatMap { try? Date($0.started, strategy: .iso8601) }?.timeIntervalSince1970
    let now = Date().timeIntervalSince1970
    return .seconds(max(0, now - max(started ?? 0, started == nil ? Double(changed) : 0)))
  }

  private static let hostName: String = {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }()
}
