import StageKit

/// How a file is read; decided by its name's ending.
enum FileFormat: Sendable, Equatable {
  case plainText
  case markdown
  case jsonLines

  /// The endings that are read when a folder is given, in the order in which help names them.
  static let extensions = ["txt", "text", "md", "markdown", "jsonl", "ndjson"]

  /// The format of a file that was named or matched by a pattern: an ending that nobody knows means plain text.
  ///
  /// - Throws: ``StageError`` for endings of formats that are not read yet.
  init(of path: FilePath) throws(StageError) {
    switch path.fileExtension {
    case "md", "markdown": self = .markdown
    case "jsonl", "ndjson": self = .jsonLines
    case let ending?:
      if let advice = Self.advice[ending] {
        throw StageError("unsupported-format", "'\(path.text)' is of a format that is not read; \(advice)")
      }
      self = .plainText
    case nil: self = .plainText
    }
  }

  /// What to do about formats that would only give garbage as plain text.
  private static let advice: [String: String] = {
    var advice = [
      "pdf": "convert it to text first, for example with 'pdftotext'",
      "json": "put one object on each line and name the file .jsonl",
      "csv": "turn its rows into JSON objects, one a line, in a .jsonl file",
      "zip": "unpack it first, or use 'read-bundle' if it is a bundle",
      "gz": "unpack it first with 'gunzip'",
      "eml": "save the message's text as .txt first",
    ]
    advice["tsv"] = advice["csv"]
    advice["msg"] = advice["eml"]
    for ending in ["doc", "docx", "odt", "rtf", "epub", "html", "htm", "xhtml", "xml", "pptx", "xlsx"] {
      advice[ending] = "save it as plain text or Markdown first"
    }
    for ending in ["7z", "bz2", "rar", "tar", "xz", "zst"] { advice[ending] = "unpack it first" }
    for ending in ["png", "jpg", "jpeg", "gif", "tif", "tiff", "webp", "mp3", "mp4", "wav"] {
      advice[ending] = "it holds no text"
    }
    return advice
  }()

  /// What a file's first bytes show it to be, if it is no text.
  static func signature(of bytes: [UInt8]) -> String? {
    let signatures: [([UInt8], String)] = [
      (Array("%PDF-".utf8), "a PDF"), ([0x50, 0x4B, 3, 4], "a ZIP archive or an office document"),
      ([0xD0, 0xCF, 0x11, 0xE0], "an old office document"), ([0x1F, 0x8B], "a gzip file"),
      ([0x89, 0x50, 0x4E, 0x47], "a PNG image"), ([0xFF, 0xD8, 0xFF], "a JPEG image"),
      (Array("SQLite format 3".utf8), "an SQLite database"), ([0x7F, 0x45, 0x4C, 0x46], "a program"),
    ]
    return signatures.first { bytes.starts(with: $0.0) }?.1
  }
}
