import Foundation
import StageKit

extension Document {
  /// Stands for a line that is no document, and goes to quarantine in its place.
  ///
  /// - Parameters:
  ///   - place: the file and the number of the line, in words.
  ///   - line: its bytes, which tell it from other lines.
  init(unreadAt place: String, _ line: Data) {
    let hash = ContentHash.sha256(line)
    self.init(id: String(ContentHash.sha256("\(place)\n\(hash)").prefix(16)), text: "")
    origin = .init(path: place, sha256: hash, bytes: line.count)
  }
}
