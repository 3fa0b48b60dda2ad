import Foundation
import StageKit

/// Copies what an earlier run wrote to where this run's output belongs. Blocks.
enum OutputCopy {
  /// The code of the error when a file is no longer there: then the run has to do the work itself.
  static let vanished = "vanished"

  /// Copies a file, or the remembered files of a folder; each appears complete under its name.
  static func copy(_ output: RunMemory.Output, to target: URL, run: String) throws {
    for file in output.files {
      let source = file.name.isEmpty ? output.path : output.path + "/" + file.name
      let destination = file.name.isEmpty ? target : target.appendingPathComponent(file.name)
      do {
        try copy(URL(fileURLWithPath: source), to: destination, run: run)
      } catch let error as StageError {
        throw error
      } catch {
        guard RunMemory.File(at: output.path, name: file.name) == file else {
          throw StageError(vanished, "'\(source)' is no longer there")
        }
        throw StageError(
          "not-writable", "can't write '\(destination.path)': \(error.localizedDescription); is the disk full?")
      }
    }
  }

  /// Copies one file; it appears complete under its name.
  static func copy(_ source: URL, to destination: URL, run: String) throws {
    let folder = destination.deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let part = PartialFiles.place(for: destination, run: run)
    try? FileManager.default.removeItem(at: part)
    // On file systems that can, this shares the blocks.
    try FileManager.default.copyItem(at: source, to: part)
    guard rename(part.path, destination.path) == 0 else {
      let reason = String(cString: strerror(errno))
      try? FileManager.default.removeItem(at: part)
      throw StageError("not-writable", "can't write '\(destination.path)': \(reason)")
    }
  }
}
