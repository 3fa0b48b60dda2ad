import Foundation
import StageKit

/// A multinomial naive Bayes classifier over byte n-grams (Lui and Baldwin 2011, "Cross-domain Feature Selection for
/// Language Identification"), with the model of py3langid 0.4.0 (BSD-3): 142 classes, 100,053 n-grams.
///
/// At each byte the longest known n-gram that ends there counts. It is read where it lies in the mapped file, so
/// loading takes a few milliseconds and copies share memory. Safe to use from several tasks at once; the same bytes
/// give the same scores on every machine.
///
/// The model was trained on text in form C. A text in capitals should be put in lower case first.
package final class LanguageModel: Sendable {
  /// Name of the model, as in its file's name.
  package static let name = "language-ngrams"
  /// The model's file in a directory of models.
  package static let fileName = name + ".bin"

  /// `language-ngrams/` and the file's checksum.
  package let identity: String
  /// The BCP 47 codes of the classes, by class: "sr", "sr-Latn", "zxx" for what is no language.
  package let codes: [String]

  /// What it says of words.
  let file: LanguageModelFile
  /// The columns of the classes.
  let columns: [Int]
  /// The blocks that hold the classes of a script, by its number.
  private let blocksOfScript: [UInt16]
  /// The block that has the mixture of all classes.
  private let blocksOfAll: UInt16

  /// Maps and checks the file.
  ///
  /// - Throws: ``StageError`` when it can't be read or is damaged.
  package init(path: String) throws(StageError) {
    file = try LanguageModelFile(path: path)
    codes = file.classes.map(\.code)
    columns = file.classes.map(\.column)
    var blocks = [UInt16](repeating: 0, count: Script.allCases.count)
    for script in Script.allCases {
      for entry in file.classes where entry.script == script.code {
        blocks[script.index] |= 1 << UInt16(entry.column / LanguageModelFile.lanes)
      }
    }
    blocksOfScript = blocks
    blocksOfAll = 1 << UInt16(file.mixtureColumn / LanguageModelFile.lanes)
    let digits = String(file.checksum, radix: 16)
    identity = "\(Self.name)/" + String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The model in the first of the directories that has it, be it damaged or not.
  ///
  /// - Throws: ``StageError`` that says where it was looked for, or what is wrong with it, and what to do.
  package static func load(searching directories: [URL] = ModelDirectories.all()) throws(StageError) -> LanguageModel {
    let paths = directories.map { $0.appendingPathComponent(fileName).path }
    guard let path = paths.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      let places = paths.isEmpty ? "anywhere" : "at " + paths.joined(separator: " or ")
      throw StageError("model-missing", "the model \(name) is not \(places); run `make setup` (5 MB, once)")
    }
    return try LanguageModel(path: path)
  }

  /// The model of this machine, loaded on first use, or why there is none.
  package static let installed = Result { () throws(StageError) in try load() }

  /// How well each class explains a text.
  ///
  /// - Parameters:
  ///   - text: bytes of any kind and number, UTF-8 in form C for answers that make sense.
  ///   - script: the script that the text is in, to look only at classes of that script, which is quicker, and a few
  ///     that are stored with them; nil for all classes. All classes also if the model has none of that script.
  package func scores(of text: [UInt8], in script: Script? = nil) -> LanguageScores {
    text.withUnsafeBufferPointer { scores(of: $0, in: script) }
  }

  /// The same for bytes in memory.
  package func scores(of text: UnsafeBufferPointer<UInt8>, in script: Script? = nil) -> LanguageScores {
    let blocks = blocks(of: script.map { [$0] } ?? [])
    let sums = sums(of: text, among: blocks)
    let logs = columns.map { column in
      blocks >> UInt16(column / LanguageModelFile.lanes) & 1 == 0 ? -Float.infinity : sums.logs[column]
    }
    return LanguageScores(logs: logs, codes: codes, ngrams: sums.distinct, bytes: text.count)
  }

  /// The sums of a text, column by column.
  struct Sums {
    /// Log-probability of each column together with the text; nothing for columns of other blocks.
    let logs: [Float]
    /// How many n-grams that were, each that occurs n times counted log(1 + n) times.
    let ngrams: Float
    /// How many different n-grams there are.
    let distinct: Int
  }

  /// The blocks with the classes of some scripts and the mixture; all blocks if there are none for them.
  func blocks(of scripts: [Script]) -> UInt16 {
    let known = scripts.reduce(0) { $0 | blocksOfScript[$1.index] }
    return known == 0 ? UInt16.max : known | blocksOfAll
  }

  /// Adds up the weights of a text's n-grams.
  func sums(of text: UnsafeBufferPointer<UInt8>, among blocks: UInt16) -> Sums {
    let capacity = NgramCounts.capacity(bytes: text.count, features: file.features)
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: capacity.slots) { slots in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: capacity.ngrams) { order in
        var counts = NgramCounts(slots: slots, order: order)
        counts.count(text, file)
        let sums = ClassSums.logs(of: counts, file, among: blocks)
        return Sums(logs: sums.logs, ngrams: sums.ngrams, distinct: counts.distinct)
      }
    }
  }
}

/// What a ``LanguageModel`` makes of a text.
package struct LanguageScores: Sendable {
  /// Log-probability of each class together with the text, up to a constant; in the order of the model's codes. Minus
  /// infinity for classes that were not looked at.
  package let logs: [Float]
  /// The classes.
  package let codes: [String]
  /// How many different n-grams of the model the text has; with none, the logs are the priors alone.
  package let ngrams: Int
  /// How many bytes the text has.
  package let bytes: Int

  /// A class and how probable it is.
  package struct Candidate: Sendable, Equatable {
    /// Its place in the list of classes.
    package let index: Int
    /// BCP 47 code.
    package let code: String
    /// 0...1.
    package let probability: Float
  }

  /// The `count` likeliest classes, the likeliest first; of equal ones, the first in the list.
  ///
  /// Naive Bayes counts n-grams as if each were evidence of its own, and so is far too sure. Dividing all logs by the
  /// square root of the number of bytes, as py3langid does, brings the probabilities of short and long texts near to
  /// what they should be; calibrating is up to the caller.
  ///
  /// - Parameters:
  ///   - temperature: what logs are divided by; nil for the square root of the number of bytes.
  ///   - isAllowed: for each class whether it may be an answer; nil for all. Probabilities are those among them.
  package func top(_ count: Int, temperature: Float? = nil, where isAllowed: [Bool]? = nil) -> [Candidate] {
    let scale = 1 / (temperature ?? Float(max(1, bytes)).squareRoot())
    var best: [Int] = []
    best.reserveCapacity(count + 1)
    return logs.withUnsafeBufferPointer { logs in
      var lowest = -Float.infinity
      for index in logs.indices where logs[index] > lowest && isAllowed?[index] != false {
        best.insert(index, at: best.firstIndex { logs[index] > logs[$0] } ?? best.count)
        if best.count > count { best.removeLast() }
        if best.count == count, let last = best.last { lowest = logs[last] }
      }
      guard let first = best.first else { return [] }
      let highest = logs[first]
      var total: Float = 0
      for index in logs.indices where isAllowed?[index] != false {
        total += Exponential.of((logs[index] - highest) * scale)
      }
      return best.map { index in
        Candidate(
          index: index, code: codes[index], probability: Exponential.of((logs[index] - highest) * scale) / total)
      }
    }
  }
}
