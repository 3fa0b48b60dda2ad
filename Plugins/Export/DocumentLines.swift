import Foundation
import StageKit

/// Some documents as JSON Lines, made at once and away from Swift's cooperative threads.
public struct DocumentLines: Sendable {
  /// The lines, each with its line break.
  public let bytes: [UInt8]
  private let starts: [Int]

  /// Sinks write so many documents at once, or as many as have so many bytes of text.
  public static let block = (count: 1024, bytes: 1 << 20)

  /// Encodes documents, one a line.
  ///
  /// - Throws: for a document that JSON can't express.
  public init(_ documents: [Document]) throws {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(documents.reduce(0) { $0 + $1.text.utf8.count + $1.text.utf8.count / 32 + 600 })
    var starts = [0]
    for document in documents {
      try document.appendJSONLine(to: &bytes)
      bytes.append(0x0A)
      starts.append(bytes.count)
    }
    self.bytes = bytes
    self.starts = starts
  }

  /// How many lines there are.
  public var count: Int { starts.count - 1 }

  /// One line, without its line break.
  public func line(_ number: Int) -> ArraySlice<UInt8> { bytes[starts[number]..<(starts[number + 1] - 1)] }
}

extension Inlet {
  /// Calls `body` with block after block of documents, in order; what is left at the end is the last block.
  public func forEachBlock(_ body: ([Document]) async throws -> Void) async throws {
    var block: [Document] = []
    var size = 0
    for try await document in self {
      block.append(document)
      size += document.text.utf8.count
      guard block.count >= DocumentLines.block.count || size >= DocumentLines.block.bytes else { continue }
      try await body(block)
      block.removeAll(keepingCapacity: true)
      size = 0
    }
    if !block.isEmpty { try await body(block) }
  }
}
