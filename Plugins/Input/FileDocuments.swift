import Foundation
import StageKit

/// The documents of files, read as `read-files` reads them: for commands that look at files without a pipeline.
///
/// Blocks: call it from one thread at a time.
package struct FileDocuments {
  /// What reading gave.
  package enum Item: Sendable {
    /// A document.
    case document(Document)
    /// What could not be read, by its path, and why.
    case fault(path: String, StageError)
  }

  private let reader: DocumentReader
  /// Paths that were not there when they were listed.
  private let missing: Set<String>

  /// The files that paths stand for, in the order of `read-files`; what does not exist becomes a fault.
  ///
  /// - Parameters:
  ///   - paths: files, folders and patterns, relative to the working directory.
  ///   - maxBytes: the most that one document may have.
  ///   - warn: told what stands for nothing, and what is odd.
  package init(
    _ paths: [String], maxBytes: Int = ReadFiles.Options().maxBytes, warn: @escaping @Sendable (String) -> Void
  ) {
    let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
    let listing = FileListing(paths.map { InputPath($0, base: here, location: SourceLocation(file: $0)) })
    for path in listing.empty { warn("'\(path.text)' stands for no file that is read") }
    for path in listing.repeated { warn("'\(path.text)' is named more than once; it was read once") }
    missing = Set(listing.missing.map { FilePath($0.text).cleaned.text })
    reader = DocumentReader(listing.files, maxBytes: maxBytes, warn: warn)
  }

  /// The next documents and faults; none after the last.
  package func nextBatch() -> [Item] {
    reader.nextBatch().map { reading in
      switch reading {
      case .document(let document): .document(document)
      case .fault(let document, let error): fault(document.origin?.path ?? document.id, error)
      }
    }
  }

  private func fault(_ path: String, _ error: StageError) -> Item {
    guard missing.contains(path) else { return .fault(path: path, error) }
    let message = "'\(path)' does not exist; check the name, or quote a pattern"
    return .fault(path: path, StageError("missing-file", message))
  }

  /// A text from its bytes: in UTF-8, or in what its byte order mark says; with line feeds for line breaks and without
  /// white space at its ends.
  ///
  /// - Parameter name: what messages call it.
  /// - Throws: ``StageError`` if the bytes are no text.
  package static func text(of bytes: [UInt8], name: String) throws(StageError) -> String {
    try DecodedText(bytes, name: name).text
  }
}
