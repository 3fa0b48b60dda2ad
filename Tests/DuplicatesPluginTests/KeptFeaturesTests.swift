import Foundation
import StageKit
import Synchronization
import Testing

@testable import DuplicatesPlugin

@Suite struct KeptFeaturesTests {
  @Test(arguments: [[.exact], [.exact, .near], Document.DuplicateKind.allCases])
  func aSecondRunComputesNothingAndFindsTheSame(_ kinds: [Document.DuplicateKind]) async throws {
    let store = MemoryStore()
    let first = try await findDuplicates(collection, kinds: kinds, store: store)
    #expect(store.counts.kept == Set(collection.map(\.text)).count)
    let second = try await findDuplicates(collection, kinds: kinds, store: store)
    #expect(store.counts.hits >= collection.count)
    let without = try await findDuplicates(collection, kinds: kinds)
    #expect(first.documents == without.documents)
    #expect(second.documents == without.documents)
    #expect(second.notes == without.notes)
    #expect(!without.groups.isEmpty)
  }

  @Test func whatOneKindOfRunKeepsDoesNotMisleadAnother() async throws {
    let store = MemoryStore()
    for kinds: [Document.DuplicateKind] in [[.exact], [.translation], [.exact, .near], [.near, .translation]] {
      let outcome = try await findDuplicates(collection, kinds: kinds, store: store)
      #expect(outcome.documents == (try await findDuplicates(collection, kinds: kinds)).documents)
    }
  }

  @Test func anotherLanguageCutsOtherSentences() async throws {
    var german = Document(id: "a", text: "Am 3. Mai kam er. Dann ging er.")
    german.language = .init(code: "de", confidence: 1)
    var english = german
    english.language = .init(code: "en", confidence: 1)
    let store = MemoryStore()
    for document in [german, english, german] {
      let outcome = try await findDuplicates([document], store: store)
      #expect(outcome.documents == (try await findDuplicates([document])).documents)
    }
  }

  @Test func damagedBytesAreComputedAgain() async throws {
    let store = MemoryStore()
    let first = try await findDuplicates(collection, store: store)
    store.damage()
    let second = try await findDuplicates(collection, store: store)
    #expect(second.documents == first.documents)
  }

  @Test func bytesAreCompactAndComeBack() throws {
    var random = SplitMix64(state: 1)
    for count in [0, 1, 2, 5, 40, 300, 3000] {
      var features = TextFeatures()
      features.units = RadixSort.sortedSet((0..<count).map { _ in UInt32(truncatingIfNeeded: random.next()) })
      if count == 5 { features.units = [0, 1, 2, .max - 1, .max] }
      if count == 2 { features.units = [.max] }
      if count > 0 { features.fingerprint = ContentKey(high: random.next(), low: random.next()) }
      features.isLongEnough = count > 100
      if count != 40 { features.sentences = (0..<count / 10).map { .init(start: $0 * 90 + 1, end: $0 * 90 + 89) } }
      let bytes = FeatureBytes.bytes(of: features)
      let cut = features.sentences != nil
      #expect(bytes.withUnsafeBytes { FeatureBytes.features(from: $0, length: 40_000, cut: cut) } == features)
      #expect(bytes.withUnsafeBytes { FeatureBytes.features(from: $0, length: 40_000, cut: !cut) } == nil)
      #expect(bytes.count < 40 + features.units.count * 7 / 2 + (features.sentences?.count ?? 0) * 2)
    }
  }

  @Test func anyBytesAreReadWithoutHarm() {
    var random = SplitMix64(state: 6)
    var features = TextFeatures()
    features.fingerprint = ContentKey(high: 1, low: 2)
    features.units = RadixSort.sortedSet((0..<80).map { _ in UInt32(truncatingIfNeeded: random.next()) })
    features.sentences = [.init(start: 0, end: 300), .init(start: 301, end: 400)]
    let whole = FeatureBytes.bytes(of: features)
    for round in 0..<20_000 {
      var bytes = whole
      switch round % 3 {
      case 0: bytes = Array(whole.prefix(random.next(below: whole.count)))
      case 1: bytes = (0..<random.next(below: 60)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      default: bytes[random.next(below: whole.count)] ^= UInt8(1 << random.next(below: 8))
      }
      #expect(bytes.withUnsafeBytes { FeatureBytes.features(from: $0, length: 400, cut: true) } == nil)
      // Behind the checksum, where nothing else guards the numbers.
      let count = random.next(below: 1000)
      var position = 0
      bytes.withUnsafeBytes { bytes in
        if let units = RiceCode.read(count, from: bytes, &position) {
          #expect(units.count == count && zip(units, units.dropFirst()).allSatisfy(<) && position <= bytes.count)
        }
      }
    }
    #expect(whole.withUnsafeBytes { FeatureBytes.features(from: $0, length: 399, cut: true) } == nil)
  }

  @Test func numbersAreSorted() {
    var random = SplitMix64(state: 8)
    for count in [0, 1, 64, 65, 1000] {
      let numbers = (0..<count).map { _ in UInt32(truncatingIfNeeded: random.next()) >> UInt32(random.next(below: 32)) }
      #expect(RadixSort.sortedSet(numbers) == Set(numbers).sorted())
    }
  }

  private var collection: [Document] {
    var documents: [Document] = []
    for number in 0..<12 {
      let sentences = (number * 12)..<(number * 12 + 8 + number % 5)
      documents.append(MadeUp.document("r\(number)", "red", sentences))
      if number % 2 == 0 { documents.append(MadeUp.document("b\(number)", "blue", sentences)) }
      if number % 3 == 0 {
        let text = MadeUp.text("red", sentences)
        documents.append(MadeUp.document("n\(number)", "red", text: text + "\nredx redy."))
        documents.append(MadeUp.document("e\(number)", "red", text: text))
      }
    }
    return documents
  }
}

/// Results in memory.
private final class MemoryStore: ResultStore {
  private let state = Mutex((results: [ContentKey: [UInt8]](), hits: 0))

  /// How many results are kept, and how often one was read.
  var counts: (kept: Int, hits: Int) { state.withLock { ($0.results.count, $0.hits) } }

  /// Changes one byte of each result, or cuts its end off.
  func damage() {
    state.withLock { state in
      for (key, bytes) in state.results {
        if key.low % 2 == 0 {
          state.results[key]?[Int(key.high % UInt64(bytes.count))] ^= 0x10
        } else {
          state.results[key]?.removeLast(Int(key.high % UInt64(bytes.count)) + 1)
        }
      }
    }
  }

  func withResult<Result>(for key: ContentKey, _ body: (UnsafeRawBufferPointer) -> Result?) -> Result? {
    guard let bytes = state.withLock({ $0.results[key] }), let result = bytes.withUnsafeBytes(body) else { return nil }
    state.withLock { $0.hits += 1 }
    return result
  }

  func contains(_ key: ContentKey) -> Bool { state.withLock { $0.results[key] != nil } }

  func keep(_ bytes: [UInt8], for key: ContentKey) {
    state.withLock { $0.results[key] = $0.results[key] ?? bytes }
  }
}
