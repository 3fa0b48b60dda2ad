import Foundation

/// How document stages with a `timeout` get processes of their own: a thread can't be stopped from outside, a process
/// can.
///
/// The program is started with the arguments and the stage's name, which is there for people who look at a list of
/// processes; it must call ``StageWorker/serve(_:encoder:)``.
public struct StageIsolation: Sendable {
  /// The program's path.
  public var program: String
  /// What it is called in lists of processes.
  public var name: String
  /// What comes before the stage's name.
  public var arguments: [String]

  /// Workers of another program.
  public init(program: String, name: String, arguments: [String]) {
    self.program = program
    self.name = name
    self.arguments = arguments
  }

  /// Workers of this very program, even if its file was replaced meanwhile.
  public static func thisProgram(name: String, arguments: [String]) -> StageIsolation {
    #if os(Linux)
      let program = "/proc/self/exe"
    #else
      let program = Bundle.main.executablePath ?? CommandLine.arguments[0]
    #endif
    return StageIsolation(program: program, name: name, arguments: arguments)
  }
}
