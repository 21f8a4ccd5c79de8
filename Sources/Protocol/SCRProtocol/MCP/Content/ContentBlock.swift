/// Content blocks (`{type: "text", text}` and its sisters) as older revisions know them.
package enum ContentBlock {
  package static func text(_ text: String) -> JSONValue { ["type": "text", "text": .string(text)] }

  /// - Parameter data: in Base64.
  package static func image(_ data: String, mimeType: String) -> JSONValue {
    ["type": "image", "data": .string(data), "mimeType": .string(mimeType)]
  }

  /// - Parameter data: in Base64.
  package static func audio(_ data: String, mimeType: String) -> JSONValue {
    ["type": "audio", "data": .string(data), "mimeType": .string(mimeType)]
  }

  package static func resource(_ contents: ResourceContents) -> JSONValue {
    ["type": "resource", "resource": contents.json]
  }

  /// Blocks that the revision lacks become text that says what was there; members that it lacks are left out.
  package static func downgrade(_ block: JSONValue, to revision: ProtocolRevision) -> JSONValue {
    guard revision < .november2025, var fields = block.objectValue else { return block }
    if revision < .june2025 {
      switch block["type"]?.stringValue {
      case "resource_link": return text(fields["uri"]?.stringValue ?? "[resource link]")
      case "audio" where revision < .march2025: return text("[audio content]")
      default: break
      }
      fields["_meta"] = nil
      fields["annotations"] = annotations(fields["annotations"], revision)
      if var resource = fields["resource"]?.objectValue {
        resource["_meta"] = nil
        fields["resource"] = .object(resource)
      }
    }
    fields["icons"] = nil
    return .object(fields)
  }

  /// `annotations` of content and of resources.
  static func annotations(_ annotations: JSONValue?, _ revision: ProtocolRevision) -> JSONValue? {
    guard revision < .june2025, var fields = annotations?.objectValue else { return annotations }
    fields["lastModified"] = nil
    return fields.isEmpty ? nil : .object(fields)
  }
}
