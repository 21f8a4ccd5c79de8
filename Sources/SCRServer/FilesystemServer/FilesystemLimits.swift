/// How much one call may ask of the server.
package struct FilesystemLimits: Sendable, Hashable {
  /// Bytes of one file that are read, and of all files of one `read_multiple_files`. An answer holds the text twice, as
  /// a block and in its structure, so that twice this and some escapes must fit into ``answerBytes``.
  package var readBytes = 5 << 20
  /// Bytes of an answer in JSON. Peers of ours take frames of 16 MiB.
  package var answerBytes = 15 << 20
  /// Bytes of one file that are written.
  package var writeBytes = 10 << 20
  /// Paths in one `read_multiple_files`.
  package var filesPerCall = 256
  /// Entries of a directory that are shown.
  package var listedEntries = 10_000
  /// Entries that one search looks at.
  package var searchedEntries = 200_000
  /// Directories within each other that a search enters.
  package var searchDepth = 64
  package var searchMatches = 10_000
  package var searchTime = Duration.seconds(10)
  /// Calls that wait for the worker; further ones are refused. As many as a connection lets be in flight.
  package var queuedCalls = 1024

  package init() {}
}
