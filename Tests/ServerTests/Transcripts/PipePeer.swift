import MCPServer
import SCRConnection
import SCRProtocol
import SCRTestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A handler in this process, behind the pipes and threads that `scr serve` has, too.
final class PipePeer: TranscriptPeer {
  private let input: TestDescriptor
  private let lines: LineReader

  private init(input: TestDescriptor, lines: LineReader) {
    self.input = input
    self.lines = lines
  }

  /// Serves `handler` while `body` talks to it, and closes its input afterwards.
  static func connect<Value: Sendable>(
    _ handler: any ConnectionHandler, frameLimit: Int?, _ body: (PipePeer) async throws -> Value
  ) async throws -> Value {
    var limits = Connection.Limits()
    if let frameLimit { limits.frame = frameLimit }
    let (inward, outward) = (try TestPipe(), try TestPipe())
    let peer = PipePeer(input: TestDescriptor(inward.write), lines: LineReader(outward.read))
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [limits] in
        await StdioServer.run(
          handler: handler, limits: limits, input: inward.read, output: outward.write, onOutputClosed: {})
        close(inward.read)
        close(outward.write)
      }
      defer { peer.input.close() }
      return try await body(peer)
    }
  }

  func send(_ line: String) { input.write(Array((line + "\n").utf8)) }
  func next() async throws -> JSONValue { JSONValue(json: try await lines.next()) }
  func endInput() { input.close() }

  func leftovers() async -> [JSONValue] {
    endInput()
    return await lines.rest().map { JSONValue(json: $0) }
  }
}
