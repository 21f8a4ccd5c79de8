/// The prompts of all roles. Files of the same name may stand in the place of the built-in ones; files of other names are
/// prompts for clients that lead a model themselves.
package struct PromptLibrary: Sendable, Hashable {
  /// Roles that work for a task, each with a prompt of its own.
  package static let roles: [AgentKind] = [.planner, .worker, .researcher, .writer, .validator, .critic]
  /// What every prompt may name.
  package static let placeholders = ["tools", "rounds", "maxSteps", "agents"]

  private var prompts: [AgentKind: AgentPrompt]
  /// Of files that no role is named like, by the file's name; what they name is what a client gives.
  package private(set) var others: [String: AgentPrompt] = [:]

  package static let standard = PromptLibrary(
    prompts: Dictionary(
      uniqueKeysWithValues: roles.compactMap { kind in
        (try? AgentPrompt(source(of: kind), placeholders: placeholders)).map { (kind, $0) }
      }))

  private init(prompts: [AgentKind: AgentPrompt]) { self.prompts = prompts }

  /// Files of a folder that no role is named like.
  package static let othersLimit = 64

  /// - Parameter sources: by the file's name without `.md`, what it holds. Names that are no ``AgentKind/isName(_:)`` are
  ///   passed over.
  /// - Throws: the role, and what is wrong with its file.
  package func replacing(_ sources: [String: String]) throws(PromptFileError) -> PromptLibrary {
    var library = self
    for (name, source) in sources.sorted(by: { $0.key < $1.key }) {
      let kind = AgentKind(rawValue: name)
      do throws(PromptError) {
        if Self.roles.contains(kind) {
          library.prompts[kind] = try AgentPrompt(source, placeholders: Self.placeholders)
        } else if AgentKind.isName(name) {
          if library.others.count == Self.othersLimit {
            throw PromptError(
              line: 1, "it is one file too many: a folder may have \(Self.othersLimit) beside the roles'")
          }
          library.others[name] = try AgentPrompt(source, placeholders: nil)
        }
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
