import Foundation

/// What a file looks like from outside: when two marks of a path are equal, its content has not changed in between.
///
/// A program that puts back the time of change after writing does not get past the time of the last change of
/// attributes, which nobody can set.
public struct FileMark: Hashable, Sendable {
  /// Its size in bytes.
  public let bytes: Int64
  /// When its content changed: seconds and nanoseconds since 1970.
  public let modified: [Int64]
  private let changed: [Int64]
  private let place: [UInt64]

  /// The mark of what stands under a path, links followed; nil if nothing does or nobody may look.
  public init?(path: String) { self.init(path.withCString { Self.look(at: $0) }) }

  /// The mark of what stands under a path of any bytes, closed by a zero.
  public init?(bytes path: UnsafePointer<CChar>) { self.init(Self.look(at: path)) }

  /// Device, inode, size and times, as one list.
  public var numbers: [UInt64] {
    place + ([bytes] + modified + changed).map { UInt64(bitPattern: $0) }
  }

  private init?(_ info: stat?) {
    guard let info else { return nil }
    bytes = Int64(info.st_size)
    place = [UInt64(truncatingIfNeeded: info.st_dev), UInt64(truncatingIfNeeded: info.st_ino)]
    #if os(Linux)
      let (content, attributes) = (info.st_mtim, info.st_ctim)
    #else
      let (content, attributes) = (info.st_mtimespec, info.st_ctimespec)
    #endif
    modified = [Int64(content.tv_sec), Int64(content.tv_nsec)]
    changed = [Int64(attributes.tv_sec), Int64(attributes.tv_nsec)]
  }

  private static func look(at path: UnsafePointer<CChar>) -> stat? {
    var info = stat()
    return stat(path, &info) == 0 ? info : nil
  }
}
