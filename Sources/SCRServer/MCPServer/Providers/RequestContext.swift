package import SCRProtocol

/// What a provider may know of the request that it serves, and what it may say before the answer.
package struct RequestContext: Sendable {
  /// The request that began it; its connection's ``MethodTable`` is told when it is answered.
  package let id: RequestID
  package let progress: ProgressReporter
  package let log: LogReporter
  /// Asks the client in the middle of the request, in either era.
  package let client: ClientRequests
  package let trace: TraceContext
  package let clientInfo: Implementation?
  /// What the client answered to ``InputRequired``; empty at first. Not checked: keys and shapes are the client's.
  package internal(set) var inputResponses: [String: JSONValue]
  /// What ``InputRequired/state`` was, unchanged; nil at first.
  package internal(set) var state: JSONValue?

  package init(
    id: RequestID, progress: ProgressReporter = .none, log: LogReporter = .none, client: ClientRequests = .none,
    trace: TraceContext = TraceContext(), clientInfo: Implementation? = nil,
    inputResponses: [String: JSONValue] = [:], state: JSONValue? = nil
  ) {
    self.id = id
    self.progress = progress
    self.log = log
    self.client = client
    self.trace = trace
    self.clientInfo = clientInfo
    self.inputResponses = inputResponses
    self.state = state
  }
}
