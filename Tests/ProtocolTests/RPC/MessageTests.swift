import SCRProtocol
import Testing

struct MessageTests {
  private static func decode(_ text: String) throws(MalformedMessage) -> Message {
    try Message.decode(Array(text.utf8))
  }

  /// Everything of a message in one comparable line.
  private static func outline(_ message: Message) -> String {
    let parts = [("params", message.params), ("result", message.result), ("error", message.error)]
    let bodies = parts.compactMap { name, slice in slice.map { "\(name)=\(String(decoding: $0.bytes, as: UTF8.self))" }
    }
    return (["\(message.kind)", message.method] + bodies).joined(separator: " ")
  }

  @Test(arguments: [
    (#"{"jsonrpc":"2.0","id":7,"method":"a"}"#, "request(7) a"),
    (#"{"jsonrpc":"2.0","id":0,"method":"a","params":{}}"#, "request(0) a params={}"),
    (#"{"method":"a\u002fb","id":"x","params":{"z": 1},"jsonrpc":"2.0"}"#, #"request("x") a/b params={"z": 1}"#),
    (#"{"jsonrpc":"2.0","id":-9007199254740993,"method":"a"}"#, "request(-9007199254740993) a"),
    (#"{"jsonrpc":"2.0","id":"","method":"a"}"#, #"request("") a"#),
    (#" {"jsonrpc":"2.0","method":"note","params":{"id":1}} "#, #"notification note params={"id":1}"#),
    (#"{"jsonrpc":"2.0","id":1,"result":null}"#, "response(1)  result=null"),
    (#"{"jsonrpc":"2.0","id":"a","error":{"code":1}}"#, #"response("a")  error={"code":1}"#),
    (#"{"jsonrpc":"2.0","error":{"code":-32700}}"#, #"strayResponse  error={"code":-32700}"#),
    (#"{"jsonrpc":"2.0","id":null,"result":3}"#, "strayResponse  result=3"),
    (#"{"jsonrpc":"2.0","id":1,"id":2,"method":"a","more":[1]}"#, "request(2) a"),
    (#"{"\u006asonrpc":"2.0","i\u0064":3,"method":"a"}"#, "request(3) a"),
  ])
  func `a whole envelope is read in any order and spelling`(text: String, outline: String) throws {
    let message = try Self.decode(text)
    #expect(Self.outline(message) == outline)
  }

  private static let version = (#"the member "jsonrpc" must be "2.0""#, "jsonrpc")
  private static let method = (#""method" must be a non-empty string"#, "method")
  private static let id = ("the id must be a string or an integer", "id")
  private static let neither = (#"a message needs "method", or one of "result" and "error""#, "method")

  @Test(
    arguments: [
      (#"{"id":1,"method":"a"}"#, RequestID.integer(1), version),
      (#"{"jsonrpc":2.0,"id":1,"method":"a"}"#, .integer(1), version),
      (#"{"jsonrpc":"2.00","id":"x","method":"a"}"#, .string("x"), version),
      (#"{"jsonrpc":"1.0","method":"a"}"#, nil, version),
      ("{}", nil, version),
      (#"{"jsonrpc":"2.0","id":1,"method":""}"#, .integer(1), method),
      (#"{"jsonrpc":"2.0","id":1,"method":null}"#, .integer(1), method),
      (#"{"jsonrpc":"2.0","method":["a"]}"#, nil, method),
      (#"{"jsonrpc":"2.0","id":null,"method":"a"}"#, nil, id),
      (#"{"jsonrpc":"2.0","id":true,"method":"a"}"#, nil, id),
      (#"{"jsonrpc":"2.0","id":1.5,"method":"a"}"#, nil, id),
      (#"{"jsonrpc":"2.0","id":[1],"method":"a"}"#, nil, id),
      (#"{"jsonrpc":"2.0","id":{},"method":"a"}"#, nil, id),
      (
        #"{"jsonrpc":"2.0","id":12345678901234567890,"method":"a"}"#, nil,
        ("an integer as id must fit into 64 bits", "id")
      ),
      (#"{"jsonrpc":"2.0","id":4}"#, .integer(4), neither),
      (#"{"jsonrpc":"2.0"}"#, nil, neither),
      (#"{"jsonrpc":"2.0","id":5,"result":1,"error":{}}"#, .integer(5), neither),
    ] as [(String, RequestID?, (String, String))])
  func `an envelope that is wrong is refused as invalid_request, with the id where it can be read`(
    text: String, id: RequestID?, fault: (message: String, path: String)
  ) {
    let error = #expect(throws: MalformedMessage.self) { try Self.decode(text) }
    #expect(error == MalformedMessage(id: id, error: RPCError(.invalidRequest, fault.message, path: fault.path)))
  }

  @Test(arguments: ["[1]", "null", "\"a\"", "7"])
  func `params that are no object are invalid_params`(params: String) {
    let error = #expect(throws: MalformedMessage.self) {
      try Self.decode(#"{"jsonrpc":"2.0","id":8,"method":"a","params":\#(params)}"#)
    }
    #expect(
      error
        == MalformedMessage(
          id: .integer(8), error: RPCError(.invalidParams, "\"params\" must be an object", path: "params")))
  }

  @Test func `a notification whose params are no object is known as one, so that it gets no answer`() {
    let error = #expect(throws: MalformedMessage.self) {
      try Self.decode(#"{"jsonrpc":"2.0","method":"a","params":[1]}"#)
    }
    #expect(
      error
        == MalformedMessage(
          id: nil, error: RPCError(.invalidParams, "\"params\" must be an object", path: "params"),
          isNotification: true))
  }

  @Test(arguments: [
    ("[]", "batches are not supported"), (#" [{"jsonrpc":"2.0","id":1,"method":"a"}]"#, "batches are not supported"),
    ("3", "expected an object"), ("null", "expected an object"), ("\"{}\"", "expected an object"),
  ])
  func `what is no object is refused, batches by name`(text: String, what: String) {
    let error = #expect(throws: MalformedMessage.self) { try Self.decode(text) }
    let message = "\(what); send one JSON object a line"
    let isBatch = text.contains("[")
    #expect(error == MalformedMessage(id: nil, error: RPCError(.invalidRequest, message), isBatch: isBatch))
  }

  @Test(arguments: [
    ("", 1), ("{", 2), (#"{"jsonrpc":"2.0","id":1,"method":"a""#, 37), (#"{"id":1}}"#, 9), (#"{"id":01}"#, 8),
    (#"{'id':1}"#, 2), (#"{"id":1,}"#, 9), (#"{"params":{"a":[1,,2]}}"#, 19), ("nul", 1), (#"{"a":"\x"}"#, 7),
  ])
  func `what is no JSON is a parse error without an id that points at the fault`(text: String, column: Int) {
    let error = #expect(throws: MalformedMessage.self) { try Self.decode(text) }
    #expect(error?.id == nil)
    #expect(error?.error.kind == .parseError)
    #expect(error?.error.data?["path"] == .string("column \(column)"))
  }

  @Test func `bytes that are no UTF-8 are a parse error`() {
    let frame = Array(#"{"jsonrpc":"2.0","id":1,"method":""#.utf8) + [0xC3, 0x28] + Array("\"}".utf8)
    let error = #expect(throws: MalformedMessage.self) { try Message.decode(frame) }
    #expect(error?.error.kind == .parseError)
  }

  @Test(
    arguments: [
      (#"{"jsonrpc":"2.0","id":17,"method":"a","params":{"text":"xxx"#, RequestID.integer(17)),
      (#"{"id":"abc","params":["#, .string("abc")),
      (#"{"params":{"id":5,"text":"xx"#, nil), (#"{"id":1"#, nil), ("[1,2", nil), ("", nil), ("no json", nil),
    ] as [(String, RequestID?)])
  func `the id is found in the beginning of a frame if it stands there`(prefix: String, id: RequestID?) {
    #expect(Message.peekID(Array(prefix.utf8)) == id)
  }
}
