import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

struct AbsentServerTests {
  private static func unknown(_ name: String, of status: ToolServerStatus) -> ToolError {
    let server = FakeToolSource(name: "files", [:])
    server.status = status
    return ToolCatalogue(inline: [], sources: [server], policy: ToolPolicy()).unknown(name)
  }

  @Test(
    "A tool of a server that is not there is refused with the server's reason", arguments: ["files.read", "files_read"])
  func absent(_ name: String) {
    let failed = Self.unknown(name, of: ToolServerStatus(state: .failed, reason: "no licence"))
    #expect(failed.kind == .serverUnavailable)
    #expect(failed.message == "the tool server files is failed: no licence")
    #expect(!failed.isRetryable)
    let starting = Self.unknown(name, of: ToolServerStatus(state: .starting))
    #expect(starting.message == "the tool server files is starting")
    #expect(starting.isRetryable)
  }

  @Test func `A tool that a ready server lacks is not found`() {
    let error = Self.unknown("files.read", of: ToolServerStatus(state: .ready))
    #expect(error.kind == .notFound)
    #expect(error.message == #"there is no tool "files.read""#)
  }

  @Test func `Another server's state says nothing of a name`() {
    #expect(Self.unknown("filesystem.read", of: ToolServerStatus(state: .failed)).kind == .notFound)
  }
}
