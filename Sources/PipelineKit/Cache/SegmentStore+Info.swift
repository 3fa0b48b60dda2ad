import Foundation
import StageKit

extension SegmentStore {
  /// What a folder of results holds.
  public struct Info: Sendable, Equatable {
    /// How many results; one that two runs kept at the same time counts twice.
    public var entries = 0
    /// The size of all files.
    public var bytes = 0
    /// How many files with results.
    public var segments = 0
    /// When the oldest results were kept, to the segment.
    public var oldest: Date?
    /// When results were kept or found last, to the segment.
    public var newest: Date?
  }

  /// What the store in a folder holds; zeros if there is none.
  ///
  /// - Throws: ``StageError`` if the folder can't be read.
  public static func info(directory: URL) throws -> Info {
    let folder = SegmentFolder(path: directory.path)
    return info(of: try listing(folder), in: folder)
  }

  /// Removes all results and says what there was. Runs that use them now go on: what they have open they can still read.
  ///
  /// Files that are not the store's stay.
  ///
  /// - Throws: ``StageError`` if the folder can't be read or something in it not removed.
  public static func clear(directory: URL) throws -> Info {
    let folder = SegmentFolder(path: directory.path)
    let listing = try listing(folder)
    let info = info(of: listing, in: folder)
    var failure: Int32 = 0
    for segment in listing.segments {
      let code = folder.remove(segment.name)
      if code != 0 { failure = code }
    }
    for name in listing.strays { folder.removeIndex(name) }
    rmdir(folder.path)
    guard failure == 0 else {
      throw StageError("io", "can't clear the cache \(folder.path): \(String(cString: strerror(failure)))")
    }
    return info
  }

  private static func listing(_ folder: SegmentFolder) throws -> SegmentFolder.Listing {
    do {
      return try folder.listing()
    } catch {
      throw StageError("io", "can't read the cache \(folder.path): \(String(cString: strerror(error.code.rawValue)))")
    }
  }

  private static func info(of listing: SegmentFolder.Listing, in folder: SegmentFolder) -> Info {
    var info = Info()
    for segment in listing.segments {
      info.segments += 1
      info.bytes += segment.bytes + segment.indexBytes
      info.entries +=
        SegmentIndex.count(folder.index(segment.name), segmentBytes: segment.bytes)
        ?? folder.scanned(segment.name).count
    }
    info.oldest = listing.segments.first.flatMap { SegmentFolder.time(of: $0.name) }
    info.newest = listing.segments.map(\.used).max(by: <)?.date
    return info
  }
}
