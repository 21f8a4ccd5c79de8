/// The prompts of all roles. Files of the same name may stand in the place of the built-in ones.
package struct PromptLibrary: Sendable, Hashable {
  /// Roles that work for a task, each with a prompt of its own.
  package static let roles: [AgentKind] = [.planner, .worker, .researcher, .writer, .validator, .critic]
  /// What every prompt may name.
  package static let placeholders = ["tools", "rounds", "maxSteps", "agents"]

  private var prompts: [AgentKind: AgentPrompt]

  package static let standard = PromptLibrary(
    prompts: Dictionary(
      uniqueKeysWithValues: roles.compactMap { kind in
        (try? AgentPrompt(source(of: kind), placeholders: placeholders)).map { (kind, $0) }
      }))

  private init(prompts: [AgentKind: AgentPrompt]) { self.prompts = prompts }

  /// - Parameter sources: by the role's name, what its file holds.
  /// - Throws: the role, and what is wrong with its file.
  package func replacing(_ sources: [String: String]) throws(PromptFileError) -> PromptLibrary {
    var library = self
    for (name, source) in sources.sorted(by: { $0.key < $1.key }) {
      let kind = AgentKind(rawValue: name)
      guard Self.roles.contains(kind) else { continue }
      do throws(PromptError) {
        library.prompts[kind] = try AgentPrompt(source, placeholders: Self.placeholders)
      } catch { throw PromptFileError(name: name, error: error) }
    }
    return library
  }

  package subscript(kind: AgentKind) -> AgentPrompt? { prompts[kind] }
}

package struct PromptFileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Of the role; its file is `NAME.md`.
  package var name: String
  package var error: PromptError
  package var description: String { "\(name).md:\(error)" }
}
