import Foundation
import StageKit
import Testing

@testable import BundleKit

/// Documents one after the other.
@Suite struct SequenceTests {
  @Test(arguments: [1, 3]) func documentsComeInOrder(workers: Int) async throws {
    let scratch = try Scratch()
    _ = try await writeSample(at: scratch.file("a.zip"), lines: 500, partBytes: 5000)
    let reader = try BundleReader(at: scratch.file("a.zip"))
    var ids: [String] = []
    for try await document in reader.documents(workers: workers) { ids.append(document.id) }
    #expect(ids == (0..<500).map { "d\($0)" })
    #expect(reader.documentParts.count > 10)
    var bytes: [String] = []
    for try await line in reader.lines(workers: workers) {
      bytes.append(String(decoding: line.bytes, as: UTF8.self))
      #expect(line.id == "d\(bytes.count - 1)")
    }
    #expect(bytes == sampleLines(500))
  }

  @Test func damageEndsTheSequenceWithAnError() async throws {
    let scratch = try Scratch()
    _ = try await writeSample(at: scratch.file("a.zip"), lines: 500, partBytes: 5000)
    var bytes = try bytes(of: scratch.file("a.zip"))
    let part = try BundleReader(at: scratch.file("a.zip")).documentParts[2]
    bytes[Int(part.dataOffset) + 20] ^= 4
    let reader = try BundleReader(at: try scratch.file("b.zip", bytes))
    var count = 0
    let error = await #expect(throws: BundleError.self) {
      for try await _ in reader.documents() { count += 1 }
    }
    #expect(error?.member == part.name)
    #expect(count > 0 && count < 500)
  }

  @Test func aLineThatIsNoDocumentIsNamed() async throws {
    let scratch = try Scratch()
    let member = ForgedMember("documents/part-00001.jsonl", "{\"id\":\"a\",\"text\":\"x\"}\n[]\n")
    let reader = try BundleReader(at: try scratch.file("a.zip", forge([member])))
    let error = await #expect(throws: BundleError.self) { for try await _ in reader.documents() {} }
    #expect(error?.code == .badDocument)
    #expect(
      error?.message.hasPrefix("line 2 of documents/part-00001.jsonl is no document as toolkit writes them") == true)
  }

  @Test func largeMembersAreStreamed() async throws {
    let scratch = try Scratch()
    let long = #"{"id":"long","text":""# + String(repeating: "long ", count: 4 << 20) + "\"}"
    let writer = try BundleWriter(at: scratch.file("a.zip"), level: 1, workers: 1)
    try await writer.append(Data(#"{"id":"a","text":"x"}"#.utf8), to: "documents", id: "a")
    try await writer.append(Data(long.utf8), to: "documents", id: "long")
    _ = try await writer.finish()
    let reader = try BundleReader(at: scratch.file("a.zip"))
    var ids: [String] = []
    for try await document in reader.documents() { ids.append("\(document.id) \(document.text.utf8.count)") }
    #expect(ids == ["a 1", "long \(5 * (4 << 20))"])
    let entry = try #require(try reader.entries(for: "long").first)
    #expect(try reader.line(at: entry) == Data(long.utf8))
    let strict = try BundleReader(at: scratch.file("a.zip"), limits: BundleLimits(lineBytes: 1 << 20))
    let error = #expect(throws: BundleError.self) { try strict.line(at: entry) }
    #expect(error?.code == .limit)
    await #expect(throws: BundleError.self) { for try await _ in strict.lines() {} }
  }
}
