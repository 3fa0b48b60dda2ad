import StageKit
import Testing

@testable import PipelineKit

@Suite struct DocumentChannelTests {
  @Test func aFullChannelLetsTheSenderWait() async throws {
    let channel = DocumentChannel(bounds: .init(documents: 4, bytes: 1 << 20))
    let sender = Task {
      for index in 0..<20 { try await channel.send(Document(id: "d\(index)", text: "x")) }
      channel.finish()
    }
    try await Task.sleep(for: .milliseconds(50))
    var all: [Document] = []
    while true {
      let some = try await channel.receive(upTo: 100)
      #expect(some.count <= 4)
      if some.isEmpty { break }
      all += some
    }
    try await sender.value
    #expect(all.map(\.id) == (0..<20).map { "d\($0)" })
  }

  @Test func aDocumentLargerThanTheBoundGoesThrough() async throws {
    let channel = DocumentChannel(bounds: .init(documents: 4, bytes: 1000))
    let sender = Task {
      for index in 0..<3 {
        try await channel.send(Document(id: "d\(index)", text: String(repeating: "x", count: 5000)))
      }
      channel.finish()
    }
    var count = 0
    while case let some = try await channel.receive(upTo: 10), !some.isEmpty { count += some.count }
    try await sender.value
    #expect(count == 3)
  }

  @Test func aWorkerTakesItsShareOnly() async throws {
    let channel = DocumentChannel()
    for index in 0..<10 { try await channel.send(Document(id: "d\(index)", text: "x")) }
    #expect(try await channel.receive(upTo: 32, sharedBy: 2).count == 5)
    #expect(try await channel.receive(upTo: 2, sharedBy: 2).count == 2)
  }

  @Test func failureReachesBothSides() async throws {
    let channel = DocumentChannel(bounds: .init(documents: 1, bytes: 1000))
    try await channel.send(Document(id: "a", text: "x"))
    let sender = Task { try await channel.send(Document(id: "b", text: "x")) }
    try await Task.sleep(for: .milliseconds(20))
    channel.fail(StageError("broken", "it broke"))
    await #expect(throws: StageError.self) { try await sender.value }
    await #expect(throws: StageError.self) { try await channel.receive(upTo: 1) }
  }

  @Test func cancellingWakesWhoeverWaits() async throws {
    let channel = DocumentChannel()
    let receiver = Task { try await channel.receive(upTo: 1) }
    try await Task.sleep(for: .milliseconds(20))
    receiver.cancel()
    await #expect(throws: CancellationError.self) { try await receiver.value }
  }
}
