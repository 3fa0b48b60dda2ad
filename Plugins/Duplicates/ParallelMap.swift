import StageKit

/// The results of `transform` for 0, 1, 2 … `count - 1`, in that order, computed by at most `workers` threads.
///
/// Blocks the calling thread, like ``parallel(_:workers:_:)``.
func parallelMap<Element: Sendable>(
  _ count: Int, workers: Int, _ transform: @Sendable (Int) -> Element
) -> [Element] {
  [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
    guard let base = buffer.baseAddress else { return }
    // Each index is written once, by one thread, and read after all threads are done.
    nonisolated(unsafe) let results = base
    parallel(count, workers: workers) { (results + $0).initialize(to: transform($0)) }
    initialized = count
  }
}
