import EverythingServer
import MCPServer
import SCRConnection

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The server under test of the official MCP conformance suite, over stdio.
@main
struct ConformanceServer {
  static func main() async {
    // Nothing but the protocol may reach the wire.
    let wire = dup(STDOUT_FILENO)
    dup2(STDERR_FILENO, STDOUT_FILENO)
    let server = EverythingServer { try await ContinuousClock().sleep(for: .milliseconds(50)) }
    let handler = MCPServerHandler(identity: EverythingServer.identity, offer: server.offer)
    await StdioServer.run(handler: handler, input: STDIN_FILENO, output: wire) { exit(0) }
  }
}
