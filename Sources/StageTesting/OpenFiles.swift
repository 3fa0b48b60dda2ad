import Foundation

/// Files that this process has open and that have no name any more.
public enum OpenFiles {
  /// Paths by which those that were made in a folder can still be reached; none where the system does not tell.
  public static func withoutName(from folder: URL) -> [String] {
    // Linux: each open file is a link to where it was made.
    let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return descriptors.map { "/proc/self/fd/\($0)" }.filter { path in
      let made = (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? ""
      return made.hasPrefix(folder.path + "/") && made.hasSuffix(" (deleted)")
    }
  }
}
