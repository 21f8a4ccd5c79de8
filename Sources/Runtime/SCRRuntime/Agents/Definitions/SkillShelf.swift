import SCRProtocol

/// The skills there are. They were read whole when the process began, so that nothing an agent asks for can lead out of
/// their folders, and an attempt that goes on after a wait reads what it read before.
package struct SkillShelf: Sendable, Hashable {
  /// Folders.
  package static let limit = 64
  /// Files of one skill.
  package static let files = 64

  /// In the order of their names.
  package let all: [Skill]

  package init(_ skills: [Skill] = []) { all = skills.sorted { $0.name < $1.name } }

  /// - Parameter globs: nil for all.
  package func narrowed(to globs: [String]?) -> SkillShelf {
    guard let globs = globs?.map(Glob.init) else { return self }
    return SkillShelf(all.filter { skill in globs.contains { $0.matches(skill.name) } })
  }

  // MARK: As a tool

  static let toolName = "load_skill"

  /// Nil where there are none.
  var tool: AgentTool? {
    guard !all.isEmpty else { return nil }
    return AgentTool(
      ModelTool(
        name: Self.toolName,
        description: "Gives the instructions of a skill, or one of the further files that they name.",
        inputSchema: PlanSchema.object(
          [
            "skill": ["type": "string", "enum": .array(all.map { .string($0.name) })],
            "file": ["description": "A path as the skill lists it; its instructions if left out.", "type": "string"],
          ], required: ["skill"])),
      body: .loadSkill, effect: .readOnly, check: { [self] in problem(of: $0) })
  }

  /// What a system prompt says of them; empty where there are none.
  var told: String {
    guard !all.isEmpty else { return "" }
    let lines = all.map { "- \($0.name): \($0.description.oneLine(bytes: 1024))" }.joined(separator: "\n")
    return "Skills are instructions for certain sorts of work. Where one fits what you do, read it with "
      + "\(Self.toolName) before you begin:\n\(lines)"
  }

  private func problem(of arguments: JSONObject) -> String? {
    for key in arguments.keys where key != "skill" && key != "file" {
      return "\"\(key.prefix(80))\" is no argument; there are skill and file"
    }
    guard let name = arguments["skill"]?.stringValue, let skill = all.first(where: { $0.name == name }) else {
      return "there is no such skill; there are \(all.map(\.name).joined(separator: ", "))"
    }
    guard let file = arguments["file"] else { return nil }
    guard let path = file.stringValue, skill.files[path] != nil else {
      return skill.files.isEmpty
        ? "the skill \(name) has no further files"
        : "the skill \(name) has no such file; it has \(skill.files.keys.sorted().joined(separator: ", "))"
    }
    return nil
  }

  /// - Parameter arguments: that the tool's check let pass.
  func answer(_ arguments: JSONObject) -> AgentResult {
    guard let name = arguments["skill"]?.stringValue, let skill = all.first(where: { $0.name == name }) else {
      return AgentResult(text: "there is no such skill any more", isError: true)
    }
    guard let path = arguments["file"]?.stringValue else {
      let files = skill.files.keys.sorted().map { "\n- \($0)" }.joined()
      return AgentResult(text: skill.body + (files.isEmpty ? "" : "\n\nFurther files of this skill:\(files)"))
    }
    guard let text = skill.files[path] else {
      return AgentResult(text: "there is no such file any more", isError: true)
    }
    return AgentResult(text: text)
  }
}
