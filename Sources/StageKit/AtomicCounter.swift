import Synchronization

/// Hands out 0, 1, 2 … to any number of threads, each number once.
final class AtomicCounter: Sendable {
  private let value = Atomic<Int>(0)

  /// The next number.
  func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
}
