import StageKit

/// `read-files`: plain text, Markdown and JSON Lines.
///
/// Every file that the paths name becomes a document (JSON Lines: every line), in the order of the paths and of the
/// names in them, or goes to quarantine with the reason. What is merely odd gets a warning: a path named twice, a
/// pattern that matches nothing, files of other formats in a given folder.
public struct ReadFiles: Source {
  /// What to read.
  public struct Options: StageOptions {
    /// Files, folders and patterns, in the order in which they are read.
    public var paths: [InputPath] = []
    /// What of it is left out.
    public var except: [InputPath] = []
    /// The most that one document may have, in bytes.
    public var maxBytes = 64 << 20

    /// No paths.
    public init() {}

    /// The table of options.
    public static let settings: [Setting<Options>] = [
      Setting(
        "paths", \.paths,
        "Files, folders (all \(FileFormat.extensions.map { ".\($0)" }.joined(separator: " ")) below) and patterns "
          + "(* ? [a-z] **), relative to the pipeline file; paths on the command line take their place.",
        required: true),
      Setting(
        "except", \.except,
        "Files, folders and patterns to leave out of 'paths'; what is not there is no mistake."),
      Setting(
        "max-bytes", \.maxBytes,
        "The most that one document may have, in bytes; a larger file or line goes to quarantine.", in: 1...1 << 32),
    ]
  }

  /// In YAML.
  public static let name = "read-files"
  /// For lists of stages.
  public static let summary = "Reads plain text, Markdown and JSON Lines; broken files go to quarantine."

  private let options: Options
  private let context: StageContext

  /// Reads nothing yet.
  public init(_ options: Options, in context: StageContext) async throws {
    self.options = options
    self.context = context
  }

  /// Reports paths that do not exist as errors, and paths that stand for no file as warnings.
  public static func check(_ options: Options, in plan: PlanContext) -> [Diagnostic] {
    guard !options.paths.isEmpty else {
      return [
        .error(
          "no-input", "'paths' is empty: name files, folders or patterns here or on the command line", at: plan.location
        )
      ]
    }
    let listing = FileListing(options.paths, except: options.except)
    return listing.missing.map(Self.missing) + listing.empty.map(Self.empty)
  }

  /// Reads all files, one batch ahead of the next stage.
  public func read(into outlet: any Outlet) async throws {
    let (paths, except, context) = (options.paths, options.except, self.context)
    let listing = try await offload { FileListing(paths, except: except) }
    warn(about: listing)
    let total = try await offload { listing.files.reduce(0) { $0 + FileAccess.size(of: $1.path) } }
    let reader = DocumentReader(listing.files, maxBytes: options.maxBytes) { context.warn($0) }
    var batch = try await offload { reader.nextBatch() }
    context.read(0, of: total)
    while !batch.isEmpty {
      context.read(reader.bytesRead, of: total)
      async let ahead = offload { reader.nextBatch() }
      for reading in batch {
        switch reading {
        case .document(let document): try await outlet.pass(document)
        case .fault(let document, let error): try await outlet.quarantine(document, because: error)
        }
      }
      batch = try await ahead
    }
    context.read(reader.bytesRead, of: total)
  }

  /// Names, sizes and times of all files that the paths stand for by now.
  public func snapshot() async throws -> ContentKey? {
    let (paths, except) = (options.paths, options.except)
    return try await offload { FileListing(paths, except: except).snapshot() }
  }

  private func warn(about listing: FileListing) {
    for path in listing.repeated { context.warn("'\(path.text)' is named more than once; it was read once") }
    for folder in listing.matchedFolders {
      context.warn("'\(folder.text)' matches a pattern but is a folder; '\(folder.text)/**' would read what is in it")
    }
    for folder in listing.foldersBehindLinks {
      context.warn("'\(folder.text)' is a link to a folder and was not followed; name the folder itself to read it")
    }
    let others = listing.otherExtensions.sorted { $0.key < $1.key }
    guard !others.isEmpty else { return }
    let count = others.reduce(0) { $0 + $1.value }
    let kinds = others.map { "\($0.value) \($0.key.isEmpty ? "without an ending" : ".\($0.key)")" }
    context.warn(
      "\(count) file\(count == 1 ? "" : "s") in the given folders \(count == 1 ? "was" : "were") not read "
        + "(\(kinds.joined(separator: ", "))); only \(FileFormat.extensions.map { ".\($0)" }.joined(separator: " ")) are; "
        + "a pattern or a path of its own reads any text file")
  }

  private static func missing(_ path: InputPath) -> Diagnostic {
    let start = path.location.isCommandLine ? "the working directory" : "the pipeline file's folder"
    var message = "'\(path.text)' does not exist"
    if !path.text.hasPrefix("/") { message += " (paths start from \(start))" }
    let file = FilePath(path.text).cleaned
    let base = FilePath(path.base.absoluteURL.path)
    let folder = file.folder ?? FilePath(".")
    if let entries = try? FileAccess.entries(of: folder.resolved(from: base), shown: folder) {
      let names = entries.map { String(decoding: $0.name, as: UTF8.self) }
      if let near = Suggestion.closest(to: file.name, in: names) {
        message += "; did you mean '\(folder.appending(Array(near.utf8)).text)'?"
      }
    } else {
      message += "; neither does the folder '\(folder.text)'"
    }
    return .error("missing-file", message, at: path.location)
  }

  private static func empty(_ path: InputPath) -> Diagnostic {
    let base = FilePath(path.base.absoluteURL.path)
    let isFolder = FileAccess.kind(of: FilePath(path.text).resolved(from: base), followingLinks: true) == .folder
    return .warning(
      "no-files",
      isFolder
        ? "the folder '\(path.text)' holds no file that is read (\(FileFormat.extensions.map { ".\($0)" }.joined(separator: " ")))"
        : "no file matches '\(path.text)'", at: path.location)
  }
}
