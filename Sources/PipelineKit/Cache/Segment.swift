import Foundation
import Synchronization

/// A segment that results are read from.
final class Segment: Sendable {
  private enum State {
    case unopened
    case open(OpenFile)
    case gone
  }

  /// How many files may stay open; the rest of the program needs some as well.
  final class Budget: Sendable {
    private let left: Mutex<Int>
    init(_ files: Int) { left = Mutex(files) }
    func take() -> Bool {
      left.withLock { left in
        guard left > 0 else { return false }
        left -= 1
        return true
      }
    }
  }

  let name: String
  let path: String
  /// The file of a segment that this process writes; it is locked as long as that goes on.
  let written: OpenFile?
  /// Where what is on disk ends; beyond it, bytes are in the writer's buffer.
  let flushed: Atomic<Int>
  /// Whether somebody found something here.
  let wasUsed = Atomic<Bool>(false)
  private let state: Mutex<State>
  private let budget: Budget?

  /// A segment that exists; it is opened when something is read from it.
  init(_ name: String, path: String, budget: Budget) {
    self.name = name
    self.path = path
    self.budget = budget
    written = nil
    flushed = Atomic(Int.max)
    state = Mutex(.unopened)
  }

  /// A segment that is being written.
  init(_ name: String, path: String, written file: OpenFile) {
    self.name = name
    self.path = path
    budget = nil
    written = file
    flushed = Atomic(0)
    state = Mutex(.open(file))
  }

  /// Reads bytes; nil if the segment is gone or ends before.
  ///
  /// The memory is valid during the call of `body`.
  func withBytes<Value>(of place: RecordPlace, _ body: (UnsafeRawBufferPointer) -> Value) -> Value? {
    guard let file = openFile() else { return nil }
    return withUnsafeTemporaryAllocation(byteCount: place.size, alignment: 8) { buffer in
      guard file.read(into: buffer, at: place.offset) == buffer.count else { return nil }
      return body(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Remembers that somebody found something here.
  func markUsed() {
    // Reading first: threads that all write to one place would slow each other down.
    if !wasUsed.load(ordering: .relaxed) { wasUsed.store(true, ordering: .relaxed) }
  }

  private func openFile() -> OpenFile? {
    state.withLock { state in
      switch state {
      case .open(let file): return file
      case .gone: return nil
      case .unopened:
        guard let file = OpenFile(path, O_RDONLY), file.facts != nil else {
          // Another process made room. (Out of descriptors is no reason to give up for good.)
          if errno == ENOENT { state = .gone }
          return nil
        }
        if budget?.take() ?? true { state = .open(file) }
        return file
      }
    }
  }
}

/// The segments of a store by number. Numbers are given once and stay valid.
final class SegmentList: Sendable {
  private let segments = Mutex<[Segment]>([])

  /// Adds a segment; nil if there is no number left.
  func add(_ segment: Segment) -> Int? {
    segments.withLock { segments in
      guard segments.count < RecordPlace.segmentLimit else { return nil }
      segments.append(segment)
      return segments.count - 1
    }
  }

  subscript(_ number: Int) -> Segment? {
    segments.withLock { $0.indices.contains(number) ? $0[number] : nil }
  }

  var all: [Segment] { segments.withLock { $0 } }
}
