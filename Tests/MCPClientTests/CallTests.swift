import MCPClient
import SCRProcess
import SCRProtocol
import SCRTestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct CallTests {
  let servers = Servers()

  @Test func `arguments and metadata arrive as they were given`() async throws {
    let server = try await servers.start()
    let result = try await server.call(
      "echo", arguments: ["text": "ä\n", "number": 9_007_199_254_740_993], timeout: nil,
      extraMeta: ["dev.scr/idempotencyKey": "k1"])
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
      "echo", arguments: [:], timeout: nil, extraMeta: ["dev.scr/idempotencyKey": "k1"])
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
    _ = try await server.call("progress", arguments: [:], timeout: nil) { progress.fire($0) }
    #expect(progress.all.map { $0["progress"] } == [1, 2, 3])
    #expect(progress.all.map { $0["total"] } == [3, 3, 3])
    await server.stop()
  }

  @Test func `a call without an answer ends in time, and the server is told`() async throws {
    let server = try await servers.start()
    let error = await #expect(throws: MCPClientError.self) {
      try await server.call("hang", arguments: [:], timeout: .milliseconds(50))
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
          _ = try await server.call("hang", arguments: [:], timeout: nil) { _ in hanging.fire() }
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
      group.addTask { _ = try? await server.call("hang", arguments: [:], timeout: nil) { _ in hanging.fire() } }
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
  }

  @Test func `a changed list is told, and read again`() async throws {
    let server = try await servers.start()
    #expect(servers.changes.all.count == 0)
    _ = try await server.call("grow")
    _ = await servers.changes.values(1)
    let tools = try await server.session.listTools(timeout: .seconds(60))
    #expect(tools.map(\.name) == server.tools.map(\.name) + ["extra_0"])
    await server.stop()
  }

  @Test(arguments: [[], ["--legacy"]])
  func `a ping is answered in both eras`(_ flags: [String]) async throws {
    let server = try await servers.start(flags: flags)
    try await server.session.ping(timeout: .seconds(60))
    await server.stop()
  }
}
