import SCRProtocol

/// Gathers the layers of configuration and checks them (interface.md §1).
package struct SettingsLoader {
  private let request: SettingsRequest
  private var problems: [SourceProblem] = []
  private var notices: [SourceProblem] = []

  /// Reads what the request names and nothing else.
  /// - Throws: ``SourceError`` with every problem of every layer.
  package static func load(_ request: SettingsRequest) throws(SourceError) -> LoadedSettings {
    var loader = SettingsLoader(request: request)
    return try loader.load()
  }

  private init(request: SettingsRequest) { self.request = request }

  private mutating func load() throws(SourceError) -> LoadedSettings {
    let (request, directory) = (request, request.workingDirectory)
    let local = FilePath.clean("\(directory)/scr.yaml")
    let given = request.configFile.map { request.resolve($0, from: directory) }
    let below = file(request.systemFile) + (request.userFile.map { file($0) } ?? [])
    // The same file by two names is one layer, with the trust of the name that was chosen knowingly.
    let isTrustedAnyway = [request.systemFile, request.userFile, given].contains(local)
    let found = isTrustedAnyway ? [] : file(local, name: "scr.yaml", isFound: true)
    let above =
      (given.map { file($0, name: request.configFile ?? $0, isRequired: true) } ?? [])
      + gather(SettingsLayer(environment: request.environment) { request.resolve($0, from: directory) })
      + gather(SettingsLayer(flags: request.flags) { request.resolve($0, from: directory) })

    let stateDir = assemble(below + above).settings.stateDir
    let trust = readTrust(stateDir)
    let held = HeldBack(found, path: local, trust: trust, readFolder: request.readFolder)
    let wished = assemble(below + found + above, checked: true)
    let assembly = held.isGranted ? wished : assemble(below + held.free + above, checked: true)
    // What is held back may have completed a record that is now incomplete.
    problems += wished.problems + assembly.problems.filter { !wished.problems.contains($0) }
    if stateDir.isEmpty {
      problems.append(
        SourceProblem(
          .missing, at: .standard, path: "stateDir", "there is no place for state, since HOME is not set",
          hint: "set SCR_STATE_DIR or --state"))
    }
    guard problems.isEmpty else { throw SourceError(problems) }

    notices += held.notices(trusted: assembly.settings) + StrayVariables.notices(request.environment)
    var servers = ServerList(request: request, assembly: assembly)
    servers.add(held: held, wished: wished)
    servers.add(readMCPFile(), trust: trust)
    return LoadedSettings(
      settings: assembly.settings, origins: assembly.origins, servers: servers.all, consents: servers.consents,
      notices: notices + servers.notices,
      configFolder: (given ?? request.userFile).map { FilePath.parent($0) })
  }

  private func assemble(_ assignments: [Assignment], checked: Bool = false) -> Assembly {
    var assembly = Assembly(stateDir: request.defaultStateDirectory ?? "")
    assembly.apply(assignments)
    if checked {
      assembly.chooseModels(by: request.environment)
      assembly.checkRecords()
    }
    return assembly
  }

  private mutating func gather(_ layer: SettingsLayer) -> [Assignment] {
    problems += layer.problems
    return layer.assignments
  }

  /// - Parameter isFound: the file merely lies in the working directory.
  private mutating func file(
    _ path: String, name: String? = nil, isRequired: Bool = false, isFound: Bool = false
  ) -> [Assignment] {
    do throws(SourceError) {
      guard let bytes = try read(path, name: name ?? path) else {
        guard isRequired else { return [] }
        throw SourceError([SourceProblem(.unreadable, at: .flag("--config"), "there is no file \(path)")])
      }
      let document = try SourceDocument.parse(bytes, file: name ?? path)
      let folder = FilePath.parent(path)
      let assignments = gather(SettingsLayer(document) { request.resolve($0, from: folder) })
      return isFound ? assignments.filter { admit($0) } : assignments
    } catch {
      problems += error.problems
      return []
    }
  }

  private mutating func admit(_ assignment: Assignment) -> Bool {
    guard assignment.setting.traits.consent == .never else { return true }
    problems.append(
      assignment.problem(
        SettingComplaint(
          .notAllowed, "not accepted from a file in the working directory",
          hint: "set it by \(assignment.setting.environmentName ?? "a flag") or in your own configuration")))
    return false
  }

  private func read(_ path: String, name: String) throws(SourceError) -> [UInt8]? {
    do {
      return try request.readFile(path)
    } catch {
      let place = SourceLocation(file: name, line: 1, column: 1)
      throw SourceError([SourceProblem(.unreadable, at: .file(place), "cannot be read: \(error)")])
    }
  }

  private mutating func readTrust(_ stateDir: String) -> Trust {
    do throws(SourceError) {
      return try Trust.read(stateDir: stateDir, readFile: request.readFile)
    } catch {
      notices += error.problems
      return Trust()
    }
  }

  /// A broken `.mcp.json` belongs to other programs and is never an error of ours.
  private mutating func readMCPFile() -> MCPFile? {
    let path = FilePath.clean("\(request.workingDirectory)/.mcp.json")
    do throws(SourceError) {
      guard let bytes = try read(path, name: ".mcp.json") else { return nil }
      return try MCPFile(bytes, path: path)
    } catch {
      notices += error.problems
      return nil
    }
  }
}
