package import SCRProtocol

/// Where a setting's value came from.
package enum SourceOrigin: Sendable, Hashable, CustomStringConvertible {
  case standard
  case file(SourceLocation)
  /// The name of an environment variable.
  case environment(String)
  /// A flag of the command line with its dashes.
  case flag(String)

  /// `default`, `scr.yaml:3:5`, `env SCR_STATE_DIR`, `flag --state`.
  package var description: String {
    switch self {
    case .standard: "default"
    case .file(let place): place.description
    case .environment(let name): "env \(name)"
    case .flag(let name): "flag \(name)"
    }
  }
}

/// One thing that is wrong with what a person wrote, where, and what would be right.
package struct SourceProblem: Sendable, Hashable, CustomStringConvertible {
  package struct Code: Sendable, Hashable {
    package let name: String
    package init(_ name: String) { self.name = name }

    package static let unreadable = Code("unreadable")
    package static let unwritable = Code("unwritable")
    package static let syntax = Code("syntax")
    package static let duplicateKey = Code("duplicate_key")
    package static let tooLarge = Code("too_large")
    package static let unknownKey = Code("unknown_key")
    package static let wrongType = Code("wrong_type")
    package static let outOfRange = Code("out_of_range")
    package static let missing = Code("missing")
    package static let notSupported = Code("not_supported")
    /// Refused for safety.
    package static let notAllowed = Code("not_allowed")
    /// Not applied until somebody consents.
    package static let needsConsent = Code("needs_consent")
    /// Harmless, but without effect.
    package static let noEffect = Code("no_effect")
  }

  package var code: Code
  package var origin: SourceOrigin
  /// `queue.maxSize`; empty for the whole document.
  package var path: String
  package var message: String
  package var hint: String?

  package init(_ code: Code, at origin: SourceOrigin, path: String = "", _ message: String, hint: String? = nil) {
    self.code = code
    self.origin = origin
    self.path = path
    self.message = message
    self.hint = hint
  }

  /// One line: `scr.yaml:3:5: queue.maxSize: expected an integer, found a string; …`.
  package var description: String {
    let place = origin == .standard ? nil : origin.description
    let head = [place, path.isEmpty ? nil : path, message].compactMap(\.self).joined(separator: ": ")
    return hint.map { "\(head); \($0)" } ?? head
  }
}

/// Everything that is wrong with a document or a configuration, together.
package struct SourceError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Not empty.
  package let problems: [SourceProblem]

  package init(_ problems: [SourceProblem]) { self.problems = problems }

  /// One line per problem.
  package var description: String { problems.map(\.description).joined(separator: "\n") }
}
