import Dispatch
import Foundation
import StageKit
import Synchronization

/// A process that runs one stage for a run. It ends when the connection does, however the run ended.
///
/// Foundation's `Process` is not used: it passes descriptors and ignored signals on, and does not make a group of its
/// own that can be killed as a whole.
final class WorkerProcess: Sendable {
  /// Where calls that block on this worker are made.
  let queue = DispatchQueue(label: "toolkit.worker", qos: .userInitiated)
  let socket: WorkerSocket
  let pid: pid_t
  /// How the process ended, once that is known; its number may belong to another one from then on.
  private let end = Mutex<Int32?>(nil)
  /// Whose expense it works at.
  private let accounts: [CPUAccount]
  /// CPU time that is on the accounts, in nanoseconds.
  private let charged = Mutex<UInt64>(0)

  /// Starts the program.
  ///
  /// - Throws: ``StageError`` if the system has no room for it.
  init(_ isolation: StageIsolation, stage: String, accounts: [CPUAccount] = []) throws(StageError) {
    self.accounts = accounts
    let theirs: WorkerSocket
    do {
      (socket, theirs) = try WorkerSocket.pair()
    } catch {
      throw Self.failure(stage, errno)
    }
    let arguments = [isolation.name] + isolation.arguments + [stage]
    var environment = ProcessInfo.processInfo.environment
    // A crash is reported in one line; gathering a backtrace would take seconds, and may show content.
    environment["SWIFT_BACKTRACE"] = environment["SWIFT_BACKTRACE"] ?? "enable=no"
    let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let (pid, number) = Self.spawn(isolation.program, arguments, variables, standardInput: theirs.descriptor)
    guard number == 0 else { throw Self.failure(stage, number) }
    self.pid = pid
  }

  deinit {
    stop()
    _ = wait(upTo: .zero)
  }

  /// Ends the process and all that it started, at once. Safe at any time, from any thread.
  func stop() {
    end.withLock { end in
      // The group exists as long as its first process was not waited for.
      if end == nil { kill(-pid, SIGKILL) }
    }
  }

  /// Charges what the process has taken of the processors since its start, in nanoseconds, as far as it is new.
  func charge(_ total: UInt64) {
    let more = charged.withLock { charged in
      defer { charged = max(charged, total) }
      return total > charged ? total - charged : 0
    }
    for account in accounts { account.add(nanoseconds: more) }
  }

  /// Waits until the process has ended, and ends it if it doesn't in time. Blocks.
  ///
  /// - Returns: its status, as `waitpid` gives it.
  func wait(upTo limit: Duration) -> Int32 {
    let deadline = ContinuousClock.now + limit
    while true {
      let status = end.withLock { end -> Int32? in
        if let end { return end }
        var info = siginfo_t()
        let result = waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT)
        if result == 0, info.si_signo == 0 { return nil }
        // It is dead; what it started must not outlive it.
        kill(-pid, SIGKILL)
        var status: Int32 = 0
        var usage = rusage()
        while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
        end = status
        // A document that took its process along has taken the most.
        charge(Self.nanoseconds(usage.ru_utime) &+ Self.nanoseconds(usage.ru_stime))
        return status
      }
      if let status { return status }
      if ContinuousClock.now >= deadline { stop() }
      usleep(500)
    }
  }

  /// How a process ended, in words that continue "its process".
  static func words(forStatus status: Int32) -> String {
    let signal = status & 0x7F
    switch signal {
    case 0: return "ended by itself with exit code \(status >> 8 & 0xFF)"
    case SIGKILL: return "was killed (SIGKILL); memory may have been short"
    case SIGILL, SIGTRAP: return "ended at a check in its code that failed (signal \(signal))"
    case SIGSEGV, SIGBUS: return "ended with a memory error (signal \(signal))"
    case SIGABRT: return "gave up (SIGABRT)"
    default: return "was ended by signal \(signal)"
    }
  }

  private static func nanoseconds(_ time: timeval) -> UInt64 {
    UInt64(max(0, time.tv_sec)) &* 1_000_000_000 &+ UInt64(max(0, time.tv_usec)) &* 1000
  }

  private static func failure(_ stage: String, _ number: Int32) -> StageError {
    StageError(
      "no-worker",
      "can't start a process for the stage '\(stage)': \(String(cString: strerror(number))); close other programs, "
        + "lower --workers, or take 'timeout' away, which is what the process is for")
  }

  /// Starts a program in a process group of its own: ctrl-C reaches the run, and the run decides.
  private static func spawn(
    _ program: String, _ arguments: [String], _ environment: [String], standardInput: Int32
  ) -> (pid_t, Int32) {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
      let others = Int16(POSIX_SPAWN_CLOEXEC_DEFAULT)
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
      let others: Int16 = 0
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, standardInput, 0)
    // Standard output is for data of the run alone.
    posix_spawn_file_actions_adddup2(&actions, 2, 1)
    #if canImport(Darwin)
      posix_spawn_file_actions_addinherit_np(&actions, 2)
    #endif
    var none = sigset_t()
    var ordinary = sigset_t()
    sigemptyset(&none)
    sigemptyset(&ordinary)
    for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP, SIGQUIT] { sigaddset(&ordinary, signal) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &ordinary)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK) | others)
    let argv = arguments.map { strdup($0) }
    let envp = environment.map { strdup($0) }
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    let number = posix_spawn(&pid, program, &actions, &attributes, argv + [nil], envp + [nil])
    return (pid, number)
  }
}
