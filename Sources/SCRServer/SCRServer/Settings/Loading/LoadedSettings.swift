package import SCRProtocol

/// A configuration that is in order, and what there is to say about it.
package struct LoadedSettings: Sendable, Hashable {
  package var settings: Settings
  /// Where values come from, by path; what is missing here has its default.
  package var origins: [String: SourceOrigin]
  /// Every tool server that is known, startable or not, by name.
  package var servers: [ServerSettings]
  /// Files of the working directory that name tool servers or tools, whether consented to or not.
  package var consents: [ConsentRequest]
  /// What a person may want to know and what does not keep the program from running.
  package var notices: [SourceProblem]
  /// The folder of the file that was chosen knowingly: that of `--config`, else the user's own. Agents and skills beside it
  /// are used; those beside a file that merely lies in the working directory only where they are named and consented to.
  package var configFolder: String?
}

/// A file of the working directory that wants to decide what runs; `scr mcp trust` shows it and records the digest.
package struct ConsentRequest: Sendable, Hashable {
  /// Absolute; the key of the record.
  package var path: String
  /// Of everything in the file that needs consent.
  package var digest: String
  package var isGranted: Bool
  /// The servers that the file defines or changes, as they would start.
  package var servers: [ServerSettings]
  /// Everything in it that waits for consent, as it is written: `tools.allow`, `mcp.servers.git.command`.
  package var settings: [Wish]

  package struct Wish: Sendable, Hashable {
    package let path: String
    package let value: JSONValue
    /// Of a folder: what is in it, which the consent covers.
    package let files: [String]

    package init(path: String, value: JSONValue, files: [String] = []) {
      self.path = path
      self.value = value
      self.files = files
    }
  }
}
