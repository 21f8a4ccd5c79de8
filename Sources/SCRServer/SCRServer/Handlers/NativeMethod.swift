import MCPServer
package import SCRConnection
package import SCRProtocol
package import SCRRuntime

/// One native method: its name, what it takes, and what answers it. Adding a method touches its own file and the table.
package struct NativeMethod: Sendable {
  package let signature: NativeSignature
  private let mayWait: @Sendable (JSONSlice?) -> Bool
  private let isStream: Bool
  let handle: @Sendable (NativeRequest) async throws -> JSONValue

  /// - Parameters:
  ///   - result: what it answers with; a test holds every answer against it.
  ///   - isStream: whether it tells of what others do until the client has had enough.
  ///   - mayWait: whether a request with these parameters may take as long as it likes.
  init<Params: Sendable>(
    _ name: String, _ summary: String, _ shape: Shape<Params>, gives result: NativeResult, isStream: Bool = false,
    mayWait: @escaping @Sendable (JSONSlice?) -> Bool = { _ in false },
    _ handle: @escaping @Sendable (Params, NativeRequest) async throws -> JSONValue
  ) {
    self.mayWait = mayWait
    self.isStream = isStream
    signature = NativeSignature(name, summary, shape, result)
    self.handle = { request in
      let params: Params
      do throws(ShapeError) { params = try shape.decode(request.params, path: "params") } catch { throw error.rpcError }
      return try await handle(params, request)
    }
  }

  /// Native requests outlive the end of input (interface.md §1).
  func policy(_ params: JSONSlice?) -> DrainPolicy {
    isStream ? .stream : mayWait(params) ? .finishWait : .finish
  }

  /// For methods that wait if they are asked to.
  static func waitMember(_ params: JSONSlice?) -> Bool {
    (params?.member("wait")).map { $0.bytes.elementsEqual("true".utf8) } ?? false
  }
}

/// What a native handler gets beside its parameters.
package struct NativeRequest: Sendable {
  package let id: RequestID
  package let params: JSONValue?
  package let connection: Connection
  /// Fires when the peer has closed its side and is answered; streams then come to their end.
  package let inputEnd: OneShot<Void>
  package let holds: AnswerHolds
  /// The number of the newest event when the request came: what later requests of the connection do follows it.
  package let newestEvent: Int64
}

/// Native methods by their names.
package struct NativeTable: Sendable {
  let methods: [String: NativeMethod]

  /// What there is, for `rpc.discover` and for the documents in `schemas/`.
  package let description: NativeDescription

  package init(_ methods: [NativeMethod]) {
    description = NativeDescription(methods.map(\.signature) + [.discover])
    let all = methods + [.discover(description)]
    self.methods = Dictionary(all.map { ($0.signature.name, $0) }) { $1 }
  }
}

/// The native methods as the kit's table, for one connection.
package final class NativeMethods: MethodTable {
  private let methods: [String: NativeMethod]
  private let inputEnd = OneShot<Void>()
  private let holds: AnswerHolds
  private let newestEvent: @Sendable () -> Int64

  /// - Parameter newestEvent: the number of the newest event so far.
  package init(
    _ table: NativeTable, holds: AnswerHolds = AnswerHolds(), newestEvent: @escaping @Sendable () -> Int64
  ) {
    self.holds = holds
    self.newestEvent = newestEvent
    methods = table.methods
  }

  package func contains(_ method: String) -> Bool { methods[method] != nil }

  package func receive(
    _ request: IncomingRequest, on connection: Connection, output: inout JSONWriter
  ) -> Disposition {
    guard let method = methods[request.method] else { return .error(Admission.unknown(request.method)) }
    return .later(method.policy(request.params)) { [inputEnd, holds, newestEvent = newestEvent()] in
      let params: JSONValue?
      do throws(JSONParseError) { params = try request.params?.value() } catch {
        throw RPCError(.invalidParams, "the parameters are too large: \(error)", path: "params")
      }
      let request = NativeRequest(
        id: request.id, params: params, connection: connection, inputEnd: inputEnd, holds: holds,
        newestEvent: newestEvent)
      return JSONSlice(try await method.handle(request))
    }
  }

  package func answered(_ id: RequestID, on connection: Connection) { holds.answered(id) }

  package func onlyStreamsLeft(on connection: Connection) { inputEnd.fire(()) }
}
