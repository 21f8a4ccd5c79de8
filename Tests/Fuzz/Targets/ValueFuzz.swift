import SCRProtocol
import SCRRuntime

enum JSONFuzz {
  private static let limits = JSONLimits(depth: 32, nodes: 4096, bytes: 1 << 16)

  static func problems(_ bytes: [UInt8]) -> [String] {
    var problems: [String] = []
    let value: JSONValue
    do throws(JSONParseError) { value = try JSONParser.parse(bytes, limits: limits) } catch {
      if !(0...bytes.count ~= error.offset) || error.line < 1 || error.column < 1 {
        problems.append("a refusal has no place in the text: \(error)")
      }
      // The scanner may take what only the limits forbid, and no more.
      let isLimit = error.reason.hasPrefix("more than") || error.reason.hasPrefix("nested deeper")
      if !isLimit, isRead(bytes) { problems.append("the scanner takes what the parser refuses: \(error)") }
      return problems
    }
    if !isRead(bytes) { problems.append("the scanner refuses what the parser takes") }
    for written in [value.encoded, Array(value.prettyText.utf8)] {
      guard let again = try? JSONParser.parse(written), again == value else {
        problems.append("what is written is not what was read: \(String(decoding: written, as: UTF8.self))")
        continue
      }
    }
    if let text = String(validating: bytes, as: UTF8.self) {
      let located = try? LocatedJSON(text, file: "fuzz", limits: limits)
      if located?.value != value { problems.append("the reader with places reads another value") }
    }
    return problems
  }

  /// Whether the scanner takes it for JSON, be it a message or not.
  private static func isRead(_ bytes: [UInt8]) -> Bool {
    do throws(MalformedMessage) {
      _ = try Message.decode(bytes)
      return true
    } catch { return error.error.code != ErrorKind.parseError.code }
  }
}

enum SchemaFuzz {
  static func problems(_ bytes: [UInt8]) -> [String] {
    let lines = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    guard let schema = lines.first.flatMap({ try? JSONParser.parse($0) }) else { return [] }
    let value = lines.count > 1 ? (try? JSONParser.parse(lines[1])) ?? .null : .null
    let compiled: JSONSchema
    do throws(JSONSchemaError) { compiled = try JSONSchema.compile(schema) } catch {
      return error.schemaPath.contains("#") ? [] : ["a refusal has no place in the schema: \(error)"]
    }
    var problems: [String] = []
    let violations = compiled.validate(value)
    if violations.count > 8 { problems.append("\(violations.count) violations") }
    for violation in violations where !violation.schemaPath.contains("#") || violation.message.isEmpty {
      problems.append("a violation says too little: \(violation)")
    }
    if compiled.validate(value) != violations { problems.append("two checks of one value differ") }
    // What a schema refuses, its negation takes, unless the check could not be made.
    if let negation = try? JSONSchema.compile(["not": ["allOf": [schema]]]), schema["$id"] == nil,
      schema["$schema"] == nil,
      !schema.jsonText.contains("$"), !violations.contains(where: { $0.message.contains("too ") })
    {
      let negated = negation.validate(value)
      if !negated.contains(where: { $0.message.contains("too ") }), negated.isEmpty == violations.isEmpty {
        problems.append("a value is taken, or refused, by a schema and by its negation")
      }
    }
    return problems
  }
}

enum PlanFuzz {
  static func problems(_ bytes: [UInt8]) -> [String] {
    guard let document = try? JSONParser.parse(bytes) else { return [] }
    do throws(PlanError) {
      let plan = try PlanParser.parse(document, hasModel: (bytes.count & 1) == 1)
      let ids = plan.steps.map(\.id)
      return Set(ids).count == ids.count ? [] : ["a plan has two steps of one id"]
    } catch {
      return error.problems.isEmpty ? ["a plan is refused without a reason"] : []
    }
  }
}
