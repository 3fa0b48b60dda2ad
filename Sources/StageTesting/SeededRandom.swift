import StageKit

/// Random numbers that are the same for the same seed, on every machine (SplitMix64).
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var generator: SplitMix64

  /// Starts the sequence of a seed.
  public init(seed: UInt64) { generator = SplitMix64(state: seed) }

  /// The next 64 bits.
  public mutating func next() -> UInt64 { generator.next() }
}
