import Foundation
import StageKit

extension FileListing {
  /// The key of all that the files look like from outside, see `FileMark`.
  func snapshot() -> ContentKey {
    var hash = ContentHash()
    for file in files {
      hash.update(file.shown.bytes + [0])
      let mark = file.problem == nil ? file.path.withCString { FileMark(bytes: $0) } : nil
      (mark?.numbers ?? [.max]).withUnsafeBytes { hash.update($0) }
    }
    return ContentKey(of: hash.finish())
  }
}
