import SCRProtocol
import Yams

/// Walks over Yams' nodes and builds values with their places, collecting what is wrong on the way.
struct YAMLReader {
  private let file: String
  private var places = SourceMap()
  private var keys = SourceMap()
  private var problems: [SourceProblem] = []
  private var nodes = 0

  /// Aliases in one document. Yams compares keys in full while it composes, before any count of ours could stop an
  /// alias that stands for a billion others; few aliases cannot grow that far.
  private static let aliasLimit = 16

  static func read(_ text: String, file: String) throws(SourceError) -> SourceDocument {
    var reader = YAMLReader(file: file)
    if YAMLAliases.count(in: text) > aliasLimit {
      throw SourceError([
        SourceProblem(.tooLarge, at: reader.origin(nil), "more than \(aliasLimit) YAML aliases (*name) in one file")
      ])
    }
    guard let root = try compose(text, file: file) else { return SourceDocument(value: .null) }
    let value = reader.value(root, "", depth: 0)
    guard reader.problems.isEmpty else { throw SourceError(reader.problems) }
    return SourceDocument(value: value, places: reader.places, keys: reader.keys)
  }

  private init(file: String) { self.file = file }

  private static func compose(_ text: String, file: String) throws(SourceError) -> Node? {
    do {
      return try Yams.compose(yaml: text, .basic, .default, .utf8)
    } catch {
      throw SourceError([YAMLFailure.problem(error, text: text, file: file)])
    }
  }

  private func origin(_ mark: Mark?) -> SourceOrigin {
    .file(SourceLocation(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1))
  }

  private mutating func complain(
    _ code: SourceProblem.Code, _ node: Node, _ path: String, _ message: String, hint: String? = nil
  ) -> JSONValue {
    problems.append(SourceProblem(code, at: origin(node.mark), path: path, message, hint: hint))
    return .null
  }

  private mutating func value(_ node: Node, _ path: String, depth: Int) -> JSONValue {
    nodes += 1
    let limits = SourceDocument.limits
    if nodes > limits.nodes {
      // One complaint is enough, and the walk ends here: the parents stop at the same count.
      guard nodes == limits.nodes + 1 else { return .null }
      return complain(.tooLarge, node, "", "more than \(limits.nodes) values")
    }
    if depth > limits.depth { return complain(.tooLarge, node, path, "nested deeper than \(limits.depth) levels") }
    if case .file(let place) = origin(node.mark) { places.record(place, at: path) }
    switch node {
    case .scalar(let scalar): return resolve(scalar, node, path)
    case .sequence(let sequence): return array(sequence, path, depth: depth + 1)
    case .mapping(let mapping): return object(mapping, path, depth: depth + 1)
    case .alias: return complain(.notSupported, node, path, "an alias that refers to nothing")
    }
  }

  private mutating func resolve(_ scalar: Node.Scalar, _ node: Node, _ path: String) -> JSONValue {
    switch scalar.tag.description {
    case "" where scalar.style == .plain:
      return YAMLScalar.resolve(scalar.string)
        ?? complain(.notSupported, node, path, "\(scalar.string) is no number that JSON can hold")
    case "", "!", Tag.Name.str.rawValue: return .string(scalar.string)
    case let tag:
      return complain(.notSupported, node, path, "the tag \(tag) is not supported", hint: "write the value without it")
    }
  }

  private mutating func array(_ sequence: Node.Sequence, _ path: String, depth: Int) -> JSONValue {
    var values: [JSONValue] = []
    for element in sequence where nodes <= SourceDocument.limits.nodes {
      values.append(value(element, "\(path)[\(values.count)]", depth: depth))
    }
    return .array(values)
  }

  private mutating func object(_ mapping: Node.Mapping, _ path: String, depth: Int) -> JSONValue {
    var fields = JSONObject()
    for (key, member) in mapping where nodes <= SourceDocument.limits.nodes {
      guard let name = name(key, path) else { continue }
      let memberPath = path.isEmpty ? name : "\(path).\(name)"
      if case .file(let place) = origin(key.mark) { keys.record(place, at: memberPath) }
      fields[name] = value(member, memberPath, depth: depth)
    }
    return .object(fields)
  }

  private mutating func name(_ key: Node, _ path: String) -> String? {
    guard case .scalar(let scalar) = key else {
      _ = complain(.wrongType, key, path, "a key must be a string")
      return nil
    }
    if scalar.style == .plain, scalar.string == "<<" {
      _ = complain(.notSupported, key, path, "merge keys (<<) are not supported", hint: "write the values out")
      return nil
    }
    // Yams has given every key the tag of a string by now, so its style and text alone decide.
    if scalar.style == .plain, YAMLScalar.resolve(scalar.string)?.stringValue == nil {
      _ = complain(
        .wrongType, key, path, "the key \(scalar.string) is not a string", hint: "write it in quotes")
      return nil
    }
    return scalar.string
  }
}
