import Foundation
import Logging
import StageKit

/// The other end of ``StageIsolation``: a process that makes one stage and processes documents until the run hangs up.
public enum StageWorker {
  /// Serves the run that started this process; never returns.
  ///
  /// The process ends as soon as the run has gone, even if the stage is in the middle of something: a thread of its
  /// own listens. What the stage prints goes to standard error.
  ///
  /// - Parameters:
  ///   - plugins: where the stage is looked up.
  ///   - encoder: the sentence encoder for stages that ask for it.
  public static func serve(_ plugins: [Plugin], encoder: EncoderLoader) async -> Never {
    // Standard input is the connection; nobody else must read from it.
    let own = fcntl(0, F_DUPFD_CLOEXEC, 3)
    let nowhere = Foundation.open("/dev/null", O_RDONLY | O_CLOEXEC)
    if nowhere >= 0 { dup2(nowhere, 0) }
    let socket = WorkerSocket(descriptor: own)
    let messages = listen(to: socket)
    var stage: (any DocumentStage)?
    for await (kind, content) in messages {
      do {
        switch kind {
        case .open: stage = try await open(content, plugins, encoder, socket)
        case .document:
          guard let stage else { leave("a document came before the stage was named") }
          try await process(content, with: stage, socket)
        default: leave("a message came that only a worker sends")
        }
      } catch {
        // The run has gone, or can't be understood: there is nobody left to tell.
        exit(0)
      }
    }
    exit(0)
  }

  private static func listen(to socket: WorkerSocket) -> AsyncStream<(WorkerMessage, Data)> {
    AsyncStream { continuation in
      Thread.detachNewThread {
        while true {
          do {
            continuation.yield(try socket.receive())
          } catch WorkerFault.system(ENOTSOCK), WorkerFault.system(EBADF) {
            leave("this is no command for people: a run starts it for stages with a 'timeout'")
          } catch {
            // Whatever the stage is doing, nobody waits for it any more. Nothing is saved by a tidy end.
            _exit(0)
          }
        }
      }
    }
  }

  private static func leave(_ message: String) -> Never {
    try? FileHandle.standardError.write(contentsOf: Data("stage-worker: \(message)\n".utf8))
    _exit(2)
  }

  private static func open(
    _ content: Data, _ plugins: [Plugin], _ encoder: EncoderLoader, _ socket: WorkerSocket
  ) async throws -> (any DocumentStage)? {
    do {
      let opening = try JSONDecoder().decode(WorkerOpening.self, from: content)
      let stage = try await make(opening, plugins, encoder, socket)
      try socket.send(.ready, WorkerMessage.CPUTime.now.content)
      return stage
    } catch let fault as WorkerFault {
      throw fault
    } catch {
      try socket.send(.failed, try JSONLine.encode(WorkerMessage.Failure(error)))
      return nil
    }
  }

  private static func make(
    _ opening: WorkerOpening, _ plugins: [Plugin], _ encoder: EncoderLoader, _ socket: WorkerSocket
  ) async throws -> any DocumentStage {
    guard opening.messages == WorkerOpening.currentVersion,
      let plugin = plugins.first(where: { $0.name == opening.plugin && $0.version == opening.version }),
      let entry = plugin.stages.first(where: { $0.name == opening.use })
    else {
      throw StageError(
        "other-version", "the worker is of another version than the run; was toolkit installed anew meanwhile?")
    }
    var reader = ConfigReader(baseDirectory: URL(fileURLWithPath: opening.base, isDirectory: true))
    reader.yaml = YAMLReader.read
    let configured = entry.configure(opening.options?.node, opening.place.location, &reader)
    if let mistake = reader.diagnostics.first(where: { $0.severity == .error }) { throw mistake }
    let run = opening.run
    let services = WorkerServices(socket, scratch: URL(fileURLWithPath: opening.scratch, isDirectory: true))
    var logger = Logger(label: "toolkit") { _ in WorkerLog(socket: socket) }
    logger.logLevel = .init(rawValue: opening.logLevel) ?? .warning
    let context = StageContext(
      id: opening.id,
      run: RunInfo(id: run.id, name: run.name, date: run.date, version: run.version, pipeline: run.pipeline),
      workers: opening.workers, logger: logger, vectors: SentenceVectors(encoder, threads: opening.workers),
      services: services)
    guard case .document(let stage) = try await configured.make(context) else {
      throw StageError("wrong-shape", "'\(opening.use)' does not take one document at a time")
    }
    return stage
  }

  private static func process(_ content: Data, with stage: any DocumentStage, _ socket: WorkerSocket) async throws {
    var document = try JSONDecoder().decode(Document.self, from: content)
    try socket.send(.begun)
    let result: Result<Verdict, any Error>
    do {
      result = .success(try await stage.process(&document))
    } catch {
      result = .failure(error)
    }
    try socket.send(.ended, WorkerMessage.CPUTime.now.content)
    switch result {
    case .success(.pass): try socket.send(.pass, try document.jsonLine())
    case .success(.drop(let reason)): try socket.send(.drop, Data(reason.utf8))
    case .success(.replace(let others)): try socket.send(.replace, try JSONLine.encode(others))
    case .failure(let error): try socket.send(.error, try JSONLine.encode(WorkerMessage.Failure(error)))
    }
  }
}

/// What a stage in a worker may ask of the engine: it is sent to the run.
private struct WorkerServices: RunServices {
  let socket: WorkerSocket
  let scratch: URL

  init(_ socket: WorkerSocket, scratch: URL) {
    self.socket = socket
    self.scratch = scratch
  }

  func warn(_ message: String, from stage: String) { send(.warning, Data(message.utf8)) }

  func note(_ key: String, _ value: JSONValue, from stage: String) {
    send(.note, try? JSONLine.encode(WorkerMessage.Note(key: key, value: value)))
  }

  func progress(_ done: Int, of total: Int, _ unit: String, from stage: String) {
    send(.progress, try? JSONLine.encode(WorkerMessage.Progress(done: done, total: total, unit: unit)))
  }

  func read(_ bytes: Int, of total: Int?, from stage: String) {}

  func scratchDirectory(for stage: String) throws -> URL {
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    return scratch
  }

  /// Stages that take one document at a time know nothing of the others.
  func report() -> RunReport {
    RunReport(info: RunInfo(id: "", name: "", date: "", version: "", pipeline: ""), stages: [])
  }

  func quarantineFile(upTo stage: String) throws -> URL? { nil }

  func droppedFile(upTo stage: String) throws -> URL? { nil }

  func lock(_ output: URL, from stage: String) throws {
    throw StageError("no-lock", "a stage with a 'timeout' can't lock an output; take its 'timeout' away")
  }

  func wrote(_ url: URL, from stage: String) { send(.wrote, Data(url.path.utf8)) }

  func publishReport(in directory: URL) { send(.report, Data(directory.path.utf8)) }

  private func send(_ kind: WorkerMessage, _ content: Data?) {
    // If the run has gone, so has this process in a moment.
    if let content { try? socket.send(kind, content) }
  }
}

/// Sends what a stage logs to the run.
private struct WorkerLog: LogHandler {
  let socket: WorkerSocket
  var logLevel = Logger.Level.warning
  var metadata: Logger.Metadata = [:]

  init(socket: WorkerSocket) { self.socket = socket }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let line = WorkerMessage.LogLine(level: event.level.rawValue, message: "\(event.message)")
    if let content = try? JSONLine.encode(line) { try? socket.send(.log, content) }
  }
}
