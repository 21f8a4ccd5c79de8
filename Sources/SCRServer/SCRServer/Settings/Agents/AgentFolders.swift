import SCRProtocol
package import SCRRuntime

/// Agents and skills that folders describe.
package struct AgentFolders: Sendable, Hashable {
  package private(set) var definitions = AgentDefinitions()
  package private(set) var skills = SkillShelf()
  /// What is there and has no effect.
  package private(set) var notices: [SourceProblem] = []

  package init() {}

  /// Reads the folders of a configuration. One that is named must be there; the usual places may be empty. Blocks.
  /// - Throws: ``SourceError`` with everything that is wrong in them, by file, line and column.
  package static func read(_ loaded: LoadedSettings) throws(SourceError) -> AgentFolders {
    var folders = AgentFolders()
    let settings = loaded.settings
    var problems: [SourceProblem] = []
    let providers = settings.models.providers.keys.sorted()
    if let (path, folder) = try open(settings.agents.folder, "agents", "agents.folder", loaded) {
      problems += folders.readAgents(folder, path, providers)
    }
    if let (path, folder) = try open(settings.agents.skills, "skills", "agents.skills", loaded) {
      problems += folders.readSkills(folder, path)
    }
    problems += folders.unknownSkills
    guard problems.isEmpty else { throw SourceError(problems) }
    return folders
  }

  private static func open(
    _ named: String?, _ usual: String, _ setting: String, _ loaded: LoadedSettings
  ) throws(SourceError) -> (path: String, folder: TextFolder)? {
    guard let path = named ?? loaded.configFolder.map({ "\($0)/\(usual)" }) else { return nil }
    let origin = loaded.origins[setting] ?? .standard
    do throws(DiskFile.Failure) {
      if let folder = try TextFolder.read(path) { return (path, folder) }
    } catch {
      throw SourceError([SourceProblem(.unreadable, at: origin, path: setting, "\(path) cannot be read: \(error)")])
    }
    guard named != nil else { return nil }
    throw SourceError([
      SourceProblem(.missing, at: origin, path: setting, "there is no folder \(path)", hint: "make it, or change it")
    ])
  }

  private mutating func note(_ path: String, _ message: String) {
    notices.append(
      SourceProblem(.noEffect, at: .file(SourceLocation(file: path, line: 1, column: 1)), "has no effect: \(message)"))
  }

  // MARK: Agents

  private mutating func readAgents(_ folder: TextFolder, _ path: String, _ providers: [String]) -> [SourceProblem] {
    var (found, problems): ([AgentDefinition], [SourceProblem]) = ([], [])
    for (name, reason) in folder.skipped.sorted(by: { $0.key < $1.key }) where name.hasSuffix(".md") {
      note("\(path)/\(name)", reason)
    }
    for (name, bytes) in folder.files.sorted(by: { $0.key < $1.key }) {
      guard name.hasSuffix(".md"), !name.contains("/"), name != "README.md" else { continue }
      do throws(SourceError) {
        let file = "\(path)/\(name)"
        let made = try AgentFile.read(bytes, file: file, stem: String(name.dropLast(3)), providers: providers)
        if let other = found.first(where: { $0.name == made.name }) {
          problems.append(Self.twice(file, "the agent \"\(made.name)\" is described by \(other.origin) already"))
        }
        found.append(made)
      } catch { problems += error.problems }
    }
    if found.count > AgentDefinitions.limit {
      problems.append(Self.twice(path, "more than \(AgentDefinitions.limit) agents"))
    }
    definitions = AgentDefinitions(found)
    return problems
  }

  private static func twice(_ file: String, _ message: String) -> SourceProblem {
    SourceProblem(.duplicateKey, at: .file(SourceLocation(file: file, line: 1, column: 1)), message)
  }

  /// Globs may name what comes later; a plain name that nobody has is a slip.
  private var unknownSkills: [SourceProblem] {
    let known = skills.all.map(\.name)
    return definitions.all.flatMap { agent in
      (agent.skills ?? []).filter { !$0.contains { "*?[".contains($0) } && !known.contains($0) }.map { name in
        SourceProblem(
          .missing, at: .file(SourceLocation(file: agent.origin, line: 1, column: 1)), path: "skills",
          "there is no skill \"\(name)\"", hint: Suggestion.hint(name, among: known))
      }
    }
  }

  // MARK: Skills

  private mutating func readSkills(_ folder: TextFolder, _ path: String) -> [SourceProblem] {
    var (found, problems): ([Skill], [SourceProblem]) = ([], [])
    for (name, reason) in folder.skipped.sorted(by: { $0.key < $1.key }) { note("\(path)/\(name)", reason) }
    var bySkill: [String: [String: [UInt8]]] = [:]
    for (name, bytes) in folder.files {
      let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
      if parts.count == 2 { bySkill[parts[0], default: [:]][parts[1]] = bytes }
    }
    for (name, files) in bySkill.sorted(by: { $0.key < $1.key }) {
      guard let main = files[SkillFile.name] else {
        note("\(path)/\(name)", "there is no \(SkillFile.name) in it")
        continue
      }
      do throws(SourceError) {
        var skill = try SkillFile.read(main, file: "\(path)/\(name)/\(SkillFile.name)", folder: name)
        skill.origin = "\(path)/\(name)"
        for (file, bytes) in files.sorted(by: { $0.key < $1.key }) where file != SkillFile.name {
          if let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) {
            skill.files[file] = text
          } else {
            note("\(path)/\(name)/\(file)", "it is no UTF-8 text")
          }
        }
        guard skill.files.count < SkillShelf.files else {
          throw SourceError([Self.twice(skill.origin, "more than \(SkillShelf.files) files in one skill")])
        }
        found.append(skill)
      } catch { problems += error.problems }
    }
    if found.count > SkillShelf.limit { problems.append(Self.twice(path, "more than \(SkillShelf.limit) skills")) }
    skills = SkillShelf(found)
    return problems
  }
}
