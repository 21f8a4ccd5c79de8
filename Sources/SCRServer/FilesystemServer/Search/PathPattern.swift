/// A glob over a relative path: `*`, `?` and `[a-z]` within one component, `**` for any number of components, `{a,b}`
/// for alternatives. Time is bounded by the lengths of pattern and path multiplied.
struct PathPattern: Sendable {
  /// The alternatives that braces make, each split at its slashes.
  private let alternatives: [[ComponentPattern]]

  private static let longest = 1024
  private static let mostAlternatives = 64

  /// - Throws: ``FilesystemServerError`` `bad_argument` for an empty or too costly pattern.
  init(_ text: String) throws(FilesystemServerError) {
    guard !text.isEmpty, text.utf8.count <= Self.longest else {
      throw FilesystemServerError(.badArgument, "a pattern has 1 to \(Self.longest) bytes, for example \"**/*.swift\"")
    }
    alternatives = try Self.expanded(text).map { alternative in
      alternative.split(separator: "/").filter { $0 != "." }.map { ComponentPattern($0) }
    }
  }

  /// - Parameter path: the components from where the search began.
  func matches(_ path: [String]) -> Bool { alternatives.contains { Self.matches($0, path) } }

  /// Keeps the set of places in the pattern that the path so far may stand at, as an automaton does.
  private static func matches(_ pattern: [ComponentPattern], _ path: [String]) -> Bool {
    var places = closure([0], pattern)
    for component in path {
      var next: Set<Int> = []
      for place in places where place < pattern.count {
        if pattern[place].isAnyDepth {
          next.insert(place)
        } else if pattern[place].matches(component) {
          next.insert(place + 1)
        }
      }
      places = closure(next, pattern)
      if places.isEmpty { return false }
    }
    return places.contains(pattern.count)
  }

  /// `**` may stand for nothing at all.
  private static func closure(_ places: Set<Int>, _ pattern: [ComponentPattern]) -> Set<Int> {
    var all = places
    for var place in places {
      while place < pattern.count, pattern[place].isAnyDepth {
        place += 1
        all.insert(place)
      }
    }
    return all
  }

  private static func expanded(_ text: String) throws(FilesystemServerError) -> [String] {
    var done: [String] = []
    var open = [text]
    while let next = open.popLast() {
      guard let group = firstGroup(in: next) else {
        done.append(next)
        continue
      }
      for choice in next[group].dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false) {
        open.append(String(next[..<group.lowerBound] + choice + next[group.upperBound...]))
      }
      if open.count + done.count > mostAlternatives {
        throw FilesystemServerError(
          .badArgument, "the pattern has more than \(mostAlternatives) alternatives in braces")
      }
    }
    return done
  }

  /// The first innermost `{…,…}`.
  private static func firstGroup(in text: String) -> Range<String.Index>? {
    guard let end = text.firstIndex(of: "}"), let start = text[..<end].lastIndex(of: "{") else { return nil }
    return start..<text.index(after: end)
  }
}

/// A glob over one component of a path.
struct ComponentPattern: Sendable {
  private enum Token: Sendable {
    case literal(Character)
    case one
    case many
    case set([ClosedRange<Character>], negated: Bool)

    func matches(_ character: Character) -> Bool {
      switch self {
      case .literal(let expected): expected == character
      case .one: true
      case .many: false
      case .set(let ranges, let negated): ranges.contains { $0.contains(character) } != negated
      }
    }

    var isMany: Bool { if case .many = self { true } else { false } }
  }

  /// Whether this is `**`.
  let isAnyDepth: Bool
  private let tokens: [Token]

  init(_ text: Substring) {
    isAnyDepth = text == "**"
    var tokens: [Token] = []
    var rest = text
    while let character = rest.popFirst() {
      switch character {
      case "*": if tokens.last?.isMany != true { tokens.append(.many) }
      case "?": tokens.append(.one)
      case "[": tokens.append(Self.set(&rest) ?? .literal("["))
      case "\\": tokens.append(.literal(rest.popFirst() ?? "\\"))
      default: tokens.append(.literal(character))
      }
    }
    self.tokens = tokens
  }

  /// Reads past a set's end. Nil, with nothing read, for a bracket that is not closed.
  private static func set(_ rest: inout Substring) -> Token? {
    guard let end = rest.dropFirst().firstIndex(of: "]") else { return nil }
    var content = rest[..<end]
    rest = rest[rest.index(after: end)...]
    let negated = content.first == "!" || content.first == "^"
    if negated { content = content.dropFirst() }
    var ranges: [ClosedRange<Character>] = []
    while let low = content.popFirst() {
      if content.first == "-", let high = content.dropFirst().first, low <= high {
        ranges.append(low...high)
        content = content.dropFirst(2)
      } else {
        ranges.append(low...low)
      }
    }
    return .set(ranges, negated: negated)
  }

  /// Goes back to the last `*` only, which is enough and keeps the time at pattern times name.
  func matches(_ name: String) -> Bool {
    let name = Array(name)
    var (here, there) = (0, 0)
    var retry: (token: Int, character: Int)?
    while there < name.count {
      if here < tokens.count, tokens[here].isMany {
        retry = (here, there)
        here += 1
      } else if here < tokens.count, tokens[here].matches(name[there]) {
        (here, there) = (here + 1, there + 1)
      } else if let last = retry {
        retry = (last.token, last.character + 1)
        (here, there) = (last.token + 1, last.character + 1)
      } else {
        return false
      }
    }
    return tokens[here...].allSatisfy(\.isMany)
  }
}
