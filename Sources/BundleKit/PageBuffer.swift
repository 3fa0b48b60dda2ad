import Foundation

/// Bytes in pages of their own, which go back to the system, or to a ``Workbench``, as soon as nobody needs them.
///
/// `malloc` keeps what was freed for the thread that had it, and parts of tables go from thread to thread: of a few
/// buffers in use, many would stay. Whoever has the only reference fills it; from then on it is not changed any more.
final class PageBuffer: @unchecked Sendable, ContiguousBytes {
  private let memory: UnsafeMutableRawBufferPointer
  private let owner: Workbench?
  /// How many bytes are filled, from the front.
  private(set) var count = 0

  /// Pages that go back to their owner.
  init(_ pages: UnsafeMutableRawBufferPointer, of owner: Workbench) { (memory, self.owner) = (pages, owner) }

  /// Pages for itself; `nil` if there is not enough memory. They are all zero.
  init?(capacity: Int) {
    guard let pages = Self.pages(capacity) else { return nil }
    (memory, owner) = (pages, nil)
  }

  deinit {
    if let owner { owner.take(memory) } else { Self.free(memory) }
  }

  /// So much memory, which is taken when it is first written to.
  static func pages(_ bytes: Int) -> UnsafeMutableRawBufferPointer? {
    let pages = mmap(nil, max(1, bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    // MAP_FAILED, which is a macro.
    guard let pages, pages != UnsafeMutableRawPointer(bitPattern: -1) else { return nil }
    return UnsafeMutableRawBufferPointer(start: pages, count: max(1, bytes))
  }

  /// Gives pages back to the system.
  static func free(_ pages: UnsafeMutableRawBufferPointer) { munmap(pages.baseAddress, pages.count) }

  /// Appends bytes; false, and nothing is appended, if there is no room.
  func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count <= memory.count - count else { return false }
    memory.from(count).copyMemory(from: bytes)
    count += bytes.count
    return true
  }

  /// Lets `body` write after what is there; it returns how many bytes it wrote.
  func fill<Failure: Error>(_ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int) throws(Failure) {
    count += try body(memory.from(count))
  }

  /// Keeps what lies from a place on, and moves it to the front.
  func drop(before place: Int) {
    memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[place..<count]))
    count -= place
  }

  /// How many bytes more there is room for.
  var room: Int { memory.count - count }

  func withUnsafeBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
    try body(UnsafeRawBufferPointer(rebasing: memory[..<count]))
  }

  /// The same with typed errors.
  func withRawBytes<Value, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try body(UnsafeRawBufferPointer(rebasing: memory[..<count]))
  }
}
