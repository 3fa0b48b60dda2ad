import Foundation
import StageKit
import Testing

@testable import EncoderKit

/// Where the model is installed, if it is.
private let installed: String? = E5Encoder.modelDirectories()
  .map { $0.appendingPathComponent(E5Encoder.fileName).path }
  .first { FileManager.default.fileExists(atPath: $0) }

/// The model itself: facts that any faithful engine for it must show.
@Suite(.enabled(if: installed != nil, "multilingual-e5-small-q4.bin isn't installed; `make setup` fetches it"))
struct RealModelTests {
  private func encoder() throws -> E5Encoder { try E5Encoder(path: #require(installed), threads: 2) }

  private func cosine(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Float {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  @Test func theLoaderFindsIt() throws {
    let loader = E5Encoder.loader(searching: E5Encoder.modelDirectories())
    let identity = try encoder().identity
    #expect(loader.status == .available(identity: identity, dimension: 384))
  }

  /// Ids of the published vocabulary.
  @Test func tokensAreThoseOfTheVocabulary() throws {
    let tokens = try encoder().tokens(of: "Hello world")
    #expect(tokens == [0, 35378, 8999, 2])
  }

  @Test func translationsAreCloserThanOtherSentences() async throws {
    let groups = [
      [
        "The bridge over the river was closed on Monday because of the flood.",
        "Die Brücke über den Fluss wurde am Montag wegen des Hochwassers gesperrt.",
        "El puente sobre el río fue cerrado el lunes debido a la inundación.",
        "Nehir üzerindeki köprü sel nedeniyle pazartesi günü kapatıldı.",
        "أُغلق الجسر فوق النهر يوم الاثنين بسبب الفيضان.",
        "由于洪水，河上的桥梁于星期一关闭。",
      ],
      [
        "The museum shows three hundred old maps until the end of May.",
        "Das Museum zeigt bis Ende Mai dreihundert alte Landkarten.",
        "El museo muestra trescientos mapas antiguos hasta finales de mayo.",
        "Müze mayıs sonuna kadar üç yüz eski haritayı sergiliyor.",
        "يعرض المتحف ثلاثمئة خريطة قديمة حتى نهاية مايو.",
        "博物馆展出三百幅古地图，直到五月底。",
      ],
    ]
    let vectors = try await encoder().encode(groups.flatMap { $0 })
    for (number, group) in groups.enumerated() {
      for a in group.indices {
        for b in group.indices where a != b {
          let first = vectors[row: number * 6 + a]
          let translation = cosine(first, vectors[row: number * 6 + b])
          #expect(translation > cosine(first, vectors[row: (1 - number) * 6 + b]), "\(number): \(a), \(b)")
        }
      }
    }
  }

  @Test func aTextOf512TokensIsTheLongest() async throws {
    let encoder = try encoder()
    let sentence = "A long report has many sentences. "
    let long = String(repeating: sentence, count: 400)
    #expect(encoder.tokens(of: long).count == 512)
    let matrix = try await encoder.encode([long, long + "And an end that nobody reads.", sentence])
    #expect(matrix[row: 0] == matrix[row: 1])
    #expect(matrix[row: 0] != matrix[row: 2])
  }
}
