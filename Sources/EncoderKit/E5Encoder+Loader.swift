import Foundation
import StageKit

extension E5Encoder {
  /// The model's file in a directory of models.
  public static let fileName = name + ".bin"

  /// Where models are looked for; see ``ModelDirectories``.
  public static func modelDirectories(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> [URL] {
    ModelDirectories.all(environment: environment)
  }

  /// Looks for the model in directories, in their order, and says whether it can be had.
  ///
  /// The first file of that name counts, be it damaged or not. Its head and directory are checked, which takes a few
  /// milliseconds; weights are read only by `load`, which throws if the file has changed since.
  public static func loader(searching directories: [URL]) -> EncoderLoader {
    let paths = directories.map { $0.appendingPathComponent(fileName).path }
    guard let path = paths.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      let places = paths.isEmpty ? "anywhere" : "at " + paths.joined(separator: " or ")
      return missing("the model \(name) is not \(places); run `make setup` (91 MB, once)")
    }
    do {
      let file = try ModelFile(path: path)
      let identity = identity(of: file)
      return EncoderLoader(status: .available(identity: identity, dimension: file.shape.hidden)) { threads in
        let encoder = try E5Encoder(path: path, threads: threads)
        guard encoder.identity == identity else {
          throw EncoderError(code: .changed, path: path, detail: "it is now \(encoder.identity), was \(identity)")
        }
        return encoder
      }
    } catch {
      return missing("\(error)")
    }
  }

  private static func missing(_ reason: String) -> EncoderLoader {
    EncoderLoader(status: .missing(reason: reason)) { _ in throw MissingModel(description: reason) }
  }

  private struct MissingModel: Error, CustomStringConvertible {
    let description: String
  }
}
