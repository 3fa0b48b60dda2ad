import BundleKit
import Foundation

// read-documents BUNDLE ID…: opens the bundle anew for each id, reads that document, and prints the milliseconds that
// took, as `toolkit bundle cat` does. What `Benchmarks/bundles.py` measures: the start of a process is left out, its
// memory is not.

for id in CommandLine.arguments.dropFirst(2) {
  let start = ContinuousClock.now
  let reader = try BundleReader(at: URL(fileURLWithPath: CommandLine.arguments[1]), headers: .onReading)
  let lines = try reader.entries(for: id).map { try reader.line(at: $0) }
  let time = (ContinuousClock.now - start) / .milliseconds(1)
  print(String(format: "%.2f", time), lines.reduce(0) { $0 + $1.count })
}
