import SCRProtocol

/// The part of `./scr.yaml` that waits for consent, beside the part that does not need it.
struct HeldBack: Sendable {
  let path: String
  let digest: String
  let isGranted: Bool
  /// What applies without consent.
  let free: [Assignment]
  let guarded: [Assignment]
  /// What is in the folders that it names, by the settings' paths: instructions are worth no less than commands.
  private let folders: [String: TextFolder]

  private static let folderSettings: Set<String> = ["agents.folder", "agents.skills", "agents.prompts"]

  init(
    _ assignments: [Assignment], path: String, trust: Trust, readFolder: (String) -> TextFolder? = { _ in nil }
  ) {
    self.path = path
    guarded = assignments.filter { $0.setting.traits.consent == .required }
    free = assignments.filter { $0.setting.traits.consent != .required }
    let named = guarded.filter { Self.folderSettings.contains($0.path) }
    let root = FilePath.parent(path)
    // What lies elsewhere is not the repository's to change, and nobody has agreed yet that it be read.
    let found = named.map { ($0.path, $0.value.stringValue.flatMap { Self.lies($0, in: root) ? readFolder($0) : nil }) }
    folders = Dictionary(found.compactMap { path, folder in folder.map { (path, $0) } }) { $1 }
    let contents = found.map { path, folder in
      JSONField(key: "\(path)/*", value: .string(folder?.digest ?? "nothing that can be read"))
    }
    digest = Trust.digest(
      .object(JSONObject(guarded.map { JSONField(key: $0.path, value: $0.value) } + contents)))
    isGranted = guarded.isEmpty || trust.allows(path: path, digest: digest)
  }

  private static func lies(_ folder: String, in root: String) -> Bool {
    root == "/" || FilePath.clean(folder).hasPrefix(root + "/")
  }

  /// Names of the servers that it defines or changes, in order.
  var servers: [String] {
    Set(guarded.filter { $0.path.hasPrefix("mcp.servers.") }.map(\.record)).sorted()
  }

  var wishes: [ConsentRequest.Wish] {
    guarded.map { wish in
      ConsentRequest.Wish(path: wish.path, value: wish.value, files: folders[wish.path]?.files.keys.sorted() ?? [])
    }
  }

  func notices(trusted: Settings) -> [SourceProblem] {
    if isGranted { return [] }
    return guarded.filter { !$0.path.hasPrefix("mcp.servers.") || trusted.mcp.servers[$0.record] != nil }.map {
      SourceProblem(
        .needsConsent, at: $0.origin, path: $0.path, "not applied, since this file lies in the working directory",
        hint: "`scr mcp trust` shows it and records your consent")
    }
  }
}
