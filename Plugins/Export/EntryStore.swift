import Foundation
import StageKit
import Synchronization

/// Documents without their texts, on disk, with eight bytes of memory each; safe to use from several threads.
final class EntryStore: Sendable {
  private let spool: Mutex<DocumentSpool>
  /// A folder of our own, if nobody gave us one.
  private let temporary: URL?

  /// - Parameter directory: where the file may lie; in the system's temporary folder if `nil`.
  init(in directory: URL?) throws {
    var temporary: URL?
    var place = directory ?? FileManager.default.temporaryDirectory
    if directory == nil {
      place = place.appendingPathComponent("toolkit-brief-\(UUID().uuidString)", isDirectory: true)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      temporary = place
    }
    self.temporary = temporary
    spool = Mutex(try DocumentSpool(in: place, name: "brief"))
  }

  deinit {
    if let temporary { try? FileManager.default.removeItem(at: temporary) }
  }

  /// Adds a document and says under which number.
  func append(_ document: Document) throws -> Int { try spool.withLock { try $0.append(document) } }

  /// The document of a number.
  func document(_ number: Int) throws -> Document { try spool.withLock { try $0.document(at: number) } }
}
