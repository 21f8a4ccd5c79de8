import MCPClient
import SCRProtocol
import SCRTestSupport
import Testing

struct DeadlineTests {
  @Test func `work that is done in time gives its value`() async throws {
    #expect(try await withDeadline(.seconds(3600)) { 7 } == 7)
    #expect(try await withDeadline(nil) { 7 } == 7)
  }

  @Test func `work that is late is cancelled and gives nothing`() async throws {
    let closed = Gate()
    let cancelled = Signal<Void>()
    let value = try await withDeadline(.milliseconds(1)) {
      do { try await closed.pass() } catch {
        cancelled.fire()
        throw error
      }
      return 7
    }
    #expect(value == nil)
    #expect(cancelled.all.count == 1)
  }

  @Test func `an error of the work is thrown`() async {
    await #expect(throws: RPCError(code: 1, message: "no")) {
      try await withDeadline(.seconds(3600)) { throw RPCError(code: 1, message: "no") }
    }
  }
}
