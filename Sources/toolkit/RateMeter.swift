import Foundation

/// How fast a count grows: an exponential mean of the last seconds, so that the number is calm and yet of now.
struct RateMeter {
  /// How long the past counts: after so many seconds its weight is 1/e.
  private static let memory = 5.0

  private var last: (count: Double, time: Double)?
  private var mean = 0.0
  /// How much of the mean's weight has been filled; a young mean would be too low without it.
  private var weight = 0.0

  /// Growth a second; nil until it can be told.
  var rate: Double? { weight > 0 ? mean / weight : nil }

  /// Notes a count at a time in seconds. A count that falls is another count: the meter starts anew.
  mutating func update(_ count: Double, at time: Double) {
    guard let (before, then) = last, count >= before else {
      self = RateMeter()
      last = (count, time)
      return
    }
    let elapsed = time - then
    guard elapsed > 0 else { return }
    let keep = exp(-elapsed / Self.memory)
    mean = keep * mean + (1 - keep) * (count - before) / elapsed
    weight = keep * weight + (1 - keep)
    last = (count, time)
  }
}
