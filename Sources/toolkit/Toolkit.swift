import ArgumentParser
import Foundation

/// The command line: one file a command.
struct Toolkit: AsyncParsableCommand {
  /// Semantic version; in `run.json` and in bundles.
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "toolkit",
    abstract: "Turns reports in many languages into one brief that can be trusted and handed on.",
    discussion: """
      Exit codes: 0 fine; 1 the command failed or found faults; 2 wrong usage; 3 finished, but documents are in \
      quarantine; 4 bundle damaged or untrusted; 11 an output is locked by another run; 78 bad configuration; 130 \
      interrupted. Any other code means failure.
      """,
    version: version,
    subcommands: [
      RunCommand.self, WatchCommand.self, ValidateCommand.self, PlanCommand.self, TestCommand.self, NewCommand.self,
      StagesCommand.self,
      SchemaCommand.self, GraphCommand.self, WhyCommand.self, DetectCommand.self, CompareCommand.self,
      BundleCommand.self, CacheCommand.self, StageWorkerCommand.self,
    ])
}

/// What the program ends with.
enum ExitCodes {
  static let failure = ExitCode(1)
  static let usage = ExitCode(2)
  static let quarantine = ExitCode(3)
  static let untrusted = ExitCode(4)
  static let locked = ExitCode(11)
  static let configuration = ExitCode(78)
  static let interrupted = ExitCode(130)
}

@main
enum Main {
  /// The command line, without the program; with `run --resume`, the one that it stands for.
  @TaskLocal static var arguments: [String] = []

  static func main() async {
    // A reader that goes away (`toolkit … | head`) is an error of one write, not a reason to die without a word.
    signal(SIGPIPE, SIG_IGN)
    // So is a file that would be larger than `ulimit -f` allows.
    signal(SIGXFSZ, SIG_IGN)
    do {
      let arguments = try ResumeArguments.expand(Array(CommandLine.arguments.dropFirst()))
      try await $arguments.withValue(arguments) {
        var command = try Toolkit.parseAsRoot(arguments)
        if var asynchronous = command as? any AsyncParsableCommand {
          try await asynchronous.run()
        } else {
          try command.run()
        }
      }
    } catch {
      end(with: error)
    }
  }

  /// As ArgumentParser would, but with the exit code for wrong usage that our documentation promises.
  private static func end(with error: any Error) -> Never {
    let code = Toolkit.exitCode(for: error)
    let message = Toolkit.fullMessage(for: error)
    if !message.isEmpty {
      if code.isSuccess { Console.print(message) } else { Console.report(message) }
    }
    exit(code == .validationFailure ? ExitCodes.usage.rawValue : code.rawValue)
  }
}
