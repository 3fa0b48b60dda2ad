import Foundation

@testable import BundleKit

/// Writes a bundle with a bit of everything.
func writeSample(
  at url: URL, lines: Int = 200, workers: Int = 2, partBytes: Int = 4096, thresholds: Zip64Thresholds = .format,
  indexMemoryBytes: Int = 4 << 20
) async throws -> WrittenBundle {
  let writer = try BundleWriter(
    at: url, workers: workers, partBytes: partBytes, thresholds: thresholds, indexMemoryBytes: indexMemoryBytes)
  try await writer.add("README.txt", Array("What this is, how to open it.\n".utf8))
  for (number, line) in sampleLines(lines).enumerated() {
    try await writer.append(Array(line.utf8), to: "documents", id: "d\(number)")
    if number % 50 == 0 { try await writer.append(Array("{\"story\":\(number)}".utf8), to: "stories") }
  }
  try await writer.add("empty.csv", Data())
  try await writer.add("vectors/noise.bin", noise(5000))
  return try await writer.finish(name: "Daily Brief", adding: ["toolkit": ["version": "1.0", "pipeline": "daily"]])
}

/// Bytes that do not compress, the same on each call.
func noise(_ count: Int) -> [UInt8] {
  var state: UInt64 = 7
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: state >> 40)
  }
}

/// The bytes of a file.
func bytes(of url: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: url)) }

/// What opening these bytes as a bundle throws, or `nil`.
func openingError(_ bytes: [UInt8], in scratch: Scratch, limits: BundleLimits = .standard) throws -> BundleError? {
  let url = try scratch.file("\(UUID().uuidString).zip", bytes)
  defer { try? FileManager.default.removeItem(at: url) }
  do throws(BundleError) {
    _ = try BundleReader(at: url, limits: limits)
    return nil
  } catch {
    return error
  }
}
