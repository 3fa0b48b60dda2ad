import Foundation

/// The folder that segments lie in, and the names of its files.
///
/// A segment is called `TIME-PID-RANDOM.segment`, all hexadecimal, the time in milliseconds since 1970: names sort by
/// age. Its index is `….index`, and `….index.partial` until it is whole. Everything else in the folder is somebody
/// else's.
struct SegmentFolder: Sendable {
  /// A segment that lies in the folder.
  struct Entry: Sendable {
    var name: String
    var bytes: Int
    /// Of its index; 0 if it has none.
    var indexBytes: Int
    /// When it was written, or used last.
    var used: timespec
  }

  /// What lies in the folder.
  struct Listing {
    /// The oldest first.
    var segments: [Entry] = []
    /// Names of segments that are gone while their index is still there, or whose index was never finished.
    var strays: Set<String> = []
  }

  let path: String

  func segment(_ name: String) -> String { "\(path)/\(name).segment" }
  func index(_ name: String) -> String { "\(path)/\(name).index" }

  /// A name that no other process takes.
  static func newName(time: Date = Date()) -> String {
    let milliseconds = UInt64(max(0, time.timeIntervalSince1970) * 1000)
    return String(format: "%012llx-%x-%08x", milliseconds, getpid(), UInt32.random(in: .min ... .max))
  }

  /// When a segment was begun, by its name.
  static func time(of name: String) -> Date? {
    UInt64(name.prefix { $0 != "-" }, radix: 16).map { Date(timeIntervalSince1970: Double($0) / 1000) }
  }

  /// What lies in the folder; nothing if there is none.
  ///
  /// - Throws: the system's error if it can't be read.
  func listing() throws(POSIXError) -> Listing {
    guard let directory = opendir(path) else {
      if errno == ENOENT { return Listing() }
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
    defer { closedir(directory) }
    var segments: [String] = []
    var indexes: Set<String> = []
    var listing = Listing()
    while let entry = readdir(directory) {
      let file = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
          String(cString: $0)
        }
      }
      let parts = file.split(separator: ".", omittingEmptySubsequences: false)
      guard let name = parts.first.map(String.init), Self.isName(name) else { continue }
      switch parts.dropFirst() {
      case ["segment"]: segments.append(name)
      case ["index"]: indexes.insert(name)
      case ["index", "partial"]: listing.strays.insert(name)
      default: break
      }
    }
    for name in segments.sorted() {
      var status = stat()
      guard lstat(segment(name), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      let size = Int(status.st_size)
      let used = status.modified
      let isIndexed = indexes.remove(name) != nil && lstat(index(name), &status) == 0
      listing.segments.append(
        Entry(name: name, bytes: size, indexBytes: isIndexed ? Int(status.st_size) : 0, used: used))
    }
    listing.strays.formUnion(indexes)
    return listing
  }

  /// Whether there is such a segment.
  func has(_ name: String) -> Bool { access(segment(name), F_OK) == 0 }

  /// Takes a segment that no living process has, so that it can be removed; nil if one has it or it is gone.
  func take(_ name: String) -> OpenFile? {
    guard let file = OpenFile(segment(name), O_RDWR), file.lock(), file.facts?.isLinked == true else { return nil }
    return file
  }

  /// Removes a segment and its index. The segment goes first: an index without one misleads nobody.
  func remove(_ name: String) -> Int32 {
    if unlink(segment(name)) != 0 && errno != ENOENT { return errno }
    removeIndex(name)
    return 0
  }

  /// Removes the index of a segment, finished or not.
  func removeIndex(_ name: String) {
    unlink(index(name))
    unlink(index(name) + ".partial")
  }

  /// Sets when a segment was used last; nil is now.
  func touch(_ name: String, _ time: timespec? = nil) {
    let modified = time ?? timespec(tv_sec: 0, tv_nsec: Self.now)
    let times = [timespec(tv_sec: 0, tv_nsec: Self.omit), modified]
    _ = utimensat(AT_FDCWD, segment(name), times, AT_SYMLINK_NOFOLLOW)
  }

  /// How much room ordinary users have on the disk, in bytes; nil if nobody knows.
  var freeBytes: Int? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    return Int(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
  }

  private static func isName(_ name: String) -> Bool {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[0].count == 12 && parts[2].count == 8
      && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
  }

  // The macros UTIME_NOW and UTIME_OMIT.
  #if canImport(Darwin)
    private static let (now, omit) = (-1, -2)
  #else
    private static let (now, omit) = ((1 << 30) - 1, (1 << 30) - 2)
  #endif
}

extension stat {
  /// When the content changed.
  var modified: timespec {
    #if canImport(Darwin)
      st_mtimespec
    #else
      st_mtim
    #endif
  }
}

extension timespec {
  static func < (left: timespec, right: timespec) -> Bool {
    (left.tv_sec, left.tv_nsec) < (right.tv_sec, right.tv_nsec)
  }

  var date: Date { Date(timeIntervalSince1970: Double(tv_sec) + Double(tv_nsec) / 1e9) }
}
