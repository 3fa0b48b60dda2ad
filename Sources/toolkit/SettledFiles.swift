/// Tells from looks at a folder, one after the other, when there is something new in it that nobody writes any more.
///
/// A file has settled when it looked the same for so long. Files that go on changing hold a run up, but not for ever: in
/// the end it goes without them.
struct SettledFiles<Mark: Equatable> {
  /// What to do after a look.
  enum Step: Equatable {
    /// Nothing is new.
    case rest
    /// Something has changed and must settle first.
    case wait
    /// Something new has settled; without these files, which are still changing.
    case run(except: [String])
  }

  /// What has changed since the last run.
  struct Changes: Equatable {
    var new = 0
    var changed = 0
    var gone = 0

    var isEmpty: Bool { self == Changes() }
  }

  /// How long a file must look the same, in seconds.
  let debounce: Double
  /// How long a run waits for files that go on changing, in seconds.
  var patience: Double { 10 * debounce }
  /// The most files that a run is asked to leave out; with more, a copy is under way and worth waiting for.
  static var mostLeftOut: Int { 100 }

  private var files: [String: (mark: Mark, since: Double)] = [:]
  private var lastRemoval: Double?
  private var waitingSince: Double?
  /// What the last run was given.
  private var done: [String: Mark]
  private let known: [String: Mark]

  /// Nothing has been looked at.
  ///
  /// - Parameter known: files that are not new as long as they look like this.
  init(debounce: Double, known: [String: Mark] = [:]) {
    self.debounce = debounce
    self.known = known
    done = known
  }

  /// Takes in how the files look now.
  ///
  /// - Parameters:
  ///   - marks: how each file looks, by path.
  ///   - now: seconds on a clock that does not jump.
  mutating func look(_ marks: [String: Mark], at now: Double) -> Step {
    for (path, mark) in marks where files[path]?.mark != mark { files[path] = (mark, now) }
    for path in Array(files.keys) where marks[path] == nil {
      files[path] = nil
      lastRemoval = now
    }
    let moving = files.filter { now - $0.value.since < debounce }.keys.sorted()
    let isQuiet = moving.isEmpty && lastRemoval.map { now - $0 >= debounce } ?? true
    guard !changes(without: Set(moving)).isEmpty else {
      waitingSince = nil
      return isQuiet ? .rest : .wait
    }
    if isQuiet { return .run(except: []) }
    let start = waitingSince ?? now
    waitingSince = start
    return now - start >= patience && moving.count <= Self.mostLeftOut ? .run(except: moving) : .wait
  }

  /// How the files that have settled differ from what the last run was given.
  ///
  /// - Parameter moving: files that have not settled.
  func changes(without moving: Set<String>) -> Changes {
    var changes = Changes()
    for (path, file) in files where !moving.contains(path) && done[path] != file.mark {
      if done[path] == nil { changes.new += 1 } else { changes.changed += 1 }
    }
    changes.gone = done.keys.count { files[$0] == nil }
    return changes
  }

  /// Notes that a run is given all files but these.
  mutating func begin(except: [String]) {
    done = files.mapValues(\.mark)
    for path in except { done[path] = nil }
    waitingSince = nil
  }

  /// Notes that the last run could not begin: everything is new again but what was known before.
  mutating func forget() { done = known }
}
