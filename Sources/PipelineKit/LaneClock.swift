import Foundation
import StageKit

/// Measures the CPU time of a lane's stages over one batch of documents, for less than 0.2 µs a document.
///
/// The thread's CPU clock is a system call (about a microsecond), so it is read twice a batch; what it shows is split
/// among the stages by how long every fourth document took in each, by the monotonic clock, which costs a twentieth.
struct LaneClock {
  private let thread = pthread_self()
  private let cpuStart = ResourceUse.threadNanoseconds()
  private let start = LaneClock.now()
  private var spent: [UInt64]
  private var documents = 0
  private var isMeasuring = false
  private var last: UInt64 = 0

  /// Starts to measure a batch that goes through some stages.
  init(stages: Int) { spent = Array(repeating: 0, count: stages) }

  /// The next document starts at the lane's first stage.
  mutating func nextDocument() {
    isMeasuring = spent.count > 1 && documents % 4 == 0
    documents += 1
    if isMeasuring { last = Self.now() }
  }

  /// The document has left a stage.
  mutating func left(_ stage: Int) {
    guard isMeasuring else { return }
    let now = Self.now()
    spent[stage] &+= now &- last
    last = now
  }

  /// CPU time of each stage in nanoseconds; nil if the batch went on on another thread, whose clock is another.
  func nanoseconds() -> [UInt64]? {
    guard pthread_equal(pthread_self(), thread) != 0 else { return nil }
    let total = ResourceUse.threadNanoseconds() &- cpuStart
    let sum = spent.reduce(0, &+)
    guard sum > 0 else { return spent.indices.map { $0 == 0 ? total : 0 } }
    return spent.map { UInt64(Double(total) * Double($0) / Double(sum)) }
  }

  /// How long a document took so far in the lane, in nanoseconds by the clock on the wall.
  var perDocument: Double { Double(Self.now() &- start) / Double(max(1, documents)) }

  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }
}
