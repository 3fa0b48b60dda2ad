import StageKit

/// What a folder looks like from outside: for programs that wait until files have settled.
package enum FolderMarks {
  /// All files that `read-files` would read below a folder, by path as documents would name it, with their marks; nil if
  /// the folder is not there.
  ///
  /// Blocks while it looks at each file. What vanishes meanwhile is left out.
  package static func look(at folder: InputPath) -> [String: FileMark]? {
    let path = FilePath(folder.text).cleaned.resolved(from: FilePath(folder.base.absoluteURL.path))
    guard FileAccess.kind(of: path, followingLinks: true) == .folder else { return nil }
    var marks: [String: FileMark] = [:]
    for file in FileListing([folder]).files where file.problem == nil {
      marks[file.shown.text] = file.path.withCString { FileMark(bytes: $0) }
    }
    return marks
  }
}
