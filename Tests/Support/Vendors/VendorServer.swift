import SCRProtocol

/// A model vendor on 127.0.0.1: reads requests in its format as strictly as the vendor does, and answers in it over a real
/// connection, in small pieces.
package final class VendorServer: Sendable {
  /// What a model answers; may block.
  package typealias Model = @Sendable (VendorAsk) -> VendorReply

  package let interface: VendorInterface
  /// All that was asked, also what was refused.
  package let asked = Signal<VendorAsk>()
  /// What was answered, in this order: each is told of before it is sent.
  package let answered = Signal<VendorAsk>()
  /// Why requests were refused as no request of this vendor.
  package let complaints = Signal<String>()
  private let server: TestHTTPServer

  package init(_ interface: VendorInterface, _ model: @escaping Model) throws {
    self.interface = interface
    let (asked, answered, complaints) = (asked, answered, complaints)
    server = try TestHTTPServer { request, connection in
      guard request.method == "POST", request.path == interface.path,
        request.headers["content-type"] == "application/json", let body = try? JSONParser.parse(request.body)
      else {
        complaints.fire("\(request.method) \(request.path)")
        return connection.answer(404, Self.error(interface, "not_found_error", "there is nothing here"))
      }
      let ask = VendorAsk(interface, headers: request.headers, body: body)
      asked.fire(ask)
      if let complaint = ask.complaint {
        complaints.fire(complaint)
        return connection.answer(400, Self.error(interface, "invalid_request_error", complaint))
      }
      let reply = model(ask)
      switch reply.kind {
      case .silence: connection.waitForEnd()
      case .refusal(let status, let message):
        connection.answer(status, Self.error(interface, status == 529 ? "overloaded_error" : "api_error", message))
      case .answer(let text, let calls):
        let input = reply.inputTokens ?? Int64(request.body.count / 4)
        let answer = VendorAnswer(
          ask: ask, text: text, calls: calls, input: input, output: reply.outputTokens, pieceSize: reply.pieceSize)
        answered.fire(ask)
        connection.stream(answer.stream, by: reply.chunkSize, type: interface.streamType)
      }
    }
  }

  package var address: String { server.address }

  private static func error(_ interface: VendorInterface, _ type: String, _ message: String) -> String {
    let error: JSONValue = ["type": .string(type), "message": .string(message)]
    let body: JSONValue =
      switch interface {
      case .chat, .responses: ["error": error]
      case .anthropic: ["type": "error", "error": error]
      case .ollama: ["error": .string(message)]
      }
    return body.jsonText
  }
}
