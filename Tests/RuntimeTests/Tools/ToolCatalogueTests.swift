import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

struct ToolCatalogueTests {
  private static func catalogue(_ tools: [String], inline: [any InlineTool] = [], deny: String? = nil) -> ToolCatalogue
  {
    let body: FakeToolSource.Body = { _ in ToolResult(text: "ok") }
    let source = FakeToolSource(name: "s", Dictionary(uniqueKeysWithValues: tools.map { ($0, body) }))
    return ToolCatalogue(inline: inline, sources: [source], policy: ToolPolicy(deny: deny.map { [Glob($0)] } ?? []))
  }

  @Test func `entries stand by qualified name, native tools among the others`() {
    let catalogue = Self.catalogue(["b", "a"], inline: [Doubler()], deny: "s.b")
    #expect(catalogue.entries.map(\.descriptor.name.qualified) == ["double", "s.a", "s.b"])
    #expect(catalogue.entries.map(\.wireName) == ["double", "s_a", "s_b"])
    #expect(catalogue.entries.map(\.isPermitted) == [true, true, false])
    #expect(catalogue.descriptors.map(\.name.qualified) == ["double", "s.a"])
  }

  @Test func `a tool is found by either of its names`() {
    let catalogue = Self.catalogue(["a b", "a_b"])
    #expect(catalogue.collisions == [ToolName(server: "s", tool: "a_b")])
    let found = ["s.a b", "s.a_b", "s_a_b", "s_a_b_2", "a_b", "S.a_b"].map {
      catalogue[$0]?.descriptor.name.qualified
    }
    #expect(found == ["s.a b", "s.a_b", "s.a b", "s.a_b", nil, nil])
  }

  @Test func `of two tools with one qualified name the first counts`() {
    let both = ToolCatalogue(
      inline: [Doubler(), Doubler(description: "second")], sources: [], policy: ToolPolicy())
    #expect(both.entries.map(\.descriptor.description) == ["Doubles"])
  }

  @Test func `an unknown name is told with the nearest one`() {
    let error = Self.catalogue(["read_file"]).unknown("s.read_fil")
    #expect(error.kind == .notFound)
    #expect(error.message == #"there is no tool "s.read_fil""#)
    #expect(error.hint == #"did you mean "s.read_file"?"#)
    let far = Self.catalogue(["read_file"]).unknown(String(repeating: "z", count: 300))
    #expect(far.message == #"there is no tool "\#(String(repeating: "z", count: 200))""#)
    #expect(far.hint == "scr mcp list shows the tool servers and their tools")
  }

  @Test func `arguments are held against the schema; one that cannot be compiled is left to the server`() {
    let strict = Self.catalogue([], inline: [Doubler()]).entries[0]
    #expect(strict.check(["n": 2])?.message == nil)
    let error = strict.check(["n": "2"])
    #expect(error?.kind == .invalidInput)
    #expect(error?.message.hasPrefix("the arguments of double are not valid: ") == true)
    let loose = ToolCatalogue.Entry(
      ToolDescriptor(name: ToolName(tool: "x"), description: "", inputSchema: ["type": "nonsense"]), wireName: "x",
      isPermitted: true)
    #expect(loose.check(["n": 2])?.message == nil)
  }
}

/// Doubles an integer `n` in line.
struct Doubler: InlineTool {
  var description = "Doubles"

  var descriptor: ToolDescriptor {
    ToolDescriptor(
      name: ToolName(tool: "double"), description: description,
      inputSchema: ["type": "object", "properties": ["n": ["type": "integer"]], "required": ["n"]])
  }

  func run(_ arguments: JSONObject) -> ToolResult {
    ToolResult(text: "\(2 * (arguments["n"]?.integerValue ?? 0))")
  }
}
