import Foundation

/// Another program of this system that does one thing for a bundle: `ssh-keygen`, `age`.
struct Program {
  /// How it ended.
  struct Result {
    let status: Int32
    let output: String
    /// What it said on stderr, if that was not passed on to the terminal.
    let complaint: String
  }

  let name: String
  private let url: URL

  /// Looks for it on the PATH.
  ///
  /// - Parameter use: what it is needed for, as it follows "to".
  /// - Throws: `BundleError` `missing-program`, with how to get it.
  init(_ name: String, to use: String) throws(BundleError) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    let paths = folders.map { "\($0)/\(name)" }
    guard let path = paths.first(where: FileManager.default.isExecutableFile(atPath:)) else {
      let package = name == "ssh-keygen" ? "openssh-client" : name
      throw BundleError(
        .missingProgram, "the program '\(name)', which is needed to \(use), is not on the PATH; install \(package)")
    }
    self.name = name
    url = URL(fileURLWithPath: path)
  }

  /// Runs it and waits for its end. Blocks.
  ///
  /// - Parameters:
  ///   - input: the file that it reads from stdin; nothing if `nil`.
  ///   - isSilent: whether its stderr is caught; else it goes where ours goes, so that it can ask for a touch of a key.
  func run(_ arguments: [String], input: URL? = nil, isSilent: Bool) throws(BundleError) -> Result {
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    let (output, complaint) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = isSilent ? complaint : FileHandle.standardError
    do {
      process.standardInput = try input.map { try FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
      try process.run()
    } catch {
      throw BundleError(.programFailed, "'\(name)' cannot be started: \(error.localizedDescription)")
    }
    // Both say little: a pipe holds it, so neither waits for the other.
    let said = output.fileHandleForReading.readDataToEndOfFile()
    let complained = isSilent ? complaint.fileHandleForReading.readDataToEndOfFile() : Data()
    process.waitUntilExit()
    let status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    return Result(
      status: status, output: String(decoding: said, as: UTF8.self),
      complaint: Self.line(String(decoding: complained, as: UTF8.self)))
  }

  /// What a program complained of, in one printable line.
  private static func line(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).map { printable($0.utf8) }
    return lines.last ?? ""
  }
}

/// A folder for the files that other programs read; removed with the object.
final class ScratchFolder: Sendable {
  let url: URL

  init() throws(BundleError) {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("toolkit-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(
        at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw BundleError(.io, "cannot make a scratch folder; check TMPDIR and the space there", path: url.path)
    }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file and says where it is.
  func file(_ name: String, _ content: some DataProtocol) throws(BundleError) -> URL {
    let file = url.appendingPathComponent(name, isDirectory: false)
    do {
      try Data(content).write(to: file)
    } catch {
      throw BundleError(.io, "cannot write a scratch file; check the space there", path: file.path)
    }
    return file
  }
}
