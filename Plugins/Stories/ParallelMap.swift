import StageKit
import Synchronization

/// The results of `transform` for 0, 1, 2 … `count - 1`, in that order, computed by at most `workers` threads.
///
/// Blocks the calling thread, like ``parallel(_:workers:_:)``.
func parallelMap<Element: Sendable>(
  _ count: Int, workers: Int, _ transform: @Sendable (Int) -> Element
) -> [Element] {
  let results = Mutex([Element?](repeating: nil, count: count))
  parallel(count, workers: workers) { index in
    let element = transform(index)
    results.withLock { $0[index] = .some(element) }
  }
  return results.withLock { $0 }.compactMap { $0 }
}
