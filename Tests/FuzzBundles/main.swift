import BundleKit
import Dispatch
import Foundation

// Any bytes as a bundle, by libFuzzer: `scripts/fuzz.sh bundles`. Whatever they are, nothing may crash, hang or leak:
// opening, verifying, reading, salvage. https://llvm.org/docs/LibFuzzer.html

/// The fuzzer's own loop; it links without a `main`, since ours is this file.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Small enough that no input can take much time or memory.
private let limits = BundleLimits(
  members: 64, totalBytes: 1 << 20, memberBytes: 1 << 19, manifestBytes: 1 << 16, lineBytes: 1 << 16)

/// Bundles are read from files: one in memory, written anew for each input.
private let folder = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
private let file = URL(fileURLWithPath: "\(folder)/fuzz-bundles-\(getpid()).zip")

/// Reads all that can be read, as `toolkit bundle` does.
private func read(_ reader: BundleReader) async {
  let report = await reader.verify(workers: 1)
  precondition(report.checkedBytes <= limits.totalBytes, "more was read than is allowed")
  _ = await reader.verify(.sample(share: 0.5, seed: 1), workers: 1)
  for member in reader.members {
    if let data = try? reader.read(member.name) {
      precondition(data.count == member.bytes, "a member has another size than promised")
    }
  }
  for id in ["a", "b", ""] {
    for entry in (try? reader.entries(for: id)) ?? [] { _ = try? reader.line(at: entry) }
  }
  do {
    for try await document in reader.documents(workers: 1) { precondition(document.id.utf8.count <= limits.lineBytes) }
  } catch {}
  _ = try? await BundleDiff(reader, reader)
}

/// Writes the bytes to the file and tries everything on it.
private func check(_ bytes: UnsafePointer<UInt8>?, _ count: Int) {
  let descriptor = open(file.path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
  precondition(descriptor >= 0 && write(descriptor, bytes, count) == count, "cannot write the file to read")
  close(descriptor)
  let target = URL(fileURLWithPath: "\(folder)/fuzz-bundles-\(getpid())", isDirectory: true)
  do {
    // Who reads single documents sees the members that all others see.
    let hasty = Result { () throws(BundleError) in try BundleReader(at: file, limits: limits, headers: .onReading) }
    if let hasty = try? hasty.get() {
      for member in hasty.members { _ = try? hasty.read(member.name) }
      for entry in (try? hasty.entries(for: "a")) ?? [] { _ = try? hasty.line(at: entry) }
    }
    let reader = try BundleReader(at: file, limits: limits)
    precondition((try? hasty.get())?.members == reader.members, "the two ways to open a file see different members")
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      await read(reader)
      done.signal()
    }
    done.wait()
  } catch {
    precondition(!error.message.isEmpty, "a file was refused without a word")
  }
  // Unpacking makes files, which takes longer than all else: one input in sixteen.
  if count % 16 == 0 {
    _ = try? BundleReader.salvage(file, to: target, limits: limits)
    try? FileManager.default.removeItem(at: target)
  }
}

var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
let status = runFuzzer(&count, &arguments) { bytes, count in
  check(bytes, count)
  return 0
}
try? FileManager.default.removeItem(at: file)
exit(status)
