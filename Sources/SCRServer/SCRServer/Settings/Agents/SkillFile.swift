package import SCRRuntime

/// A skill's `SKILL.md`. The format is shared with other programs: members that are not ours are passed over, and none of
/// them gives an agent a tool that it does not have.
package enum SkillFile {
  static let name = "SKILL.md"

  /// - Parameters:
  ///   - file: for errors.
  ///   - folder: the name of the skill's folder, which must be the skill's.
  /// - Throws: ``SourceError`` with everything that is wrong, by line and column.
  package static func read(_ bytes: [UInt8], file: String, folder: String) throws(SourceError) -> Skill {
    var matter = try FrontMatter(bytes, file: file)
    let name = matter.text("name", limit: 64, isNeeded: true) ?? folder
    if name != folder {
      matter.complain(
        .outOfRange, "name", "\"\(name)\" is not the name of its folder", hint: "write \(folder), or rename the folder")
    } else if !AgentKind.isName(name) {
      matter.complain(
        .outOfRange, "name", "\"\(name.prefix(80))\" is no name of a skill",
        hint: "a small letter, then small letters, digits, - and _, 64 at most")
    }
    let description = matter.text("description", limit: 1024, isNeeded: true) ?? ""
    if matter.body.isEmpty {
      matter.complain(.missing, "", "the skill has no instructions", hint: "write them below the front matter")
    }
    try matter.check()
    return Skill(name: name, description: description, body: matter.body)
  }
}
