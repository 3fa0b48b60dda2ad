import Foundation
import Synchronization

/// A bundle that is complete and safe on disk, but still has a hidden name. It is removed unless it is committed.
public final class SealedBundle: Sendable {
  /// What it is.
  public let facts: WrittenBundle
  private let file: Mutex<SealedFile?>

  init(_ facts: WrittenBundle, _ file: SealedFile) {
    self.facts = facts
    self.file = Mutex(file)
  }

  deinit { discard() }

  /// Where it is now, to be read; `nil` once it is committed or removed.
  public var hiddenURL: URL? {
    file.withLock { file in
      file.map { URL(fileURLWithPath: "\($0.directory.path)/\($0.hiddenName)", isDirectory: false) }
    }
  }

  /// Gives the bundle its final name, in the place of what has it.
  ///
  /// - Throws: `BundleError`; then the bundle is gone, and what has the final name stays as it is.
  public func commit() throws(BundleError) {
    guard let file = take() else { return }
    do throws(BundleError) {
      try file.commit()
    } catch {
      file.discard()
      throw error
    }
  }

  /// Removes the bundle, if it has not been committed.
  public func discard() { take()?.discard() }

  private func take() -> SealedFile? {
    file.withLock { file in
      defer { file = nil }
      return file
    }
  }
}

/// A written file under its hidden name.
struct SealedFile: Sendable {
  let path: String
  let directory: Directory
  let hiddenName: String
  let finalName: String

  func commit() throws(BundleError) {
    if renameat(directory.descriptor, hiddenName, directory.descriptor, finalName) != 0 {
      throw .system("move the finished file to its name", path, errno: errno)
    }
    try directory.synchronize()
  }

  func discard() { unlinkat(directory.descriptor, hiddenName, 0) }
}
