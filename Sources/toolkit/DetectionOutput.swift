import Foundation
import InputPlugin
import LanguagesPlugin
import StageKit
import Synchronization

/// Asks for the languages of texts and prints the answers in the order of the texts.
struct DetectionOutput: Sendable {
  /// What is asked of each text.
  let question: TextLanguages.Question
  let format: OutputFormat

  /// A text and where it comes from.
  private struct Item: Sendable {
    var path: String
    var text: String
    /// Of a line of plain text, from 1.
    var line: Int?
    /// Of a document that shares its file with others.
    var id: String?
  }

  /// So many texts are judged before their answers are printed.
  private static let batch = 512

  /// Prints an answer for each document of files; returns how many could not be read.
  func answerFiles(_ paths: [String]) throws -> Int {
    let documents = FileDocuments(paths) { Console.report("warning: \($0)") }
    var faults = 0
    while true {
      let batch = documents.nextBatch()
      if batch.isEmpty { return faults }
      var items: [Item] = []
      for item in batch {
        switch item {
        case .document(let document):
          items.append(
            Item(
              path: document.origin?.path ?? document.id,
              text: document.text.isEmpty ? document.title ?? "" : document.text,
              id: document.origin?.offset == nil ? nil : document.id))
        case .fault(let path, let error):
          faults += 1
          Console.report("error: \(error.message.contains(path) ? "" : "'\(path)': ")\(error.message)")
        }
      }
      try answer(items)
    }
  }

  /// Prints an answer for the whole of standard input; returns how many texts could not be read.
  func answerStandardInput() throws -> Int {
    do {
      let bytes = try FileHandle.standardInput.readToEnd() ?? Data()
      let text = try FileDocuments.text(of: Array(bytes), name: "standard input")
      try answer([Item(path: "-", text: text)])
      return 0
    } catch let error as StageError {
      Console.report("error: \(error.message)")
    } catch {
      Console.report("error: can't read standard input: \(error.localizedDescription)")
    }
    return 1
  }

  /// Prints an answer for each line of a file, or of standard input for `-`; returns 1 if it could not be read.
  func answerLines(of path: String) throws -> Int {
    let reader: LineReader
    do {
      reader = try LineReader(path)
    } catch {
      Console.report("error: can't read '\(path)': \(error.localizedDescription)")
      return 1
    }
    var number = 0
    var items: [Item] = []
    do {
      while let line = try reader.next() {
        number += 1
        items.append(Item(path: path, text: line, line: number))
        if items.count == Self.batch {
          try answer(items)
          items = []
        }
      }
    } catch {
      try answer(items)
      let reason = (error as? StageError)?.message ?? error.localizedDescription
      Console.report("error: can't read '\(path)' beyond line \(number): \(reason)")
      return 1
    }
    try answer(items)
    return 0
  }

  private func answer(_ items: [Item]) throws {
    guard !items.isEmpty else { return }
    let answers = Mutex([String](repeating: "", count: items.count))
    let fault = Mutex<(any Error)?>(nil)
    parallel(items.count, workers: ProcessInfo.processInfo.activeProcessorCount) { index in
      do {
        let line = try text(of: items[index], TextLanguages(of: items[index].text, question))
        answers.withLock { $0[index] = line }
      } catch {
        fault.withLock { $0 = error }
      }
    }
    if let error = fault.withLock({ $0 }) { throw error }
    Console.print(answers.withLock { $0.joined(separator: "\n") })
  }

  private func text(of item: Item, _ answer: TextLanguages) throws -> String {
    let detection = answer.detection
    switch format {
    case .text:
      let place = item.line.map { "\(item.path):\($0)" } ?? item.id.map { "\(item.path)#\($0)" } ?? item.path
      let script = detection.script?.code ?? "Zyyy"
      return [detection.code, "\(detection.confidence)", script, place.onOneLine.replacing("\t", with: " ")]
        .joined(separator: "\t")
    case .json:
      let line = DetectionLine(
        path: item.path, line: item.line, id: item.id, code: detection.code, confidence: detection.confidence,
        script: detection.script?.code,
        candidates: detection.candidates.map { .init(code: $0.code, probability: $0.probability) },
        languages: answer.shares.map { .init(code: $0.code, share: $0.share) },
        segments: answer.segments.map { .init(start: $0.start, end: $0.end, code: $0.code) })
      return String(decoding: try JSONLine.encode(line), as: UTF8.self)
    }
  }
}

/// What `detect --format json` prints for each text.
struct DetectionLine: Codable, Equatable {
  /// A language that the text may be in.
  struct Candidate: Codable, Equatable {
    var code: String
    var probability: Double
  }

  /// How much of the text is in a language.
  struct Share: Codable, Equatable {
    var code: String
    var share: Double
  }

  var path: String
  var line: Int?
  var id: String?
  var code: String
  var confidence: Double
  var script: String?
  var candidates: [Candidate]
  var languages: [Share]
  var segments: [Document.Segment]
}
