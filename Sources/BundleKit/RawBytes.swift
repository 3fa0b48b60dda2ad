import Foundation

/// Access to the memory of byte arrays with typed errors, which the standard library's own functions lose.
extension Array<UInt8> {
  /// Calls `body` with the bytes, which are valid during the call only.
  func withRawBytes<Value, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try withUnsafeBufferPointer { buffer throws(Failure) in try body(UnsafeRawBufferPointer(buffer)) }
  }

  /// An array whose memory `body` fills.
  ///
  /// - Parameters:
  ///   - capacity: how much memory there is; what is not written to is not touched.
  ///   - body: returns how many bytes it wrote, from the front.
  init<Failure: Error>(
    filling capacity: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) {
    var failure: Failure?
    self.init(unsafeUninitializedCapacity: capacity) { buffer, count in
      do throws(Failure) {
        count = try body(UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }
}

extension UnsafeRawBufferPointer {
  /// The bytes from `start` on.
  func from(_ start: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self[start...]) }

  /// Whether both hold the same bytes: many times as fast as `elementsEqual`.
  func isSame(as other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    guard let one = baseAddress, let two = other.baseAddress else { return true }
    return memcmp(one, two, count) == 0
  }
}

extension UnsafeMutableRawBufferPointer {
  /// The bytes from `start` on.
  func from(_ start: Int) -> UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(rebasing: self[start...]) }
}
