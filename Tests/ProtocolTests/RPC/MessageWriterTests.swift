import SCRProtocol
import Testing

struct MessageWriterTests {
  private static func written(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func `messages stand behind one another, each on a line of its own`() {
    let text = Self.written { writer in
      writer.request(.integer(1), method: "a/b", params: ["k": "line\nbreak"])
      writer.request(.string("\"q\""), method: "c", params: nil)
      writer.notification(method: "note", params: [:])
      writer.notification(method: "bare", params: nil)
      writer.response(.integer(-2)) { $0.raw("[1]") }
      writer.response(.string("x"), error: RPCError(code: 5, message: "no", data: nil))
    }
    #expect(
      text == """
        {"jsonrpc":"2.0","id":1,"method":"a/b","params":{"k":"line\\nbreak"}}
        {"jsonrpc":"2.0","id":"\\"q\\"","method":"c"}
        {"jsonrpc":"2.0","method":"note","params":{}}
        {"jsonrpc":"2.0","method":"bare"}
        {"jsonrpc":"2.0","id":-2,"result":[1]}
        {"jsonrpc":"2.0","id":"x","error":{"code":5,"message":"no"}}

        """)
  }

  @Test func `an error without a readable id has no id member`() {
    let text = Self.written { $0.response(nil, error: RPCError(code: -32700, message: "what?")) }
    #expect(text == #"{"jsonrpc":"2.0","error":{"code":-32700,"message":"what?"}}"# + "\n")
  }

  @Test func `what is written is decoded as what it was`() throws {
    var writer = JSONWriter()
    writer.request(.string("ä\u{1}"), method: "m\"", params: ["a": [nil, 1.5]])
    let message = try Message.decode(Array(writer.bytes.dropLast()))
    #expect(message.kind == .request(.string("ä\u{1}")))
    #expect(message.method == "m\"")
    #expect(try message.params?.value() == ["a": [nil, 1.5]])
  }
}
