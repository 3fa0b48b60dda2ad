import Foundation
import Testing

@testable import BundleKit

/// The libraries behind the seam: what one packs, the other unpacks.
@Suite struct CodecTests {
  static let contents: [[UInt8]] = [
    [], [7], Array("aaaaaaaaaa".utf8), noise(100_000), [UInt8](repeating: 0, count: 3 << 20),
    Array((sampleLines(8000).joined(separator: "\n") + "\n").utf8),
  ]

  @Test(arguments: contents.indices, [0, 1, 6, 9])
  func eachInflatesWhatTheOtherDeflates(index: Int, level: Int) throws {
    let content = Self.contents[index]
    let streams = try content.withRawBytes { raw in
      [try Deflater.deflate(raw, effort: level), try Zlib.deflate(raw, level: level)]
    }
    for packed in streams {
      guard let packed else { continue }
      #expect(packed.count < content.count)
      let inflated = try packed.withRawBytes { raw throws(CodecFault) in
        [try Zlib.inflate(raw, bytes: content.count), try Deflater.inflate(raw, bytes: content.count)]
      }
      #expect(inflated == [content, content])
    }
    if index >= 4 && level > 0 { #expect(streams.allSatisfy { $0 != nil }) }
  }

  @Test func theSameBytesGiveTheSameStream() throws {
    let content = Self.contents[5]
    let streams = try (0..<3).map { _ in try content.withRawBytes { try Deflater.deflate($0, effort: 6) } }
    #expect(streams[0] == streams[1] && streams[1] == streams[2])
  }

  @Test func sizesAreAboutThoseOfZlib() throws {
    let content = Self.contents[5]
    let (ours, zlib) = try content.withRawBytes { raw in
      (try Deflater.deflate(raw, effort: 5)?.count ?? 0, try Zlib.deflate(raw, level: 6)?.count ?? 0)
    }
    #expect(Double(ours) <= 1.2 * Double(zlib), "\(Deflater.library): \(ours) bytes, zlib \(zlib)")
  }

  @Test func checksumsAreThoseOfZip() {
    #expect(Array("123456789".utf8).withRawBytes { Deflater.crc32(0, $0) } == 0xCBF4_3926)
    let content = noise(1000)
    let whole = content.withRawBytes { Deflater.crc32(0, $0) }
    let first = Array(content[..<333]).withRawBytes { Deflater.crc32(0, $0) }
    #expect(Array(content[333...]).withRawBytes { Deflater.crc32(first, $0) } == whole)
  }

  @Test(arguments: [
    (CodecFault.cutOff, 0, -1), (.trailing(2), 0, 2), (.tooLong, -1, 0), (.tooShort(91), 1, 0),
  ])
  func faultsAreNamedWhateverTheLibrary(fault: CodecFault, promise: Int, change: Int) throws {
    let content = Array(
      "The ferry will not sail tomorrow, the harbour said; nor will the ferry sail the day after it.".utf8
    )
    .prefix(91)
    let deflated = try Array(content).withRawBytes { try Zlib.deflate($0, level: 6) }
    var packed = try #require(deflated)
    if change < 0 { packed.removeLast(-change) } else { packed += [UInt8](repeating: 0, count: change) }
    #expect(throws: fault) {
      try packed.withRawBytes { raw throws(CodecFault) in try Deflater.inflate(raw, bytes: content.count + promise) }
    }
  }
}
