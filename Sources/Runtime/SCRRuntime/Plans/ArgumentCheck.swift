import SCRProtocol

/// What can be said of a call's arguments before its expressions have values.
///
/// Arguments without expressions, and those that depend on inputs alone, are checked against the tool's schema. Of the
/// others only the names are, and the kind of value where the expression's form decides it.
struct ArgumentCheck {
  /// Arguments with their values.
  private var known = JSONObject()
  /// Arguments that get their values while the task runs, with their JSON types where these are certain.
  private var later: [(name: String, type: String?)] = []
  /// Expressions over inputs that lead nowhere.
  private(set) var unresolved: [(name: String, message: String)] = []

  init(_ arguments: JSONObject, inputs: JSONObject) {
    let scope = TemplateScope(inputs: inputs, steps: [:])
    for argument in arguments {
      guard Self.isKnown(argument.value, inputs) else {
        later.append((argument.key, Self.type(of: argument.value)))
        continue
      }
      do throws(TemplateError) { known[argument.key] = try argument.value.resolved(in: scope) } catch {
        unresolved.append((argument.key, error.message))
        later.append((argument.key, nil))
      }
    }
  }

  /// - Returns: `place` is what follows `arguments` in the path: `.path`, `["odd name"]`, or nothing.
  func problems(against entry: ToolCatalogue.Entry) -> [(place: String, message: String)] {
    guard case .object(let schema) = entry.descriptor.inputSchema else { return [] }
    if later.isEmpty, entry.accepts(.object(known)) { return [] }
    var problems: [(place: String, message: String)] = []
    for name in (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue) where !isGiven(name) {
      problems.append(("", "the argument \"\(name)\" is missing"))
    }
    // A schema that we cannot compile is its server's affair: the server checks the arguments itself.
    guard let names = try? JSONSchema.compile(.object(schemaOfNames(schema))) else { return problems }
    var value = known
    for argument in later where isPlaceable(argument.name, schema) { value[argument.name] = .null }
    for violation in names.validate(.object(value)) {
      let path = violation.instancePath
      problems.append((path.isEmpty || path.hasPrefix("[") ? path : ".\(path)", violation.message))
    }
    for argument in later {
      guard let type = argument.type, let wanted = Self.types(schema["properties"]?[argument.name]),
        !wanted.contains(type), !(type == "integer" && wanted.contains("number"))
      else { continue }
      problems.append(
        (
          ".\(argument.name)",
          "expected \(wanted.joined(separator: " or ")), but the expression gives a value of the type \(type)"
        ))
    }
    return problems
  }

  private func isGiven(_ name: String) -> Bool { known[name] != nil || later.contains { $0.name == name } }

  /// The part of a schema that looks at each argument by itself; whatever looks at several of them has to wait.
  private func schemaOfNames(_ schema: JSONObject) -> JSONObject {
    var part: JSONObject = [:]
    for keyword in [
      "$schema", "$id", "$defs", "definitions", "properties", "patternProperties", "additionalProperties",
    ] {
      part[keyword] = schema[keyword]
    }
    var properties = schema["properties"]?.objectValue ?? [:]
    for argument in later where properties[argument.name] != nil { properties[argument.name] = true }
    if !properties.isEmpty { part["properties"] = .object(properties) }
    return part
  }

  /// Whether a null in its place tells whether the name is allowed, and nothing else.
  private func isPlaceable(_ name: String, _ schema: JSONObject) -> Bool {
    schema["properties"]?[name] != nil
      || (schema["additionalProperties"] == .bool(false) && schema["patternProperties"] == nil)
  }

  private static func isKnown(_ value: JSONValue, _ inputs: JSONObject) -> Bool {
    value.templates(path: "").allSatisfy { _, text in
      guard let template = try? Template(text) else { return false }
      return template.expressions.allSatisfy { expression in
        guard expression.root == .inputs else { return false }
        guard case .name(let name)? = expression.parts.first else { return true }
        return inputs[name] != nil || expression.fallback != nil
      }
    }
  }

  /// The kind of value that an expression gives whatever it refers to.
  private static func type(of value: JSONValue) -> String? {
    guard let text = value.stringValue else { return value.typeName }
    guard let template = try? Template(text) else { return nil }
    guard template.pieces.count == 1, let expression = template.expressions.first else { return "string" }
    guard case .step = expression.root, expression.fallback == nil else { return nil }
    switch expression.parts {
    case [.name("text")]: return "string"
    case [.name("isError")]: return "boolean"
    case [.name("content")]: return "array"
    default: return nil
    }
  }

  private static func types(_ schema: JSONValue?) -> [String]? {
    guard let type = schema?["type"] else { return nil }
    return (type.arrayValue ?? [type]).compactMap(\.stringValue)
  }
}
