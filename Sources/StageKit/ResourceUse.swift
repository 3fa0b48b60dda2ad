import Foundation

/// What this process has taken of the machine so far.
package enum ResourceUse {
  /// How much memory the process holds, in bytes.
  package struct Memory: Sendable, Equatable {
    /// Resident at this moment: `VmRSS` on Linux.
    package var resident: Int
    /// The most that was ever resident since the process started: `VmHWM` on Linux.
    package var peak: Int
  }

  /// CPU time of the calling thread, in nanoseconds. A system call: measure stretches of work with it, not documents.
  package static func threadNanoseconds() -> UInt64 { nanoseconds(of: CLOCK_THREAD_CPUTIME_ID) }

  /// CPU time of all threads of the process since its start, in user code and in the system's, in nanoseconds.
  package static func processNanoseconds() -> UInt64 { nanoseconds(of: CLOCK_PROCESS_CPUTIME_ID) }

  private static func nanoseconds(of clock: clockid_t) -> UInt64 {
    var time = timespec()
    guard clock_gettime(clock, &time) == 0 else { return 0 }
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  /// The memory of the process; nil where the system has no `/proc/self/status` to say so.
  package static func memory() -> Memory? {
    guard let file = FileHandle(forReadingAtPath: "/proc/self/status"), let data = try? file.readToEnd() else {
      return nil
    }
    return memory(inStatus: String(decoding: data, as: UTF8.self))
  }

  /// Reads `VmRSS:` and `VmHWM:`, which are in kibibytes.
  package static func memory(inStatus status: String) -> Memory? {
    func bytes(_ name: String) -> Int? {
      for line in status.split(separator: "\n") where line.hasPrefix(name) {
        let words = line.dropFirst(name.count).split { $0 == " " || $0 == "\t" }
        guard let number = words.first.flatMap({ Int($0) }), number >= 0, number < Int.max >> 10 else { return nil }
        return number << 10
      }
      return nil
    }
    guard let resident = bytes("VmRSS:"), let peak = bytes("VmHWM:") else { return nil }
    return Memory(resident: resident, peak: max(peak, resident))
  }
}
