import Foundation
import Testing

@testable import BundleKit

/// Files of documents on their way into a bundle.
@Suite struct DocumentFileTests {
  private func documents(of bytes: [UInt8], in scratch: Scratch) async throws -> [String] {
    let writer = try BundleWriter(at: scratch.file("a.zip"), workers: 2)
    let count = try await writer.addDocuments(contentsOf: try scratch.file("in.jsonl", bytes))
    _ = try await writer.finish()
    let reader = try BundleReader(at: scratch.file("a.zip"))
    #expect(await reader.verify(workers: 2).findings == [])
    var lines: [String] = []
    for try await line in reader.lines() { lines.append(String(decoding: line.bytes, as: UTF8.self)) }
    #expect(lines.count == count)
    for line in lines.prefix(3) + lines.suffix(3) {
      let id = try #require(Array(line.utf8).withRawBytes { JSONKey.id(ofLine: $0) })
      #expect(try reader.entries(for: id).map { try reader.line(at: $0) } == [Data(line.utf8)])
    }
    return lines
  }

  @Test func linesAreWholeWhereverBlocksEnd() async throws {
    let scratch = try Scratch()
    // Blocks have 512 KiB: lines of all lengths, one longer than two blocks, one longer than a part, and none at last.
    let lengths = (0..<300).map { $0 * 37 % 9000 } + [600_000, 1_500_000, 1, 5_000_000, 0, 70]
    let lines = lengths.enumerated().map { number, length in
      #"{"id":"d\#(number)","text":"\#(String(repeating: "x", count: length))"}"#
    }
    let text = lines.joined(separator: "\n")
    #expect(try await documents(of: Array(text.utf8), in: scratch) == lines)
    #expect(try await documents(of: Array((text.replacing("\n", with: "\n\n") + "\n\n").utf8), in: scratch) == lines)
    #expect(try await documents(of: [], in: scratch) == [])
  }

  @Test(arguments: [
    ("{\"id\":\"a\"}\n\n{}\n", 3), ("x", 1),
    (String(repeating: "{\"id\":\"b\"}\n", count: 90_000) + "7", 90_001),
  ])
  func aLineThatIsNoDocumentIsNamed(text: String, number: Int) async throws {
    let scratch = try Scratch()
    let writer = try BundleWriter(at: scratch.file("a.zip"), workers: 1)
    let file = try scratch.file("in.jsonl", Array(text.utf8))
    let error = await #expect(throws: BundleError.self) { try await writer.addDocuments(contentsOf: file) }
    #expect(error?.message == "line \(number) is no JSON object with an id; every document needs one")
    writer.abort()
    #expect(try scratch.names == ["in.jsonl"])
  }

  @Test func largeMembersArePackedByTwoEfforts() {
    let efforts = (UInt32(0)..<16).map { Deflater.effort(level: 6, bytes: 1 << 20, crc: $0) }
    #expect(efforts[..<8] == efforts[8...])
    #expect(Set((1...9).map { Deflater.effort(level: $0, bytes: 1000, crc: 0) }).count >= 7)
    for level in 1...9 {
      for crc in UInt32(0)..<8 {
        let efforts = [level - 1, level].map { Deflater.effort(level: $0, bytes: 1 << 20, crc: crc) }
        #expect(efforts[0] <= efforts[1], "a higher level tries no less")
      }
    }
  }
}
