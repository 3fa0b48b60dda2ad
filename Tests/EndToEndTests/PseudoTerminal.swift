#if os(Linux)
  import Foundation
  import Synchronization

  /// A terminal that nobody sees: what a program writes to its one end can be read at the other.
  struct PseudoTerminal {
    /// The end for the program.
    let slave: FileHandle
    private let master: FileHandle

    /// A terminal of a size; nil if the system has none to give.
    init?(columns: UInt16, rows: UInt16) {
      // What `posix_openpt`, `unlockpt` and `ptsname` do, which Glibc shows to Swift only in some versions.
      let (unlock, number): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
      let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
      var (isLocked, terminal): (Int32, Int32) = (0, 0)
      guard master >= 0, ioctl(master, unlock, &isLocked) == 0, ioctl(master, number, &terminal) == 0
      else { return nil }
      let slave = open("/dev/pts/\(terminal)", O_RDWR | O_NOCTTY | O_CLOEXEC)
      guard slave >= 0 else { return nil }
      var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
      // Line feeds stay line feeds.
      var mode = termios()
      guard ioctl(slave, UInt(TIOCSWINSZ), &size) == 0, tcgetattr(slave, &mode) == 0 else { return nil }
      mode.c_oflag = 0
      guard tcsetattr(slave, TCSANOW, &mode) == 0 else { return nil }
      self.master = FileHandle(fileDescriptor: master, closeOnDealloc: true)
      self.slave = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    }

    /// Starts to read what is shown, so that the program never waits for us.
    func read() -> Reader { Reader(master, slave) }

    /// Collects what is shown.
    final class Reader: Sendable {
      private let bytes = Mutex(Data())
      private let ended = DispatchSemaphore(value: 0)
      private let slave: FileHandle

      init(_ master: FileHandle, _ slave: FileHandle) {
        self.slave = slave
        let descriptor = master.fileDescriptor
        Thread.detachNewThread { [self] in
          var block = [UInt8](repeating: 0, count: 1 << 16)
          while true {
            let count = Foundation.read(descriptor, &block, block.count)
            // When the last user of the other end has gone, reading is an error.
            if count <= 0 { break }
            bytes.withLock { $0.append(contentsOf: block[..<count]) }
          }
          withExtendedLifetime(master) {}
          ended.signal()
        }
      }

      /// Waits for the end of what is shown; the program must have ended.
      func end() -> String {
        try? slave.close()
        ended.wait()
        return bytes.withLock { String(decoding: $0, as: UTF8.self) }
      }
    }
  }
#endif
