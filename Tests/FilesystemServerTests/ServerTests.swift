import MCPServer
import SCRConnection
import SCRProtocol
import SCRTestSupport
import Testing

@testable import FilesystemServer

@Suite("The server on the wire", .timeLimit(.minutes(1)))
struct ServerTests {
  private let tree: TemporaryTree
  private let client: WireClient

  init() throws {
    tree = try TemporaryTree().write("a.txt", "A\n")
    let tools = try tree.tools(writes: true).tools
    client = WireClient(MCPServerHandler(identity: tools.identity(version: "1.2.3"), tools: tools))
  }

  private static let meta =
    #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#

  private func ask(_ method: String, _ params: String) async -> JSONValue {
    await client.ask(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(params)}}"#)
  }

  private func initialize(_ revision: String) async {
    _ = await ask("initialize", #""protocolVersion":"\#(revision)","capabilities":{}"#)
    client.send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
  }

  @Test("a modern call answers with content, structure and identity")
  func modern() async {
    let answer = await ask("tools/call", #""name":"read_text_file","arguments":{"path":"a.txt"},\#(Self.meta)"#)
    #expect(
      answer["result"] == [
        "resultType": "complete", "content": [["type": "text", "text": "A\n"]],
        "structuredContent": ["content": "A\n"], "isError": false,
        "_meta": [
          "io.modelcontextprotocol/serverInfo": [
            "name": "scr-filesystem", "title": "Files below one directory", "version": "1.2.3",
          ]
        ],
      ])
  }

  @Test("a legacy call answers in its revision's shape")
  func legacy() async {
    await initialize("2024-11-05")
    let answer = await ask("tools/call", #""name":"read_text_file","arguments":{"path":"a.txt"}"#)
    #expect(answer["result"] == ["content": [["type": "text", "text": "A\n"]], "isError": false])
  }

  @Test("every tool shows what it needs, what it gives, and whether it changes anything")
  func list() async {
    let tools = await ask("tools/list", Self.meta)["result"]?["tools"]?.arrayValue ?? []
    #expect(
      tools.first == [
        "name": "read_text_file", "title": "Read text file",
        "description": .string(
          "Reads a text file in UTF-8, whole or some lines from its beginning (head) or its end (tail). "
            + "Files over 5 MiB can be read by head or tail only."),
        "inputSchema": [
          "type": "object",
          "properties": [
            "path": ["type": "string", "description": "The file: relative to the root, or absolute and inside it."],
            "head": [
              "type": "integer", "minimum": 1, "maximum": 10_000_000,
              "description": "Only the first lines, so many. Not together with tail.",
            ],
            "tail": [
              "type": "integer", "minimum": 1, "maximum": 10_000_000,
              "description": "Only the last lines, so many. Not together with head.",
            ],
          ],
          "required": ["path"], "additionalProperties": false,
        ],
        "outputSchema": [
          "type": "object",
          "properties": [
            "content": ["type": "string", "description": "The same text as in the content block."]
          ],
          "required": ["content"],
        ],
        "annotations": ["title": "Read text file", "readOnlyHint": true, "openWorldHint": false],
      ])
    for tool in tools {
      let isWriter = tool["name"] == "write_file"
      #expect(tool["annotations"]?["readOnlyHint"] == .bool(!isWriter))
      #expect(tool["annotations"]?["destructiveHint"] == (isWriter ? true : nil))
      #expect(tool["inputSchema"]?["type"] == "object")
      #expect(tool["outputSchema"]?["required"]?.arrayValue?.first == "content")
    }
    #expect(tools.count == 7)
  }

  @Test(
    "wrong arguments are a tool error that names the argument and what would be right",
    arguments: [
      ("read_text_file", "{}", #"arguments.path: "path" is missing"#),
      ("read_text_file", #"{"path":7}"#, "arguments.path: expected a string, found integer"),
      (
        "read_text_file", #"{"path":"a","lines":7}"#,
        #"arguments.lines: unknown member "lines" (known are path, head, tail)"#
      ),
      ("read_text_file", #"{"path":"a","head":0}"#, "arguments.head: 0 is outside 1…10000000"),
      (
        "read_text_file", #"{"path":"a","head":1,"tail":1}"#,
        "arguments.head and arguments.tail cannot be given together; give one of them"
      ),
      ("read_multiple_files", #"{"paths":["a",1]}"#, "arguments.paths[1]: expected a string, found integer"),
    ])
  func badArguments(tool: String, arguments: String, message: String) async {
    let modern = await ask("tools/call", #""name":"\#(tool)","arguments":\#(arguments),\#(Self.meta)"#)
    #expect(modern["result"]?["isError"] == true)
    #expect(modern["result"]?["content"] == [["type": "text", "text": .string(message)]])
    await initialize("2025-06-18")
    let legacy = await ask("tools/call", #""name":"\#(tool)","arguments":\#(arguments)"#)
    #expect(legacy["error"]?["code"] == -32602)
    #expect(legacy["error"]?["message"] == .string(message))
  }

  @Test("an unknown tool is -32602 in both eras")
  func unknownTool() async {
    #expect(await ask("tools/call", #""name":"nope",\#(Self.meta)"#)["error"]?["code"] == -32602)
    await initialize("2025-11-25")
    #expect(await ask("tools/call", #""name":"nope""#)["error"]?["message"] == #"unknown tool "nope""#)
  }
}
