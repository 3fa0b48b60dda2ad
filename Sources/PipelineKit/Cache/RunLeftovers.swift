import Foundation
import StageKit

/// Folders of runs that are over, because they were killed or because somebody may still want to look into them.
///
/// A run's folder is `runs/ID` in the cache folder; its process holds the file `pid` in it; see ``RunFolder``.
public struct RunLeftovers: Sendable, Equatable, Codable {
  /// How many folders.
  public var folders = 0
  /// The size of their files.
  public var bytes = 0

  /// A folder without a `pid` that says something may be of a run that has just begun, until it is as old as this.
  private static let graceSeconds: TimeInterval = 24 * 60 * 60

  /// What lies in a cache folder.
  public static func find(in cache: URL, now: Date = Date()) -> RunLeftovers {
    measure(folders(in: cache, now: now))
  }

  /// Removes them and says what there was.
  ///
  /// - Throws: ``StageError`` if one can't be removed.
  public static func remove(in cache: URL, now: Date = Date()) throws -> RunLeftovers {
    let folders = folders(in: cache, now: now)
    let found = measure(folders)
    for folder in folders {
      do {
        try FileManager.default.removeItem(at: folder)
      } catch  where FileManager.default.fileExists(atPath: folder.path) {
        throw StageError("io", "can't remove \(folder.path): \(error.localizedDescription)")
      } catch {
        // Another process was quicker.
      }
    }
    return found
  }

  private static func folders(in cache: URL, now: Date) -> [URL] {
    let runs = cache.appendingPathComponent("runs", isDirectory: true)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: runs.path)) ?? []
    return names.sorted().map { runs.appendingPathComponent($0, isDirectory: true) }.filter { isOver($0, now: now) }
  }

  /// Whether the process of a run is gone: nobody holds its `pid`, and it was none of another host.
  private static func isOver(_ folder: URL, now: Date) -> Bool {
    var status = stat()
    guard lstat(folder.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, !RunFolder.isHeld(folder) else {
      return false
    }
    let pid = try? Data(contentsOf: folder.appendingPathComponent("pid"))
    if let holder = pid.flatMap({ try? JSONDecoder().decode(LockFile.Holder.self, from: $0) }),
      holder.host == LockFile.me(run: "").host
    {
      return true
    }
    return now.timeIntervalSince(status.modified.date) > graceSeconds
  }

  private static func measure(_ folders: [URL]) -> RunLeftovers {
    var found = RunLeftovers(folders: folders.count)
    for folder in folders {
      let paths = FileManager.default.enumerator(atPath: folder.path)
      while let path = paths?.nextObject() as? String {
        var status = stat()
        guard lstat(folder.path + "/" + path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
        found.bytes += Int(status.st_size)
      }
    }
    return found
  }
}
