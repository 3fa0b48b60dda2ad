/// Encodes the lines of standard input and writes tokens and vectors to a file, with the time each part took.
///
///     encode-lines MODEL THREADS OUTPUT < lines
///
/// OUTPUT, little-endian: for each line an i32 with the number of its tokens and as many i32; then the vectors as f32.

import EncoderKit
import Foundation
import StageKit

/// Seconds of work of all threads: other programs on the machine count for less than in the time of day.
func cpuSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

func measure<Result>(_ name: String, _ body: () async throws -> Result) async rethrows -> Result {
  let (cpu, start) = (cpuSeconds(), ContinuousClock.now)
  let result = try await body()
  let wall = (ContinuousClock.now - start) / .seconds(1)
  print(String(format: "\(name) cpu %.4f wall %.4f", cpuSeconds() - cpu, wall))
  return result
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let threads = Int(arguments[2]) else {
  FileHandle.standardError.write(Data("usage: encode-lines MODEL THREADS OUTPUT < lines\n".utf8))
  exit(2)
}
let lines = FileHandle.standardInput.readDataToEndOfFile().split(separator: UInt8(ascii: "\n"))
  .map { String(decoding: $0, as: UTF8.self) }
let encoder = try await measure("load") { try E5Encoder(path: arguments[1], threads: threads) }
let tokens = await measure("tokenize") { lines.map { encoder.tokens(of: $0) } }
print("lines \(lines.count) tokens \(tokens.reduce(0) { $0 + $1.count }) identity \(encoder.identity)")
let matrix = try await measure("encode") { try await encoder.encode(lines) }
var output = Data()
for ids in tokens {
  withUnsafeBytes(of: Int32(ids.count).littleEndian) { output.append(contentsOf: $0) }
  ids.withUnsafeBytes { output.append(contentsOf: $0) }
}
matrix.values.withUnsafeBytes { output.append(contentsOf: $0) }
try output.write(to: URL(fileURLWithPath: arguments[3]))
