import BundleKit
import Foundation
import Synchronization

/// The bytes of a quarantine: the member `quarantine.jsonl` of a bundle that has proved to be whole, or a file.
///
/// All calls block.
final class QuarantineFile: Sendable {
  /// The member of bundles.
  static let member = "quarantine.jsonl"

  private enum Content {
    case lines(FileHandle)
    case bundle(MemberChunks)
  }
  private let content: Mutex<Content>
  private static let blockBytes = 1 << 18

  /// Whether the file is a ZIP file, and so a bundle, by its first bytes.
  static func isBundle(_ url: URL) throws -> Bool {
    let file = try FileHandle(forReadingFrom: url)
    defer { try? file.close() }
    return try file.read(upToCount: 4) == Data([0x50, 0x4B, 0x03, 0x04])
  }

  /// Opens a file of JSON Lines.
  init(lines url: URL) throws { content = Mutex(.lines(try FileHandle(forReadingFrom: url))) }

  /// Opens a bundle's member.
  init(_ bundle: BundleReader) throws { content = Mutex(.bundle(try bundle.chunks(of: Self.member))) }

  /// The next block; nil after the last.
  func next() throws -> [UInt8]? {
    try content.withLock { content in
      switch content {
      case .lines(let file):
        guard let block = try file.read(upToCount: Self.blockBytes), !block.isEmpty else { return nil }
        return [UInt8](block)
      case .bundle(let chunks): return try chunks.next()
      }
    }
  }
}
