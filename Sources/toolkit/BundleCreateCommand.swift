import ArgumentParser
import BundleKit
import Foundation

/// `toolkit bundle create`: a bundle of files.
struct BundleCreateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Pack files into a bundle.",
    discussion: """
      Folders are packed with all that is in them, under the names that files have there; hidden files are left out, and \
      so are the index, the list of members and the signatures of a bundle that was unpacked: they are made anew. Files \
      named documents.jsonl, and those in a folder named documents, are taken as documents, one JSON object with an id a \
      line. The same files give the same bytes.
      """)

  @Argument(help: "The bundle to write; one that exists is replaced once the new one is complete.")
  var bundle: String

  @Argument(help: "Files and folders to pack.")
  var paths: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("A file of documents, one JSON object with an id a line; may be repeated.", valueName: "jsonl"))
  var documents: [String] = []

  @Option(help: "How hard to compress: 1 is fastest, 9 smallest.")
  var level = 6

  @Option(help: "How many threads compress.")
  var workers = ProcessInfo.processInfo.activeProcessorCount

  @Flag(name: .shortAndLong, help: "Do not say what was written.")
  var quiet = false

  func validate() throws {
    guard (1...9).contains(level) else { throw ValidationError("--level must be from 1 to 9.") }
    guard (1...256).contains(workers) else { throw ValidationError("--workers must be from 1 to 256.") }
    if paths.isEmpty, documents.isEmpty { throw ValidationError("Name files or folders to pack, or --documents.") }
  }

  func run() async throws {
    let url = URL(fileURLWithPath: bundle)
    let task = Task { try await pack(to: url) }
    let interrupts = Interrupts { task.cancel() }
    defer { interrupts.stop() }
    do {
      let written = try await task.value
      guard !quiet else { return }
      Console.print("\(bundle): \(count(written.members, "member")), \(written.bytes) bytes")
      Console.print("  id \(written.id)")
    } catch is CancellationError {
      throw ExitCodes.interrupted
    } catch let error as BundleError {
      throw BundleCommand.report(error)
    }
  }

  private func pack(to url: URL) async throws -> WrittenBundle {
    let files = try PackedFiles(paths, leavingOut: url)
    let writer = try BundleWriter(at: url, level: level, workers: workers)
    defer { writer.abort() }
    for file in documents.map({ URL(fileURLWithPath: $0) }) + files.documents {
      _ = try await writer.addDocuments(contentsOf: file)
    }
    for (name, file) in files.others { try await writer.add(name, contentsOf: file) }
    return try await writer.finish(
      name: url.deletingPathExtension().lastPathComponent,
      adding: ["toolkit": ["version": Toolkit.version], "description": "Files packed by toolkit bundle create."])
  }
}

/// The files that paths stand for, sorted by the names that they will have.
struct PackedFiles {
  private(set) var documents: [URL] = []
  private(set) var others: [(name: String, file: URL)] = []

  /// Looks into folders; links in them are refused, since what they point to may lie anywhere.
  init(_ paths: [String], leavingOut bundle: URL) throws(BundleError) {
    var files: [(name: String, file: URL)] = []
    for path in paths {
      let url = URL(fileURLWithPath: path).standardizedFileURL
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
        throw BundleError(.io, "there is no such file or folder", path: path)
      }
      guard isFolder.boolValue else {
        files.append((url.lastPathComponent, url))
        continue
      }
      for name in (try? FileManager.default.subpathsOfDirectory(atPath: url.path)) ?? [] {
        guard !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else { continue }
        let file = url.appendingPathComponent(name)
        let type = (try? FileManager.default.attributesOfItem(atPath: file.path))?[.type] as? FileAttributeType
        if type == .typeSymbolicLink {
          throw BundleError(.invalidInput, "this is a link; pack what it points to by its own name", path: file.path)
        }
        if type == .typeRegular { files.append((name, file)) }
      }
    }
    let target = bundle.standardizedFileURL.path
    for (name, file) in files.sorted(by: { $0.name < $1.name }) where file.path != target {
      if name == "documents.jsonl" || BundleReader.holdsDocuments(name) {
        documents.append(file)
      } else if !Self.isMadeAnew(name) {
        others.append((name, file))
      }
    }
  }

  private static func isMadeAnew(_ name: String) -> Bool {
    name == "index.json" || name == "datapackage.json" || name.hasPrefix("index/") || name.hasPrefix("signatures/")
  }
}
