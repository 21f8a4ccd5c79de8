package import SCRProtocol

extension MemoryRecord {
  /// `{id, namespace, kind, key, text, value?, tags, provenance, pinned, revision, size, createdAt, updatedAt,
  /// expiresAt?}`.
  package var json: JSONValue {
    var fields: JSONObject = [
      "id": .string(id), "namespace": .string(address.namespace), "kind": .string(address.kind.rawValue),
      "key": .string(address.key), "text": .string(content.text),
    ]
    fields["value"] = content.value
    fields["tags"] = .array(content.tags.map { .string($0) })
    fields["provenance"] = content.provenance.json
    fields["pinned"] = .bool(content.isPinned)
    fields["revision"] = .integer(revision)
    fields["size"] = JSONValue(size)
    fields["createdAt"] = .string(createdAt.description)
    fields["updatedAt"] = .string(updatedAt.description)
    fields["expiresAt"] = content.expiresAt.map { .string($0.description) }
    return .object(fields)
  }

  /// - Returns: nil for anything that ``json`` does not give.
  package init?(json: JSONValue) {
    guard let id = json["id"]?.stringValue, let namespace = json["namespace"]?.stringValue,
      let kind = json["kind"]?.stringValue, let key = json["key"]?.stringValue, let text = json["text"]?.stringValue,
      let revision = json["revision"]?.integerValue, let provenance = MemoryProvenance(json: json["provenance"]),
      let createdAt = json["createdAt"]?.stringValue.flatMap(Timestamp.init),
      let updatedAt = json["updatedAt"]?.stringValue.flatMap(Timestamp.init)
    else { return nil }
    let content = MemoryContent(
      text: text, value: json["value"], tags: json["tags"]?.arrayValue?.compactMap(\.stringValue) ?? [],
      provenance: provenance, isPinned: json["pinned"]?.boolValue ?? false,
      expiresAt: json["expiresAt"]?.stringValue.flatMap(Timestamp.init))
    self.init(
      id: id, address: MemoryAddress(MemoryKind(rawValue: kind), key, in: namespace), content: content,
      revision: revision, createdAt: createdAt, updatedAt: updatedAt)
  }
}

extension MemoryProvenance {
  /// `{taskId?, stepId?, agent?, tool?, server?, untrusted}`.
  package var json: JSONValue {
    var fields = JSONObject()
    fields["taskId"] = taskID.map { .string($0.text) }
    fields["stepId"] = stepID.map { .string($0) }
    fields["agent"] = agent.map { .string($0) }
    fields["tool"] = tool.map { .string($0) }
    fields["server"] = server.map { .string($0) }
    fields["untrusted"] = .bool(isUntrusted)
    return .object(fields)
  }

  package init?(json: JSONValue?) {
    guard let json, json.objectValue != nil else { return nil }
    self.init(
      taskID: json["taskId"]?.stringValue.map { TaskID($0) }, stepID: json["stepId"]?.stringValue,
      agent: json["agent"]?.stringValue, tool: json["tool"]?.stringValue, server: json["server"]?.stringValue,
      isUntrusted: json["untrusted"]?.boolValue ?? false)
  }
}
