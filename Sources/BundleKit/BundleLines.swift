import Foundation
import StageKit

/// One line of a table in a bundle.
public struct BundleLine: Sendable {
  /// The member that has it.
  public let member: String
  /// Its number in the member, from 1.
  public let number: Int
  /// Where it begins, in bytes of the uncompressed member.
  public let offset: Int
  /// Its bytes without the line break.
  public let bytes: Data

  /// The `id` of its JSON object; `nil` if it has none.
  public var id: String? { bytes.withUnsafeBytes { JSONKey.id(ofLine: $0) } }
}

/// The lines of members of a bundle, in order; members are inflated ahead of the reader by several threads.
///
/// Each member's content is checked against its size and CRC-32 before its first line comes, unless it is larger than
/// 16 MiB: then after its last.
public struct BundleLines: AsyncSequence, Sendable {
  /// What the sequence fails with.
  public typealias Failure = BundleError

  let reader: BundleReader
  let members: [Member]
  let workers: Int

  /// Starts at the first line.
  public func makeAsyncIterator() -> Iterator { Iterator(reader: reader, members: members, workers: workers) }

  /// Reads line after line.
  public struct Iterator: AsyncIteratorProtocol {
    /// A member's lines, or its bytes where they are too many at once.
    private enum Content: Sendable {
      case lines([BundleLine])
      case stream(Member)
    }

    private let reader: BundleReader
    private var waiting: ArraySlice<Member>
    private let workers: Int
    private var ahead: [Task<Result<Content, BundleError>, Never>] = []
    private var lines: ArraySlice<BundleLine> = []
    private var stream: LineStream?

    init(reader: BundleReader, members: [Member], workers: Int) {
      (self.reader, self.waiting, self.workers) = (reader, members[...], workers)
    }

    /// The next line; `nil` after the last.
    public mutating func next() async throws(BundleError) -> BundleLine? {
      while true {
        if let line = lines.popFirst() { return line }
        if let stream {
          lines = try stream.next()[...]
          if lines.isEmpty { self.stream = nil }
          continue
        }
        while ahead.count < workers, let member = waiting.popFirst() { ahead.append(Self.start(member, reader)) }
        guard !ahead.isEmpty else { return nil }
        switch try await ahead.removeFirst().value.get() {
        case .lines(let found): lines = found[...]
        case .stream(let member): stream = try LineStream(member, of: reader)
        }
      }
    }

    private static func start(_ member: Member, _ reader: BundleReader) -> Task<Result<Content, BundleError>, Never> {
      Task {
        await WorkQueue.result { () throws(BundleError) in
          guard member.isSmall else { return .stream(member) }
          do throws(BundleError) {
            return .lines(cut(try reader.content(of: member), of: member.name))
          } catch {
            throw error.at(reader.url.path)
          }
        }
      }
    }

    private static func cut(_ content: [UInt8], of member: String) -> [BundleLine] {
      let data = Data(content)
      let lines = content.withRawBytes { $0.lines }
      return lines.enumerated().map { number, line in
        BundleLine(member: member, number: number + 1, offset: line.lowerBound, bytes: data[line])
      }
    }
  }
}

/// The lines of a member that is too large for memory. Blocks.
private final class LineStream {
  private let chunks: MemberChunks
  private var cutter: LineCutter
  private let path: String
  private var isDone = false

  init(_ member: Member, of reader: BundleReader) throws(BundleError) {
    chunks = try reader.chunks(of: member.name)
    cutter = LineCutter(limit: reader.limits.lineBytes, member: member.name)
    path = reader.url.path
  }

  /// The next lines; none after the last.
  func next() throws(BundleError) -> [BundleLine] {
    var lines: [BundleLine] = []
    do throws(BundleError) {
      while lines.isEmpty, !isDone {
        if let chunk = try chunks.next() {
          try chunk.withRawBytes { raw throws(BundleError) in try cutter.take(raw) { lines.append(BundleLine($0, $1)) }
          }
        } else {
          isDone = true
          try cutter.finish { lines.append(BundleLine($0, $1)) }
        }
      }
    } catch {
      throw error.at(path)
    }
    return lines
  }
}

extension BundleLine {
  fileprivate init(_ place: LinePlace, _ bytes: UnsafeRawBufferPointer) {
    self.init(member: place.member, number: place.number, offset: place.offset, bytes: Data(bytes))
  }
}

/// The documents of a bundle, in order.
public struct BundleDocuments: AsyncSequence, Sendable {
  /// What the sequence fails with.
  public typealias Failure = BundleError

  let lines: BundleLines

  /// Starts at the first document.
  public func makeAsyncIterator() -> Iterator { Iterator(lines: lines.makeAsyncIterator()) }

  /// Reads document after document.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var lines: BundleLines.Iterator
    fileprivate let decoder = JSONDecoder()

    /// The next document; `nil` after the last.
    ///
    /// - Throws: `BundleError`: for damage, and `bad-document` for a line that is none.
    public mutating func next() async throws(BundleError) -> Document? {
      guard let line = try await lines.next() else { return nil }
      guard let document = try? decoder.decode(Document.self, from: line.bytes) else {
        let what = "line \(line.number) of \(line.member) is no document as toolkit writes them"
        throw BundleError(
          .badDocument, "\(what); 'bundle verify' says whether the bundle is whole", member: line.member)
      }
      return document
    }
  }
}
