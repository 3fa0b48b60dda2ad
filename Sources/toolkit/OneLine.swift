extension String {
  /// Without line breaks: one in a title or a file name must not look like a line of ours.
  var onOneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}
