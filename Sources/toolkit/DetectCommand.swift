import ArgumentParser
import Foundation
import InputPlugin
import LanguagesPlugin
import StageKit

/// `toolkit detect`: the language of files, of standard input, or of each line.
struct DetectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect",
    abstract: "Say what language files, standard input or single lines are in.",
    discussion: """
      Prints one line a document: language (BCP 47, und if unknown), confidence from 0 to 1, script (ISO 15924) and path, \
      divided by tabs. Files are read as read-files does: plain text, Markdown, and JSON Lines with a document a line; \
      folders and patterns too. With --lines every line of plain text is one, an empty one included, so that the output \
      has as many lines as the input. The exit code is 1 if a file could not be read; the others are still answered.
      """)

  @Argument(help: "Files, folders or patterns; - or nothing is standard input.")
  var files: [String] = []

  @Flag(help: "Judge each line by itself; its number follows the path.")
  var lines = false

  @Option(
    help: ArgumentHelp("The languages that can be answers, as BCP 47 codes divided by commas.", valueName: "codes"))
  var languages: String?

  @Option(
    help: ArgumentHelp("Answer und (unknown) where the confidence would be lower than this.", valueName: "0...1"))
  var abstainBelow = 0.0

  @Option(help: "What is judged: the document as a whole, or each paragraph.")
  var by = TextLanguages.Basis.document

  @Option(help: "text, or json: one object a line, with candidates, shares and segments.")
  var format = OutputFormat.text

  func validate() throws {
    if !(0...1).contains(abstainBelow) { throw ValidationError("--abstain-below must be from 0 to 1.") }
    if files.filter({ $0 == "-" }).count > 1 { throw ValidationError("'-' can be named only once.") }
    _ = try question
  }

  private var question: TextLanguages.Question {
    get throws {
      var question = TextLanguages.Question()
      question.abstainBelow = abstainBelow
      question.basis = by
      // Text shows the language that most of the text is in: the parts are looked at in any case.
      question.segments = true
      guard let languages else { return question }
      switch TextLanguages.allowed(languages.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }) {
      case .success(let codes) where codes.isEmpty: throw ValidationError("--languages names no language.")
      case .success(let codes): question.allowed = codes
      case .failure(let fault): throw ValidationError("--languages: \(fault.message).")
      }
      return question
    }
  }

  func run() async throws {
    for fault in [LanguageDetector.modelFault, LanguageDetector.installationFault].compactMap({ $0 }) {
      Console.report("warning: \(fault)")
    }
    let (paths, lines) = (files.isEmpty ? ["-"] : files, lines)
    let output = DetectionOutput(question: try question, format: format)
    let faults = try await offload {
      var faults = 0
      // Neighbouring paths are read together: one that is named twice is read once.
      for group in paths.chunked(where: { $0 == "-" }) {
        if lines {
          for path in group { faults += try output.answerLines(of: path) }
        } else if group == ["-"] {
          faults += try output.answerStandardInput()
        } else {
          faults += try output.answerFiles(group)
        }
      }
      return faults
    }
    guard faults == 0 else {
      Console.report("\(faults) file\(faults == 1 ? "" : "s") or document\(faults == 1 ? "" : "s") could not be read")
      throw ExitCodes.failure
    }
  }
}

extension TextLanguages.Basis: ExpressibleByArgument {}

extension [String] {
  /// Runs of neighbours; an element that is to stand alone is one by itself.
  fileprivate func chunked(where standsAlone: (String) -> Bool) -> [[String]] {
    var chunks: [[String]] = []
    var isOpen = false
    for element in self {
      if isOpen, !standsAlone(element) { chunks[chunks.count - 1].append(element) } else { chunks.append([element]) }
      isOpen = !standsAlone(element)
    }
    return chunks
  }
}
