import EncoderKit
import Foundation
import StageKit
import Testing

/// No test, but the part of `scripts/make-centroids.py` that needs the encoder: runs only when that script asks.
@Suite struct CentroidMaker {
  private static let environment = ProcessInfo.processInfo.environment

  @Test(.enabled(if: environment["TOOLKIT_CENTROID_TEXTS"] != nil, "scripts/make-centroids.py runs it"))
  func writesVectors() async throws {
    let texts = URL(fileURLWithPath: try #require(Self.environment["TOOLKIT_CENTROID_TEXTS"]))
    let vectors = URL(fileURLWithPath: try #require(Self.environment["TOOLKIT_CENTROID_VECTORS"]))
    let encoder = try E5Encoder.loader(searching: E5Encoder.modelDirectories())
      .load(ProcessInfo.processInfo.activeProcessorCount)
    let files = try FileManager.default.contentsOfDirectory(at: texts, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "txt" }
    for file in files.sorted(by: { $0.path < $1.path }) {
      let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
        .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
      // As SentenceVectors does it.
      let matrix = try await encoder.encode(lines.map { Zawgyi.converted($0).precomposedStringWithCanonicalMapping })
      let name = file.deletingPathExtension().lastPathComponent
      try matrix.values.withUnsafeBytes { Data($0) }.write(to: vectors.appendingPathComponent("\(name).f32"))
    }
  }
}
