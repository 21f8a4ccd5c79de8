package import SCRProtocol

/// Instructions for a sort of work, of which an agent knows name and description until it wants to read more.
package struct Skill: Sendable, Hashable {
  package var name: String
  /// What it is for and when it helps.
  package var description: String
  package var body: String
  /// Further texts by their path within the skill's folder.
  package var files: [String: String]
  /// The folder.
  package var origin: String

  package init(name: String, description: String, body: String, files: [String: String] = [:], origin: String = "") {
    self.name = name
    self.description = description
    self.body = body
    self.files = files
    self.origin = origin
  }

  /// `{name, description, files, folder}`.
  package var json: JSONValue {
    [
      "name": .string(name), "description": .string(description),
      "files": .array(files.keys.sorted().map { .string($0) }), "folder": .string(origin),
    ]
  }
}
