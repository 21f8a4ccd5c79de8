import SCRProtocol

/// Answers that were given, for requests that are equal in everything that matters. Pure; the least recently used go first.
package struct ModelCache: Sendable {
  private struct Entry: Sendable {
    var response: ModelResponse
    var until: Timestamp
    var lastUse: Int
  }

  private let limit: Int
  private let lifetime: Duration
  private var entries: [String: Entry] = [:]
  private var uses = 0

  package init(limit: Int = 1000, lifetime: Duration = .seconds(3600)) {
    self.limit = limit
    self.lifetime = lifetime
  }

  /// Nil for a request whose answer must not be another's.
  package static func key(_ request: ModelRequest, provider: ModelProfile) -> String? {
    switch request.cache {
    case .never: return nil
    case .ifDeterministic where request.temperature != 0 && request.seed == nil: return nil
    case .ifDeterministic, .always: break
    }
    var writer = KeyWriter()
    writer.add(request, provider)
    return SHA256.hex(writer.value.canonical.encoded)
  }

  package mutating func response(_ key: String, at now: Timestamp) -> ModelResponse? {
    guard var entry = entries[key], entry.until > now else {
      entries[key] = nil
      return nil
    }
    uses += 1
    entry.lastUse = uses
    entries[key] = entry
    return entry.response
  }

  /// Only answers that came to their end and are the model's own.
  package mutating func keep(_ response: ModelResponse, for key: String, at now: Timestamp) {
    guard limit > 0, !response.isDegraded, response.finish == .stop || response.finish == .toolCalls else { return }
    if entries[key] == nil, entries.count >= limit {
      entries = entries.filter { $0.value.until > now }
      if entries.count >= limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
        entries[oldest] = nil
      }
    }
    uses += 1
    entries[key] = Entry(response: response, until: now + lifetime, lastUse: uses)
  }
}

/// All of a request that an answer depends on, as one value. Who asks is no part of it, but for the role: a script answers
/// by it, and prompts of different roles must never meet.
private struct KeyWriter {
  private(set) var value = JSONValue.null

  mutating func add(_ request: ModelRequest, _ provider: ModelProfile) {
    value = [
      "provider": .string(provider.name), "kind": .string(provider.kind),
      "model": .string(request.model ?? provider.model ?? ""), "role": .string(request.purpose.role),
      "system": request.system.map { .string($0) } ?? .null, "messages": .array(request.messages.map(\.canonical)),
      "tools": .array(
        request.tools.map { [.string($0.name), .string($0.description), $0.inputSchema] }),
      "choice": .string("\(request.toolChoice)"),
      "output": request.output.map { [.string($0.name), $0.schema, .bool($0.isCheckedByAsker)] } ?? .null,
      "temperature": request.temperature.map { JSONValue($0) } ?? .null,
      "limit": request.maxOutputTokens.map { JSONValue($0) } ?? .null,
      "stop": .array(request.stop.map { .string($0) }),
      "reasoning": request.reasoning.map { .string($0.rawValue) } ?? .null,
      "seed": request.seed.map { .integer($0) } ?? .null,
    ]
  }
}
