import SCRProtocol
import SCRRuntime
import Testing

struct ToolPolicyTests {
  private static func tool(_ name: String, _ effect: ToolEffect = .unknown, named: Bool = false) -> ToolDescriptor {
    ToolDescriptor(
      name: ToolName(qualified: name), description: "", inputSchema: [:], effect: effect, isNamedByConfiguration: named)
  }

  @Test(arguments: [
    (tool("calculator"), true), (tool("fs.read", .readOnly), true), (tool("fs.write", named: true), true),
    (tool("fs.write"), false), (tool("fs.write", .idempotent), false),
  ])
  func `by default native, read-only and named tools are permitted`(tool: ToolDescriptor, isPermitted: Bool) {
    #expect(ToolPolicy().permits(tool) == isPermitted)
  }

  @Test func `an annotation of the server permits nothing`() {
    var tool = Self.tool("fs.write")
    tool.annotations = ["readOnlyHint": true]
    #expect(!ToolPolicy().permits(tool))
  }

  @Test func `allow adds to the default, deny wins over everything`() {
    let policy = ToolPolicy(allow: [Glob("fs.*")], deny: [Glob("*.delete"), Glob("calc*")])
    let verdicts = [
      Self.tool("fs.write"), Self.tool("fs.delete", .readOnly, named: true), Self.tool("calculator"),
      Self.tool("time"), Self.tool("db.write"),
    ].map(policy.permits)
    #expect(verdicts == [true, false, false, true, false])
  }

  @Test func `a denial names the tool and what to do`() {
    let error = ToolPolicy().denial(of: Self.tool("fs.write"))
    #expect(error.kind == .denied)
    #expect(error.message == "the tool fs.write is not allowed")
    #expect(error.hint == "allow it with tools.allow, or name it in allowedTools of its server")
    #expect(!error.isRetryable && !error.mayHaveTakenEffect)
  }
}
