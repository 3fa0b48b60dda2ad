import PipelineKit
import StageKit

/// How far one stage is, with what can be told from how it went so far. The fields are those of `--progress json`.
struct StageProgress: Sendable, Equatable, Encodable {
  enum State: String, Sendable, Encodable {
    case waiting, running, done
  }

  var id: String
  var state: State
  var taken: Int
  var made: Int
  var passed: Int
  var dropped: Int
  var quarantined: Int
  /// Since its first document, until its end.
  var seconds: Double
  var cpuSeconds: Double
  /// Documents a second, smoothed; nil before it is known and after the end.
  var rate: Double?
  /// Until its end at the present rate; nil if nobody can tell.
  var remainingSeconds: Double?
  /// Documents that will come to it: exact once the stages before have ended, an estimate before that.
  var expected: Int?
  /// For sources.
  var bytesRead: Int?
  var bytesTotal: Int?
  /// What it is busy with, if that takes long: 120 of 4000 "sentences".
  var done: Int?
  var total: Int?
  var unit: String?
  /// Whether the others wait for it.
  var bottleneck: Bool

  /// Documents that it has dealt with: those that left, or that came, while it collects all before it lets any go.
  var position: Int {
    let left = passed + dropped + quarantined
    return left > 0 ? left : taken + made
  }
}

/// Turns counts into rates, remaining times and the stage that the others wait for.
struct ProgressTracker {
  private struct Meters {
    var documents = RateMeter()
    var detail = RateMeter()
    var bytes = RateMeter()
    var backlog = 0.0
  }

  private var meters: [Meters] = []
  /// A queue this long, in documents, is more than chance.
  private static let longQueue = 32.0

  /// Looks at the counts at a time in seconds; to be asked a few times a second.
  mutating func update(_ stages: [PipelineRun.Progress], at time: Double) -> [StageProgress] {
    if meters.count != stages.count { meters = stages.map { _ in Meters() } }
    let expected = Self.expected(stages)
    var result: [StageProgress] = []
    for (index, stage) in stages.enumerated() {
      var item = StageProgress(stage)
      item.expected = expected[index]
      meters[index].documents.update(Double(item.position), at: time)
      meters[index].bytes.update(Double(stage.bytes?.read ?? 0), at: time)
      meters[index].detail.update(Double(item.done ?? 0), at: time)
      // What was passed on and not yet taken, smoothed like a rate, since queues fill and empty in turns.
      let sent = stage.shape == .source ? stage.counts.taken : Self.sent(stages, before: index)
      meters[index].backlog += (Double(max(0, sent - stage.counts.taken)) - meters[index].backlog) * 0.2
      if item.state == .running {
        item.rate = meters[index].documents.rate
        item.remainingSeconds = remaining(item, meters[index])
      }
      result.append(item)
    }
    if let slowest = slowest(stages) { result[slowest].bottleneck = true }
    return result
  }

  private func remaining(_ stage: StageProgress, _ meters: Meters) -> Double? {
    func seconds(_ left: Int, _ rate: Double?) -> Double? {
      guard let rate, rate > 0 else { return nil }
      return Double(max(0, left)) / rate
    }
    if let done = stage.done, let total = stage.total { return seconds(total - done, meters.detail.rate) }
    if let read = stage.bytesRead, let total = stage.bytesTotal { return seconds(total - read, meters.bytes.rate) }
    return stage.expected.flatMap { seconds($0 - stage.position, meters.documents.rate) }
  }

  /// The running stage with the longest queue before it; without a queue, the first that runs.
  ///
  /// Stages that take one document at a time and stand together work as one: of those it is the one that has used most
  /// of the processors.
  private func slowest(_ stages: [PipelineRun.Progress]) -> Int? {
    let running = stages.indices.filter { stages[$0].isActive }
    guard running.count > 1, let first = running.first else { return nil }
    let longest = running.max { (meters[$0].backlog, $1) < (meters[$1].backlog, $0) } ?? first
    let start = meters[longest].backlog >= Self.longQueue ? longest : first
    guard stages[start].shape == .document else { return start }
    let lane = stages[start...].prefix { $0.shape == .document && $0.isActive }
    return lane.indices.max { (stages[$0].cpuSeconds, $1) < (stages[$1].cpuSeconds, $0) }
  }

  /// What the stages before one have passed to it.
  private static func sent(_ stages: [PipelineRun.Progress], before index: Int) -> Int {
    guard let last = stages[..<index].last else { return 0 }
    guard last.shape == .source else { return last.counts.passed }
    return stages[..<index].reduce(0) { $0 + $1.counts.passed }
  }

  /// How many documents will come to each stage in all; for sources, how many they will make.
  private static func expected(_ stages: [PipelineRun.Progress]) -> [Int?] {
    var expected: [Int?] = []
    var incoming: Double? = 0
    for stage in stages {
      let counts = stage.counts
      let left = counts.passed + counts.dropped + counts.quarantined
      // Those that go on, of those that come; all, until some have.
      let share = left > 0 ? Double(counts.passed) / Double(left) : 1
      guard stage.shape == .source else {
        expected.append(incoming.map { Int($0.rounded()) })
        incoming = stage.hasEnded ? Double(counts.passed) : incoming.map { $0 * share }
        continue
      }
      var all: Double?
      if stage.hasEnded {
        all = Double(left)
      } else if let bytes = stage.bytes, let total = bytes.total, bytes.read > 0, left > 0 {
        all = Double(left) * max(1, Double(total) / Double(bytes.read))
      }
      expected.append(all.map { Int($0.rounded()) })
      let passed = stage.hasEnded ? Double(counts.passed) : all.map { $0 * share }
      incoming = incoming.flatMap { sum in passed.map { sum + $0 } }
    }
    return expected
  }
}

extension StageProgress {
  /// What the counts say by themselves.
  init(_ stage: PipelineRun.Progress) {
    let counts = stage.counts
    self.init(
      id: stage.id, state: stage.hasEnded ? .done : stage.isActive ? .running : .waiting, taken: counts.taken,
      made: counts.made, passed: counts.passed, dropped: counts.dropped, quarantined: counts.quarantined,
      seconds: stage.seconds, cpuSeconds: stage.cpuSeconds, bytesRead: stage.bytes?.read,
      bytesTotal: stage.bytes?.total, bottleneck: false)
    // What is done is no news.
    if let detail = stage.detail, detail.done < detail.total, state == .running {
      (done, total, unit) = (detail.done, detail.total, detail.unit)
    }
  }
}
