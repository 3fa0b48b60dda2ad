import BundlesPlugin
import DuplicatesPlugin
import ExportPlugin
import Foundation
import InputPlugin
import LanguagesPlugin
import PipelineKit
import StageKit
import StoriesPlugin

// Any bytes as a pipeline file, by libFuzzer: `scripts/fuzz.sh`. Whatever they are, `validate` must neither crash nor
// hang. https://llvm.org/docs/LibFuzzer.html

/// The fuzzer's own loop; it links without a `main`, since ours is this file.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Reads and checks what stands in the bytes, as `toolkit validate` does.
private func check(_ bytes: UnsafePointer<UInt8>?, _ count: Int) {
  guard let text = String(validating: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self) else { return }
  var request = PipelinePlan.Request(
    plugins: [.input, .languages, .duplicates, .stories, .export, .bundles],
    environment: ["NAME": "value", "EMPTY": ""], encoder: .missing(reason: "there is none"))
  // The bytes may name any path of this machine.
  request.checksEnds = false
  let (plan, findings) = PipelinePlan.make(text: text, file: "fuzzed.yaml", request)
  precondition(plan != nil || !findings.items.isEmpty, "a pipeline was refused without a word")
  for finding in findings.items.isEmpty ? [] : [findings] {
    _ = DiagnosticRenderer(text: text, file: "fuzzed.yaml").render(finding)
  }
}

var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
exit(
  runFuzzer(&count, &arguments) { bytes, count in
    check(bytes, count)
    return 0
  })
