/// Results that outlive a run, by the key of all that they depend on.
///
/// A store never fails: what can't be read is not there, and what can't be kept is computed again next time. Safe to
/// use from many threads at once; calls may block for a disk access.
public protocol ResultStore: Sendable {
  /// Hands the bytes kept for `key` to `body`; nil if there are none, or if `body` returns nil.
  func withResult<Result>(for key: ContentKey, _ body: (UnsafeRawBufferPointer) -> Result?) -> Result?

  /// Whether bytes are kept for `key`; cheaper than reading them.
  func contains(_ key: ContentKey) -> Bool

  /// Keeps bytes for `key`; if there are some already, those stay.
  func keep(_ bytes: [UInt8], for key: ContentKey)
}

/// A stage's own part of the ``ResultStore``: keys of other stages, versions or purposes never meet its own.
public struct StageResults: Sendable {
  private let store: any ResultStore
  private let space: ContentKey

  /// The part of `store` for one purpose of a stage in one version of its plugin.
  public init(_ store: any ResultStore, stage: String, version: String, purpose: String) {
    self.store = store
    space = ContentKey(of: "\(stage)\n\(version)\n\(purpose)")
  }

  /// The result kept for `key`, as `read` makes it of its bytes; nil if there is none or `read` returns nil.
  public func value<Value>(for key: ContentKey, _ read: (UnsafeRawBufferPointer) -> Value?) -> Value? {
    store.withResult(for: space.with(key), read)
  }

  /// Keeps a result for later runs. It must follow from what `key` names, and from nothing else.
  public func keep(_ bytes: [UInt8], for key: ContentKey) { store.keep(bytes, for: space.with(key)) }
}
