extension String {
  /// Without line breaks, cut to so many bytes.
  package func oneLine(bytes: Int) -> String {
    split(whereSeparator: \.isNewline).joined(separator: " ").prefix(bytes: bytes)
  }
}
