import Foundation
import StageKit

/// A run's own folder in the cache, `runs/ID`, and what is left of those whose runs were killed.
///
/// While the run lives, the file `pid` in it is locked. A folder with a `pid` that nobody holds belongs to a run that
/// was killed: the next run removes it, with what that run left beside its outputs, which stand in the file `outputs`.
/// A folder without `pid` was left on purpose, with a quarantine that nobody else has.
struct RunFolder: Sendable {
  /// The folder.
  let url: URL
  private let lock: LockFile
  private let run: String

  /// Makes the folder of a run, and sweeps up after runs that were killed.
  ///
  /// - Throws: ``StageError`` when the folder can't be made.
  init(in cache: URL, run: String) throws {
    let runs = cache.appendingPathComponent("runs", isDirectory: true)
    url = runs.appendingPathComponent(run, isDirectory: true)
    self.run = run
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw StageError(
        "io",
        "can't make the run's folder \(url.path): \(error.localizedDescription); "
          + "set TOOLKIT_CACHE_DIR to a folder that can be written")
    }
    let me = LockFile.me(run: run)
    guard case .taken(let lock, let dead) = try LockFile.take(Self.pidPath(url), as: me) else {
      throw StageError("locked", "the run \(run) is at work already: its folder \(url.path) is locked")
    }
    self.lock = lock
    // This run was killed before, and is gone on with.
    if dead != nil { Self.removeAll(of: run, in: cache, me) }
    Self.sweep(runs, in: cache, but: run)
  }

  /// Notes an output before anything is written for it, so that what a kill leaves there can be found.
  func note(output: URL) {
    let list = url.appendingPathComponent("outputs")
    let file = open(list.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard file >= 0 else { return }
    defer { close(file) }
    guard let line = try? JSONLine.encode(output.path) + Data([0x0A]) else { return }
    // Without the list, leftovers stay until the same output is written again.
    _ = line.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
  }

  /// Removes the folder.
  func remove() {
    try? FileManager.default.removeItem(at: url)
    lock.release()
  }

  /// Removes all but one file, and says by that that the folder is to stay.
  func keepOnly(_ file: URL) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    where name != file.lastPathComponent {
      try? FileManager.default.removeItem(at: url.appendingPathComponent(name))
    }
    lock.release()
  }

  // MARK: Leftovers

  private static func pidPath(_ folder: URL) -> String { folder.appendingPathComponent("pid").path }

  /// Whether a run's process is at work in its folder.
  static func isHeld(_ folder: URL) -> Bool {
    let file = open(pidPath(folder), O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { return false }
    defer { close(file) }
    return flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  private static func sweep(_ runs: URL, in cache: URL, but mine: String) {
    let me = LockFile.me(run: mine)
    for name in (try? FileManager.default.contentsOfDirectory(atPath: runs.path)) ?? [] where name != mine {
      let folder = runs.appendingPathComponent(name, isDirectory: true)
      let pid = pidPath(folder)
      // Taking the lock is how to know that nobody has it, and keeps a third run away meanwhile.
      guard access(pid, F_OK) == 0, case .taken(let lock, .some) = try? LockFile.take(pid, as: me) else { continue }
      removeAll(of: name, in: cache, me)
      try? FileManager.default.removeItem(at: folder)
      lock.release()
    }
  }

  /// Removes what a dead run had begun to write, here and beside its outputs; its `pid` stays, and is ours.
  private static func removeAll(of run: String, in cache: URL, _ me: LockFile.Holder) {
    let folder = cache.appendingPathComponent("runs/\(run)", isDirectory: true)
    for output in outputs(notedIn: folder) { removeLeftovers(of: output, run: run, me) }
    for place in ["pipelines", "unfinished"] {
      PartialFiles.remove(ofRun: run, in: cache.appendingPathComponent(place).path)
    }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] where name != "pid" {
      try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }
  }

  private static func outputs(notedIn folder: URL) -> [URL] {
    guard let data = try? Data(contentsOf: folder.appendingPathComponent("outputs")) else { return [] }
    return data.split(separator: 0x0A).compactMap { line in
      (try? JSONDecoder().decode(String.self, from: line)).map { URL(fileURLWithPath: $0) }
    }
  }

  /// Removes the hidden files that a dead run was writing at an output, and its lock, unless another run is at it.
  private static func removeLeftovers(of output: URL, run: String, _ me: LockFile.Holder) {
    let folder = output.deletingLastPathComponent().path
    guard access(folder, F_OK) == 0,
      case .taken(let lock, _) = try? LockFile.take(OutputLocks.lockPath(output), as: me)
    else { return }
    defer { lock.release() }
    PartialFiles.remove(named: output.lastPathComponent, in: folder)
    PartialFiles.remove(ofRun: run, in: output.path)
    // A folder that was made for that run alone; one with something in it stays.
    rmdir(output.path)
  }
}
