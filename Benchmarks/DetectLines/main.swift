/// Detects the language of each line of standard input and prints how long it took, and how much memory.
///
///     detect-lines model|cld2|detector [ROUNDS [ANSWERS]] < lines
///
/// `model` is the byte n-gram model alone, `cld2` is CLD2 alone, `detector` is what `detect-language` uses. Times are
/// CPU time, the best of ROUNDS; ANSWERS is a file for the answers, one a line: code and confidence (CLD2 and the model
/// alone have none that means the same: 1).

import Foundation
import LanguagesPlugin

/// Seconds of work: other programs on the machine count for less than in the time of day.
func cpuSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// The most memory the process has had, in MB.
func peakMemory() -> Double {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  let kilobytes = line?.split(separator: " ").compactMap { Double($0) }.first
  return (kilobytes ?? .nan) / 1024
}

let arguments = CommandLine.arguments
let rounds = arguments.count > 2 ? Int(arguments[2]) : 1
let engines = ["model", "cld2", "detector"]
guard (2...4).contains(arguments.count), engines.contains(arguments[1]), let rounds, rounds > 0 else {
  FileHandle.standardError.write(Data("usage: detect-lines model|cld2|detector [ROUNDS [ANSWERS]] < lines\n".utf8))
  exit(2)
}
let before = peakMemory()
let start = cpuSeconds()
let detect: ([UInt8]) -> (code: String, confidence: Double)
switch arguments[1] {
case "model":
  let model = try LanguageModel.load()
  detect = { (model.scores(of: $0).top(1).first?.code ?? "und", 1) }
case "cld2":
  detect = { (CompactLanguageDetector.detect($0).languages.first?.code ?? "und", 1) }
default:
  detect = {
    let detection = LanguageDetector.detect(String(decoding: $0, as: UTF8.self))
    return (detection.code, detection.confidence)
  }
}
_ = detect(Array("The first answer waits for the tables.".utf8))
let load = cpuSeconds() - start
let after = peakMemory()

let lines = FileHandle.standardInput.readDataToEndOfFile().split(separator: UInt8(ascii: "\n")).map { Array($0) }
let bytes = lines.reduce(0) { $0 + $1.count }
let all = peakMemory()
var best = Double.infinity
var answers: [(code: String, confidence: Double)] = []
for _ in 0..<rounds {
  answers.removeAll(keepingCapacity: true)
  answers.reserveCapacity(lines.count)
  let start = cpuSeconds()
  for line in lines { answers.append(detect(line)) }
  best = min(best, cpuSeconds() - start)
}
print(
  String(
    format: "load %.4f cpu %.4f lines %d bytes %d memory %.1f %.1f %.1f", load, best, lines.count, bytes, before, after,
    after + peakMemory() - all))
if arguments.count == 4 {
  let text = answers.map { "\($0.code) \($0.confidence)\n" }.joined()
  try Data(text.utf8).write(to: URL(fileURLWithPath: arguments[3]))
}
