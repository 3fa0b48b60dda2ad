import Foundation
import Synchronization

/// What may go wrong between a run and a worker.
enum WorkerFault: Error, Equatable {
  /// The other side has gone.
  case closed
  /// Nothing came, or could be sent, until the deadline.
  case late
  /// What came is no message.
  case nonsense
  /// The content is more than one message may hold.
  case tooLarge
  /// The system said no, with this number.
  case system(Int32)
}

/// One end of the connection between a run and a worker process. Calls block; one thread may send while another
/// receives.
///
/// A pair of sockets and no pipe: writing to one whose other end has gone is an error and no signal.
final class WorkerSocket: Sendable {
  /// The most that a message may hold, in bytes.
  static let maximumContent = Int(Int32.max)
  private static let blockSize = 64 << 10

  let descriptor: Int32
  private let sending = Mutex(())
  /// What was received and not yet asked for.
  private let received = Mutex<(bytes: [UInt8], start: Int)>(([], 0))

  /// Takes over one end.
  init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Two ends that know each other; neither is passed on to other programs unless that is asked for.
  static func pair() throws(WorkerFault) -> (WorkerSocket, WorkerSocket) {
    var ends: [Int32] = [-1, -1]
    #if os(Linux)
      let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw .system(errno) }
    #if !os(Linux)
      for end in ends {
        var yes: Int32 = 1
        setsockopt(end, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      }
    #endif
    return (WorkerSocket(descriptor: ends[0]), WorkerSocket(descriptor: ends[1]))
  }

  /// Ends the connection for both sides, and wakes whoever waits here.
  func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Sends a message; without a deadline, waits as long as it takes.
  func send(
    _ kind: WorkerMessage, _ content: Data = Data(), by deadline: ContinuousClock.Instant? = nil
  ) throws(WorkerFault) {
    guard content.count <= Self.maximumContent else { throw .tooLarge }
    let length = UInt32(content.count)
    var start: [UInt8] = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
    start.append(kind.rawValue)
    let isSmall = content.count <= Self.blockSize
    if isSmall { start += content }
    try sending.withLock { _ throws(WorkerFault) in
      try sendAll(start, by: deadline)
      if !isSmall { try sendAll(content, by: deadline) }
    }
  }

  /// Waits for the next message.
  func receive(by deadline: ContinuousClock.Instant? = nil) throws(WorkerFault) -> (WorkerMessage, Data) {
    try received.withLock { state throws(WorkerFault) in
      let start = try take(5, &state, by: deadline)
      let length = start[..<4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= Self.maximumContent, let kind = WorkerMessage(rawValue: start[4]) else { throw .nonsense }
      return (kind, Data(try take(length, &state, by: deadline)))
    }
  }

  // MARK: Bytes

  /// The next `count` bytes. Memory grows with what has come and not with what was announced.
  private func take(
    _ count: Int, _ state: inout (bytes: [UInt8], start: Int), by deadline: ContinuousClock.Instant?
  ) throws(WorkerFault) -> ArraySlice<UInt8> {
    while state.bytes.count - state.start < count {
      if state.start > 0 {
        state.bytes.removeSubrange(..<state.start)
        state.start = 0
      }
      let missing = count - state.bytes.count
      let block = try receiveSome(upTo: min(max(missing, Self.blockSize), 1 << 20), by: deadline)
      state.bytes += block
    }
    defer { state.start += count }
    let slice = state.bytes[state.start..<state.start + count]
    return ArraySlice(Array(slice))
  }

  private func receiveSome(upTo count: Int, by deadline: ContinuousClock.Instant?) throws(WorkerFault) -> [UInt8] {
    while true {
      var number: Int32 = 0
      let block = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        let result = recv(descriptor, buffer.baseAddress, count, Int32(MSG_DONTWAIT))
        number = result < 0 ? errno : 0
        initialized = max(0, result)
      }
      if !block.isEmpty { return block }
      switch number {
      case 0, ECONNRESET: throw .closed
      case EAGAIN, EWOULDBLOCK: try wait(for: Int16(POLLIN), until: deadline)
      case EINTR: continue
      default: throw .system(number)
      }
    }
  }

  private func sendAll(
    _ bytes: some ContiguousBytes & Sendable, by deadline: ContinuousClock.Instant?
  ) throws(WorkerFault) {
    var done = 0
    while true {
      let (sent, total, number): (Int, Int, Int32) = bytes.withUnsafeBytes { buffer in
        guard done < buffer.count, let base = buffer.baseAddress else { return (0, buffer.count, 0) }
        #if os(Linux)
          let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        #else
          let flags = Int32(MSG_DONTWAIT)
        #endif
        let result = Foundation.send(descriptor, base + done, buffer.count - done, flags)
        return (result, buffer.count, result < 0 ? errno : 0)
      }
      if sent > 0 { done += sent }
      if done >= total { return }
      switch number {
      case 0, EINTR: continue
      case EAGAIN, EWOULDBLOCK, ENOBUFS: try wait(for: Int16(POLLOUT), until: deadline)
      case EPIPE, ECONNRESET: throw .closed
      default: throw .system(number)
      }
    }
  }

  private func wait(for events: Int16, until deadline: ContinuousClock.Instant?) throws(WorkerFault) {
    var entry = pollfd(fd: descriptor, events: events, revents: 0)
    while true {
      var milliseconds: Int32 = -1
      if let deadline {
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { throw .late }
        milliseconds = Int32(min((left / .milliseconds(1)).rounded(.up), 3_600_000))
      }
      let result = poll(&entry, 1, milliseconds)
      // A connection that was hung up is ready too; reading or writing will say so.
      if result > 0 { return }
      if result < 0, errno != EINTR { throw .system(errno) }
    }
  }
}
