import SCRProtocol
import SCRRuntime
import Testing

/// Compares events with `schemas/events.schema.json`.
enum EventRules {
  private static let schemas: [EventKind: JSONSchema] = EventShape.all.reduce(into: [:]) { schemas, shape in
    schemas[shape.kind] = try? JSONSchema.compile(shape.schema)
  }

  /// What does not hold, with the event's kind.
  static func problems(_ events: [RuntimeEvent]) throws -> [String] {
    try events.flatMap { event -> [String] in
      let schema = try #require(schemas[event.kind], "the kind \(event.kind) has no schema")
      return schema.validate(event.data).map { "\(event.kind) \($0.instancePath): \($0.message)" }
    }
  }

  /// The events of a store, as far as a test is likely to have made them.
  static func check(_ store: any TaskStore) async throws {
    let events = try await store.events(since: 0, taskID: nil, limit: 500).filter { EventKind.all.contains($0.kind) }
    #expect(try problems(events) == [])
  }
}
