package import SCRProtocol

/// A task that a tool server made of a call: a child of the step, at the server's side.
package struct RemoteTaskRecord: Sendable, Hashable {
  package var server: String
  /// What the server's client needs to find it again; opaque here.
  package var task: JSONValue

  package init(server: String, task: JSONValue) {
    self.server = server
    self.task = task
  }

  var json: JSONValue { ["server": .string(server), "task": task] }

  init?(json: JSONValue) {
    guard let server = json["server"]?.stringValue, let task = json["task"] else { return nil }
    self.init(server: server, task: task)
  }
}

/// Where a call writes down that its server made a task of it, so that a later life of the runtime asks for that task
/// instead of calling again.
package protocol RemoteTaskJournal: Sendable {
  /// What an earlier life of the same call wrote.
  var left: RemoteTaskRecord? { get }

  /// Returns once it is durable.
  /// - Throws: `StoreError`: the claim on the task is lost, or it cannot be written.
  func keep(_ record: RemoteTaskRecord) async throws

  /// Whether the call will be taken up again by a later life of the runtime, so that its end now is none of the task's.
  var goesOn: Bool { get }
}
