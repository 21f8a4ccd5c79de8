import MCPClient
import SCRConnection
import SCRProcess
import SCRProtocol
import SCRTestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct CallTests {
  let servers = Servers()

  @Test func `arguments and metadata arrive as they were given`() async throws {
    let server = try await servers.start()
    let result = try await server.call(
      "echo", arguments: ["text": "ä\n", "number": 9_007_199_254_740_993],
      CallOptions(timeout: nil, extraMeta: ["dev.scr/idempotencyKey": "k1"]))
    #expect(result.structuredContent?["arguments"] == ["text": "ä\n", "number": 9_007_199_254_740_993])
    let meta = result.structuredContent?["meta"]
    #expect(meta?["dev.scr/idempotencyKey"] == "k1")
    #expect(meta?["io.modelcontextprotocol/protocolVersion"] == "2026-07-28")
    #expect(meta?["io.modelcontextprotocol/clientInfo"]?["name"] == "scr")
    await server.stop()
  }

  @Test func `a legacy server gets no metadata of the modern era`() async throws {
    let server = try await servers.start("--legacy")
    let result = try await server.call(
      "echo", arguments: [:], CallOptions(timeout: nil, extraMeta: ["dev.scr/idempotencyKey": "k1"]))
    let names = result.structuredContent?["meta"]?.objectValue?.map(\.key)
    #expect(names == ["progressToken", "dev.scr/idempotencyKey"])
    await server.stop()
  }

  @Test func `an error of the tool is a result`() async throws {
    let server = try await servers.start()
    #expect(try await server.call("fail") == CallToolResult(text: "the disk is on fire", isError: true))
    await server.stop()
  }

  @Test func `an error of the protocol is thrown as the server sent it`() async throws {
    let server = try await servers.start()
    let error = await #expect(throws: RPCError.self) { try await server.call("no-such-tool") }
    #expect(error == RPCError(code: -32602, message: "Unknown tool: no-such-tool"))
    await server.stop()
  }

  @Test func `progress comes in order`() async throws {
    let server = try await servers.start()
    let progress = Signal<JSONValue>()
    _ = try await server.call("progress", arguments: [:], CallOptions(timeout: nil, onProgress: { progress.fire($0) }))
    #expect(progress.all.map { $0["progress"] } == [1, 2, 3])
    #expect(progress.all.map { $0["total"] } == [3, 3, 3])
    await server.stop()
  }

  @Test func `a call without an answer ends in time, and the server is told`() async throws {
    let server = try await servers.start()
    let error = await #expect(throws: MCPClientError.self) {
      try await server.call("hang", arguments: [:], CallOptions(timeout: .milliseconds(50)))
    }
    #expect(error?.code == .timeout)
    // The probe was request 1, the list 2.
    #expect(try await server.heard().contains("cancelled 3"))
    await server.stop()
  }

  @Test func `a cancelled call returns at once, and the server is told`() async throws {
    let server = try await servers.start()
    let hanging = Signal<Void>()
    let error = await withTaskGroup(of: (any Error)?.self) { group in
      group.addTask {
        do {
          _ = try await server.call(
            "hang", arguments: [:], CallOptions(timeout: nil, onProgress: { _ in hanging.fire() }))
          return nil
        } catch { return error }
      }
      _ = await hanging.values(1)
      group.cancelAll()
      return await group.next() ?? nil
    }
    #expect(error is CancellationError)
    #expect(try await server.heard().contains("cancelled 3"))
    await server.stop()
  }

  @Test func `calls overlap`() async throws {
    let server = try await servers.start()
    let hanging = Signal<Void>()
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        _ = try? await server.call(
          "hang", arguments: [:], CallOptions(timeout: nil, onProgress: { _ in hanging.fire() }))
      }
      _ = await hanging.values(1)
      #expect((try? await server.call("echo"))?.isError == false)
      group.cancelAll()
    }
    await server.stop()
  }

  @Test func `a server that dies in a call fails that call with its last words`() async throws {
    let server = try await servers.start()
    let error = await #expect(throws: MCPClientError.self) { try await server.call("die") }
    #expect(error?.code == .exited)
    #expect(error?.stderrTail == "dying as told")
    #expect(await servers.exit.values(1) == [.exited(9)])
    #expect(servers.table.count == 0)
  }

  @Test func `a call of a server that is gone fails at once`() async throws {
    let server = try await servers.start()
    await server.stop()
    let error = await #expect(throws: MCPClientError.self) { try await server.call("echo") }
    #expect(error?.code == .exited)
  }

  @Test func `a server that reads no more is told from one that is gone`() async throws {
    let server = try await servers.start(flags: [], ladder: .immediate)
    _ = try await server.call("deafen")
    let large: JSONObject = ["text": .string(String(repeating: "x", count: 10 << 20))]
    await withTaskGroup(of: MCPClientError?.self) { group in
      for _ in 0..<2 {
        group.addTask {
          do { _ = try await server.call("echo", large) } catch { return error as? MCPClientError }
          return nil
        }
      }
      // The first fills the queue and waits; the other finds no room.
      let error = await group.next() ?? nil
      #expect(error?.code == .stalled)
      group.cancelAll()
    }
    #expect(await server.stop() == .signalled(9))
    // Once it is gone, the full buffer is no longer the reason.
    let gone = await #expect(throws: MCPClientError.self) { try await server.call("echo") }
    #expect(gone?.code == .exited)
  }

  @Test func `a changed list is told, and read again`() async throws {
    let server = try await servers.start()
    #expect(servers.changes.all.count == 0)
    _ = try await server.call("grow")
    _ = await servers.changes.values(1)
    let tools = try await server.session.listTools(timeout: .seconds(60)).tools
    #expect(tools.map(\.name) == server.tools.map(\.name) + ["extra_0"])
    await server.stop()
  }

  @Test func `an answer that cannot be read fails its call at once`() async throws {
    let server = try await servers.start()
    let garbled = await #expect(throws: MCPClientError.self) { try await server.call("nan") }
    #expect(garbled?.code == .protocolViolation)
    #expect(garbled?.message.hasPrefix("the answer of fake cannot be read: the line is not valid JSON") == true)
    let bloated = await #expect(throws: MCPClientError.self) { try await server.call("bloat") }
    #expect(bloated?.code == .tooLarge)
    #expect(try await server.call("echo").isError == false)
    await server.stop()
  }

  @Test func `a time-out tells of the lines that could not be read`() async throws {
    let server = try await servers.start()
    let error = await #expect(throws: MCPClientError.self) {
      try await server.call("mutter", arguments: [:], CallOptions(timeout: .milliseconds(1000)))
    }
    #expect(error?.code == .timeout)
    #expect(
      error?.message
        == "fake did not answer tools/call within 1.0 seconds; lines on its stdout that were no protocol: 1; the last: "
        + #"{"id": "lost""#)
    await server.stop()
  }

  @Test func `what did not leave is told from what may have arrived`() async throws {
    let server = try await servers.start()
    let sent = await #expect(throws: MCPClientError.self) { try await server.call("die") }
    #expect(sent?.wasSent == true)
    let unsent = await #expect(throws: MCPClientError.self) { try await server.call("echo") }
    #expect(unsent?.code == .exited)
    #expect(unsent?.wasSent == false)
    await server.stop()
  }

  @Test func `progress is asked for by calls alone`() async throws {
    let sent = Signal<JSONValue>()
    let session = MCPSession(serverName: "fake", client: Implementation(name: "scr", version: "1"))
    _ = session.connect(sink: CollectingSink { sent.fire($0) })
    await withTaskGroup(of: Void.self) { group in
      group.addTask { _ = try? await session.listTools(timeout: .seconds(60)) }
      _ = await sent.values(1)
      group.addTask { _ = try? await session.callTool("echo", arguments: [:], CallOptions(timeout: nil)) }
      _ = await sent.values(2)
      group.cancelAll()
    }
    let tokens = sent.all.prefix(2).map { $0["params"]?["_meta"]?["progressToken"] }
    #expect(tokens == [nil, 2])
  }

  @Test(arguments: [Fixture.path("fake-mcp-server"), "no-such-server"])
  func `nothing of a life is kept after its end`(_ command: String) async throws {
    final class Kept: Sendable {}
    var kept: Kept? = Kept()
    weak let witness = kept
    let spec = MCPServerSpec(name: "fake", process: ProcessSpec(command: command, environment: ["PATH": "/usr/bin"]))
    let server = try? await ToolServerProcess.start(
      spec, in: servers.table, client: Implementation(name: "scr", version: "1"),
      onChange: { [kept] _ in _ = kept }, onExit: { _ in })
    kept = nil
    #expect(await server?.stop() == (command == "no-such-server" ? nil : .exited(0)))
    _ = consume server
    #expect(witness == nil)
  }
}
