/// A duration as a person writes it: `20 ms`, `30 s`, `2 min`.
func words(for duration: Duration) -> String {
  let seconds = duration / .seconds(1)
  func number(_ value: Double) -> String {
    let rounded = value.rounded(toPlaces: 2)
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }
  return switch seconds {
  case ..<1: "\(number(seconds * 1000)) ms"
  case ..<120: "\(number(seconds)) s"
  case ..<7200: "\(number(seconds / 60)) min"
  default: "\(number(seconds / 3600)) h"
  }
}
