import SCRProtocol
import SCRRuntime

/// Tools as native clients see them.
enum ToolProjection {
  /// `{name, wireName, server?, title?, description, inputSchema, outputSchema?, annotations?, effect, permitted}`.
  static func json(_ entry: ToolCatalogue.Entry) -> JSONValue {
    let tool = entry.descriptor
    var fields: JSONObject = ["name": .string(tool.name.qualified), "wireName": .string(entry.wireName)]
    fields["server"] = tool.name.server.map { .string($0) }
    fields["title"] = tool.title.map { .string($0) }
    fields["description"] = .string(tool.description)
    fields["inputSchema"] = tool.inputSchema
    fields["outputSchema"] = tool.outputSchema
    fields["annotations"] = tool.annotations.map { .object($0) }
    fields["effect"] = .string(tool.effect.rawValue)
    fields["permitted"] = .bool(entry.isPermitted)
    return .object(fields)
  }

  /// `{content, structuredContent?, isError, meta}`.
  static func json(_ outcome: ToolCallOutcome) -> JSONValue {
    var fields: JSONObject = ["content": .array(outcome.result.content)]
    fields["structuredContent"] = outcome.result.structuredContent
    fields["isError"] = .bool(outcome.result.isError)
    fields["meta"] = outcome.meta
    return .object(fields)
  }
}
