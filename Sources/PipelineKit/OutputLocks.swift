import Foundation
import StageKit
import Synchronization

/// The locks that a run holds on what it will write: `.NAME.lock` beside each output.
final class OutputLocks: Sendable {
  private struct State {
    var locks: [(output: String, stage: String, file: LockFile)] = []
    /// Folders that did not exist before, outermost first.
    var made: [String] = []
  }

  private let holder: LockFile.Holder
  private let state = Mutex(State())

  /// Locks in the name of a run.
  init(run: String) { holder = LockFile.me(run: run) }

  /// Takes the lock of an output, and makes the folder that it will stand in.
  ///
  /// - Parameter warn: told when the lock was left behind by a run that is dead.
  /// - Throws: ``StageError`` with the code `locked` when another run has it.
  func take(_ output: URL, stage: String, warn: (String) -> Void) throws {
    // One output by two paths is one output.
    let output = output.standardizedFileURL.resolvingSymlinksInPath()
    let path = output.path
    try state.withLock { state in
      if let other = state.locks.first(where: { $0.output == path }) {
        throw StageError(
          "same-output",
          "the stages '\(other.stage)' and '\(stage)' both write '\(path)'; give one of them another path")
      }
      try makeFolder(output.deletingLastPathComponent().path, &state)
      switch try attempt(output) {
      case .taken(let file, let dead):
        state.locks.append((path, stage, file))
        if let dead {
          warn(
            "'\(path)' was locked by a run that is dead (process \(dead.pid), started \(dead.started)); its lock was "
              + "taken over")
        }
      case .held(let other, let age, let isForeign):
        throw StageError("locked", Self.words(path, lock: Self.lockPath(output), other, age, isForeign: isForeign))
      }
    }
  }

  /// Gives all locks up, and removes folders that were made for them and are empty.
  func release() {
    state.withLock { state in
      for lock in state.locks { lock.file.release() }
      for folder in state.made.reversed() { rmdir(folder) }
      state = State()
    }
  }

  /// `.NAME.lock` beside the output, the name cut so that the whole stays within 255 bytes.
  static func lockPath(_ output: URL) -> String {
    var name = output.lastPathComponent
    while name.utf8.count > 240 { name.removeLast() }
    return output.deletingLastPathComponent().appendingPathComponent(".\(name).lock").path
  }

  private func attempt(_ output: URL) throws -> LockFile.Attempt {
    do {
      return try LockFile.take(Self.lockPath(output), as: holder)
    } catch {
      // A folder that we may write to may stand in one that we may not.
      guard access(output.deletingLastPathComponent().path, W_OK) != 0, access(output.path, W_OK | X_OK) == 0 else {
        throw error
      }
      return try LockFile.take(output.path + "/.lock", as: holder)
    }
  }

  private func makeFolder(_ path: String, _ state: inout State) throws {
    var missing: [String] = []
    var folder = path
    while access(folder, F_OK) != 0, errno == ENOENT, folder != "/" {
      missing.append(folder)
      folder = (folder as NSString).deletingLastPathComponent
    }
    for folder in missing.reversed() {
      guard mkdir(folder, 0o777) == 0 || errno == EEXIST else {
        throw StageError("io", "can't make the folder '\(folder)': \(systemWords(errno))")
      }
      state.made.append(folder)
    }
  }

  private static func words(
    _ path: String, lock: String, _ holder: LockFile.Holder?, _ age: Duration, isForeign: Bool
  ) -> String {
    guard let holder else {
      return "'\(path)' is locked by another run; wait for its end, or choose another output. The lock is '\(lock)'"
    }
    guard isForeign else {
      return "'\(path)' is locked by another run: process \(holder.pid) on this host (\(holder.host)), since "
        + "\(holder.started); wait for its end, stop it, or choose another output"
    }
    return "'\(path)' is locked by a run on another host: process \(holder.pid) on \(holder.host), since "
      + "\(holder.started), \(PipelineKit.words(for: age)) ago; wait for its end, or, if that process is dead, "
      + "remove '\(lock)'"
  }
}
