import BundleKit
import Foundation
import StageKit

/// The bytes of a quarantine: the member `quarantine.jsonl` of a bundle that has proved to be whole, or a file.
///
/// Blocks: for one thread at a time.
struct QuarantineFile {
  /// The member of bundles.
  static let member = "quarantine.jsonl"

  /// The next block; nil after the last.
  let next: () throws -> [UInt8]?

  /// Whether the file is a ZIP file, and so a bundle, by its first bytes.
  static func isBundle(_ url: URL) throws -> Bool {
    let file = try FileHandle(forReadingFrom: url)
    defer { try? file.close() }
    return try file.read(upToCount: 4) == Data([0x50, 0x4B, 0x03, 0x04])
  }

  /// Opens a file of JSON Lines.
  init(lines url: URL) throws {
    let file = try FileHandle(forReadingFrom: url)
    next = {
      guard let block = try file.read(upToCount: 1 << 18), !block.isEmpty else { return nil }
      return [UInt8](block)
    }
  }

  /// Opens a bundle's member.
  init(_ bundle: BundleReader) throws(BundleError) {
    let chunks = try bundle.chunks(of: Self.member)
    next = { try chunks.next() }
  }
}
