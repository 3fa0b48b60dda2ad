import Foundation

/// Hidden files that outputs are written to until they are complete: `.NAME.MARK.partial`, where the mark keeps two
/// runs apart. A run that is killed leaves them behind.
package enum PartialFiles {
  /// What tells the files of a run apart; without dots.
  package static func mark(ofRun run: String) -> String {
    run.replacing("/", with: "-").replacing(".", with: "-")
  }

  /// Where a file is written until it is complete.
  package static func place(for file: URL, run: String) -> URL {
    file.deletingLastPathComponent().appendingPathComponent(".\(file.lastPathComponent).\(mark(ofRun: run)).partial")
  }

  /// Writes a file that appears complete under its name, also when the power fails. Blocks.
  ///
  /// - Throws: ``StageError`` when it can't, or the name is not to be had (``obstacle(to:in:)``); nothing is left behind
  ///   then.
  package static func write(_ data: Data, to file: URL, run: String) throws {
    if let obstacle = obstacle(to: file.path) {
      throw StageError("io", "can't write '\(file.path)': it \(obstacle)")
    }
    let part = place(for: file, run: run).path
    let descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(file, errno) }
    defer { close(descriptor) }
    do {
      let failed = data.withUnsafeBytes { WholeTransfer.write($0, to: descriptor, at: 0) }
      guard failed == 0 else { throw failure(file, failed) }
      guard fsync(descriptor) == 0, rename(part, file.path) == 0 else { throw failure(file, errno) }
    } catch {
      unlink(part)
      throw error
    }
  }

  /// Why a file can't take a name, in words that follow it; nil if it can. A device, a pipe or a folder never gives its
  /// name away: as root one would replace /dev/null for everybody.
  ///
  /// - Parameter directory: an open one that the path is relative to.
  package static func obstacle(to path: String, in directory: CInt = AT_FDCWD) -> String? {
    var facts = stat()
    guard fstatat(directory, path, &facts, 0) == 0, facts.st_mode & S_IFMT != S_IFREG else { return nil }
    return "is a folder, a device or a pipe and no file; choose another name"
  }

  private static func failure(_ file: URL, _ code: Int32) -> StageError {
    StageError("io", "can't write '\(file.path)': \(String(cString: strerror(code)))")
  }

  /// Removes what was left of an output; whoever calls must have it locked.
  ///
  /// - Parameters:
  ///   - name: the output's name.
  ///   - folder: the path of the folder that it stands in.
  package static func remove(named name: String, in folder: String) {
    remove(in: folder) { file in
      guard file.hasPrefix(".\(name).") else { return false }
      // The mark has no dots: `.a.b.MARK.partial` is one of `a.b` and none of `a`.
      return !file.dropFirst(name.count + 2).dropLast(".partial".count).contains(".")
    }
  }

  /// Removes what a run left in a folder.
  package static func remove(ofRun run: String, in folder: String) {
    let end = ".\(mark(ofRun: run)).partial"
    remove(in: folder) { $0.hasSuffix(end) }
  }

  private static func remove(in folder: String, where isLeftover: (String) -> Bool) {
    for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where file.hasPrefix(".") && file.hasSuffix(".partial") && isLeftover(file) { unlink("\(folder)/\(file)") }
  }
}
