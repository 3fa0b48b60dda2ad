import Foundation
import StageKit

/// A file to read, or what stood in its place.
struct ListedFile: Sendable, Equatable {
  /// The path as the user gave it, cleaned: what documents and messages carry.
  var shown: FilePath
  /// The path to open.
  var path: FilePath
  /// Why it will not be read.
  var problem: StageError?
}

/// The files that paths stand for, in a stable order, and what was left out on the way.
///
/// The paths' order is the files' order; what one folder or pattern stands for is in byte order of the path.
/// Hidden names and links to folders are passed over below a given folder.
struct FileListing: Sendable {
  /// What is to be read, each path once.
  private(set) var files: [ListedFile] = []
  /// Paths that came up more than once.
  private(set) var repeated: [FilePath] = []
  /// Files in given folders whose ending is not read, counted by ending; no ending is "".
  private(set) var otherExtensions: [String: Int] = [:]
  /// Links to folders below given folders; they could lead round in circles.
  private(set) var foldersBehindLinks: [FilePath] = []
  /// Folders that a pattern matched.
  private(set) var matchedFolders: [FilePath] = []
  /// Paths that stood for nothing at all.
  private(set) var empty: [InputPath] = []
  /// Paths without wildcard that do not exist.
  private(set) var missing: [InputPath] = []

  private var seen: Set<FilePath> = []
  private var excluded: Set<FilePath> = []

  /// Lists what paths stand for, without what `except` stands for.
  init(_ paths: [InputPath], except: [InputPath] = []) {
    // By where they lie, whatever paths lead there.
    excluded = Set(except.isEmpty ? [] : FileListing(except).files.map(\.path.real))
    for path in paths { add(path) }
  }

  private mutating func add(_ input: InputPath) {
    let base = FilePath(input.base.absoluteURL.path)
    let shown = FilePath(input.text).cleaned
    let path = shown.resolved(from: base)
    var found: [ListedFile] = []
    switch FileAccess.kind(of: path, followingLinks: false) {
    case .folder?: found = walk(shown, base)
    case .link? where FileAccess.kind(of: path, followingLinks: true) == .folder: found = walk(shown, base)
    case .some: found = [ListedFile(shown: shown, path: path)]
    case nil where input.isPattern: found = matches(PathPattern(input.text), base)
    case nil:
      missing.append(input)
      found = [
        ListedFile(shown: shown, path: path, problem: FileAccess.failure(ENOENT, at: path, shown: shown))
      ]
    }
    if found.isEmpty { empty.append(input) }
    for file in found.sorted(by: { $0.shown < $1.shown }) {
      if !excluded.isEmpty, excluded.contains(file.path.real) { continue }
      if seen.insert(file.path.real).inserted { files.append(file) } else { repeated.append(file.shown) }
    }
  }

  /// All supported files below a folder, at any depth.
  private mutating func walk(_ folder: FilePath, _ base: FilePath) -> [ListedFile] {
    var found: [ListedFile] = []
    var open = [folder]
    while let folder = open.popLast() {
      let path = folder.resolved(from: base)
      do throws(StageError) {
        for (name, kind) in try FileAccess.entries(of: path, shown: folder) where name.first != UInt8(ascii: ".") {
          let shown = folder.appending(name)
          let target = shown.resolved(from: base)
          if kind == .folder {
            open.append(shown)
          } else if kind == .link, FileAccess.kind(of: target, followingLinks: true) == .folder {
            foldersBehindLinks.append(shown)
          } else if let ending = shown.fileExtension, FileFormat.extensions.contains(ending) {
            found.append(ListedFile(shown: shown, path: target))
          } else {
            otherExtensions[shown.fileExtension ?? "", default: 0] += 1
          }
        }
      } catch {
        found.append(ListedFile(shown: folder, path: path, problem: error))
      }
    }
    return found
  }

  /// All files that a pattern matches; a folder that it matches is only noted, or reported if it has a file's ending.
  private mutating func matches(_ pattern: PathPattern, _ base: FilePath) -> [ListedFile] {
    var found: [FilePath: ListedFile] = [:]
    var folders = [FilePath(pattern.isAbsolute ? "/" : ".")]
    for (index, part) in pattern.parts.enumerated() {
      let isLast = index == pattern.parts.count - 1
      var next: [FilePath] = []
      for folder in folders {
        let path = folder.resolved(from: base)
        do throws(StageError) {
          switch part {
          case .folders:
            next += try foldersBelow(folder, base, &found)
          case .name(let pattern):
            if !isLast, let literal = pattern.literal {
              next.append(folder.appending(Array(literal.utf8)))
              continue
            }
            for (name, kind) in try FileAccess.entries(of: path, shown: folder)
            where pattern.matches(String(decoding: name, as: UTF8.self)) {
              let shown = folder.appending(name)
              let target = shown.resolved(from: base)
              let isFolder =
                kind == .folder || kind == .link && FileAccess.kind(of: target, followingLinks: true) == .folder
              if !isLast {
                if isFolder { next.append(shown) }
              } else if !isFolder {
                found[shown] = ListedFile(shown: shown, path: target)
              } else if let ending = shown.fileExtension, FileFormat.extensions.contains(ending) {
                // Named like a report: the reader will say that it is none.
                found[shown] = ListedFile(shown: shown, path: target)
              } else {
                matchedFolders.append(shown)
              }
            }
          }
        } catch  where error.code == "missing-file" {
          continue  // Nothing matches in a folder that does not exist.
        } catch {
          found[folder] = ListedFile(shown: folder, path: path, problem: error)
        }
      }
      folders = next
    }
    return Array(found.values)
  }

  /// A folder and all folders below it, links not followed.
  private mutating func foldersBelow(
    _ top: FilePath, _ base: FilePath, _ found: inout [FilePath: ListedFile]
  ) throws(StageError) -> [FilePath] {
    var all: [FilePath] = []
    var open = [top]
    while let folder = open.popLast() {
      let entries: [(name: [UInt8], kind: FileKind)]
      do throws(StageError) {
        entries = try FileAccess.entries(of: folder.resolved(from: base), shown: folder)
      } catch  where folder != top {
        found[folder] = ListedFile(shown: folder, path: folder.resolved(from: base), problem: error)
        continue
      }
      all.append(folder)
      for (name, kind) in entries where name.first != UInt8(ascii: ".") {
        let shown = folder.appending(name)
        if kind == .folder {
          open.append(shown)
        } else if kind == .link, FileAccess.kind(of: shown.resolved(from: base), followingLinks: true) == .folder {
          foldersBehindLinks.append(shown)
        }
      }
    }
    return all
  }
}
