import Synchronization

/// What goes wrong with a cache: each kind is told once.
final class CacheTroubles: Sendable {
  /// A kind of trouble and what to say of it.
  enum Trouble {
    case reading(String)
    case writing(String)
    /// The path of a segment.
    case damage(String)
    /// The limit in bytes.
    case tooSmall(Int)
  }

  private let path: String
  private let warn: @Sendable (String) -> Void
  private let told = Mutex<Set<Int>>([])

  init(path: String, warn: @escaping @Sendable (String) -> Void) {
    self.path = path
    self.warn = warn
  }

  /// Tells of trouble unless its kind was told before.
  func report(_ trouble: Trouble) {
    let kind =
      switch trouble {
      case .reading: 0
      case .writing: 1
      case .damage: 2
      case .tooSmall: 3
      }
    if told.withLock({ $0.insert(kind).inserted }) { warn(message(trouble)) }
  }

  private func message(_ trouble: Trouble) -> String {
    switch trouble {
    case .reading(let reason):
      "can't read the cache \(path): \(reason); this run computes everything again"
    case .writing(let reason):
      "can't write to the cache \(path): \(reason); the run goes on, but keeps no more results for the next one"
    case .damage(let segment):
      "the cache file \(segment) is damaged; what can't be read in it is computed again"
    case .tooSmall(let limit):
      "the cache \(path) is full with what this run needs (limit \(CacheSize.text(limit))); the run goes on, but keeps "
        + "no more results for the next one; TOOLKIT_CACHE_SIZE sets the limit"
    }
  }
}
