import Foundation

/// An open folder. Names are resolved in it, wherever it is moved to, and never through links.
final class Directory: Sendable {
  /// As messages show it.
  let path: String
  let descriptor: Int32

  /// Opens a folder that exists.
  init(path: String) throws(BundleError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("open the folder", path, errno: errno) }
    self.path = path
    self.descriptor = descriptor
  }

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Opens a folder in this one and makes it if need be; a link in its place is refused.
  func folder(_ name: String) throws(BundleError) -> Directory {
    let inner = path + "/" + name
    if mkdirat(descriptor, name, 0o755) != 0 && errno != EEXIST {
      throw .system("make the folder", inner, errno: errno)
    }
    let opened = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard opened >= 0 else {
      // A link gives ENOTDIR or ELOOP, depending on the system.
      guard errno == ELOOP || errno == ENOTDIR else { throw .system("open the folder", inner, errno: errno) }
      let what = "is a link or a file where the bundle needs a folder"
      throw BundleError(.exists, "'\(inner)' \(what); move it away or unpack elsewhere", path: inner)
    }
    return Directory(path: inner, descriptor: opened)
  }

  /// Whether there is anything of that relative path, a dangling link too.
  func contains(_ name: String) -> Bool {
    var status = stat()
    return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0
  }

  /// Makes sure that names given in this folder survive a power cut.
  func synchronize() throws(BundleError) {
    // Some file systems cannot sync a folder and say EINVAL; there is nothing more that we could do there.
    if fsync(descriptor) != 0 && errno != EINVAL { throw .system("save the folder", path, errno: errno) }
  }
}
