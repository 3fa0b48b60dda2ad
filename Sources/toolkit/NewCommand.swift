import ArgumentParser
import Foundation

/// `toolkit new …`: files to start from.
struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Write a file to start from.", subcommands: [NewPipelineCommand.self])
}

/// `toolkit new pipeline`: a pipeline that runs as it stands.
struct NewPipelineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pipeline",
    abstract: "Write a commented pipeline file that runs as it stands.",
    discussion: """
      daily finds copies and translations, groups stories, summarises them and writes a brief and a bundle; nightly does \
      the same unattended: paths from the environment, time limits, one bundle a day; minimal finds languages and writes \
      one file. A file that exists is never replaced.
      """)

  @Argument(help: "The pipeline's name, or the path of its file; '.yaml' is added if need be.")
  var name: String

  @Option(help: "daily, nightly or minimal.")
  var from = PipelineTemplate.daily

  func run() throws {
    let isFile = ["yaml", "yml"].contains((name as NSString).pathExtension.lowercased())
    let path = isFile ? name : name + ".yaml"
    let file = URL(fileURLWithPath: path)
    let stem = file.deletingPathExtension().lastPathComponent
    guard stem.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,63}/) != nil else {
      throw ValidationError(
        "'\(stem)' becomes part of file names: up to 64 letters, digits, '.', '_' and '-', a letter or digit first.")
    }
    do {
      let text = from.text(name: stem, file: file.lastPathComponent)
      try Data(text.utf8).write(to: file, options: .withoutOverwriting)
    } catch CocoaError.fileWriteFileExists {
      Console.report("error: \(path) exists already; choose another name, or move it away")
      throw ExitCodes.failure
    } catch CocoaError.fileNoSuchFile {
      Console.report("error: \(path) can't be written: there is no folder \(file.deletingLastPathComponent().path)")
      throw ExitCodes.failure
    } catch {
      Console.report("error: \(path) can't be written: \(error.localizedDescription)")
      throw ExitCodes.failure
    }
    let steps = [
      ("validate \(path)", "check it after each change"), ("test \(path)", "run the test that stands in it"),
      ("run \(path) reports/*.txt", "run it on your files"), ("stages", "see what else there is to use"),
    ]
    let width = steps.map(\.0.count).max() ?? 0
    Console.report("\(path) is written. What to do next:")
    for (command, purpose) in steps {
      Console.report("  toolkit \(command.padding(toLength: width, withPad: " ", startingAt: 0))  \(purpose)")
    }
  }
}
