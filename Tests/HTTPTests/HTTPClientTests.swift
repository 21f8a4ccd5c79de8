import SCRTestSupport
import Synchronization
import Testing

@testable import SCRHTTP

struct HTTPClientTests {
  private let client = HTTPClient()

  private func request(
    _ server: TestHTTPServer, _ path: String = "/", body: String? = nil, timeouts: HTTPTimeouts = HTTPTimeouts(),
    limits: HTTPLimits = HTTPLimits(), headers: [HTTPHeader] = []
  ) throws -> HTTPRequest {
    HTTPRequest(
      body == nil ? "GET" : "POST", try #require(HTTPAddress(server.address + path)), headers: headers,
      body: body.map { Array($0.utf8) }, timeouts: timeouts, limits: limits)
  }

  private func text(_ request: HTTPRequest) async throws -> String {
    try await client.exchange(request) { String(decoding: try await $0.rest(), as: UTF8.self) }
  }

  private func failure(_ body: () async throws -> Void) async -> HTTPError.Code? {
    do { try await body() } catch let error as HTTPError { return error.code } catch {}
    return nil
  }

  @Test func `a request arrives as it was given, and so does its answer`() async throws {
    let server = try TestHTTPServer { $1.answer(201, "{\"ok\":true}", headers: ["X-Kind: a"]) }
    let sent = try request(
      server, "/v1/x?q=1", body: "{\"a\":1}", headers: [HTTPHeader("X-Empty", ""), HTTPHeader("X-A", "b")])
    let (head, body) = try await client.exchange(sent) { ($0.head, try await $0.rest()) }
    #expect(head.status == 201 && head["x-kind"] == "a" && body == Array("{\"ok\":true}".utf8))
    let seen = try #require(await server.requests.values(1).first)
    #expect(seen.method == "POST" && seen.path == "/v1/x?q=1" && seen.text == "{\"a\":1}")
    #expect(seen.headers["x-a"] == "b" && seen.headers["x-empty"] == "" && seen.headers["expect"] == nil)
  }

  @Test func `a connection is used again, also when the reader left before the end`() async throws {
    let server = try TestHTTPServer { $1.stream("data: [DONE]\n\nthe rest", by: 3) }
    for _ in 0..<3 { _ = try await client.exchange(request(server)) { try await $0.next() } }
    #expect(try await text(request(server)) == "data: [DONE]\n\nthe rest")
    #expect(server.connections.all.count <= 2)
  }

  @Test func `a packed answer is unpacked`() async throws {
    let long = String(repeating: "grüße ", count: 20_000)
    let server = try TestHTTPServer { request, connection in
      let isAsked = request.headers["accept-encoding"]?.contains("gzip") == true
      connection.answer(
        isAsked ? 200 : 406, bytes: TestGzip.packed(Array(long.utf8)), type: "text/plain",
        headers: ["Content-Encoding: gzip"])
    }
    #expect(try await text(request(server)) == long)
  }

  @Test func `a redirect is given as it is`() async throws {
    let server = try TestHTTPServer { $1.answer(302, "", headers: ["Location: http://127.0.0.1:1/steal"]) }
    #expect(try await client.exchange(request(server)) { $0.status } == 302)
    #expect(server.requests.all.count == 1)
  }

  @Test func `a sender that is faster than its reader waits`() async throws {
    let sent = Mutex(0)
    let piece = [UInt8](repeating: 0x61, count: 1 << 16)
    let server = try TestHTTPServer { _, connection in
      connection.begin()
      while sent.withLock({ $0 }) < 64 << 20, connection.chunk(piece) { sent.withLock { $0 += piece.count } }
      connection.end()
    }
    let limits = HTTPLimits(body: 128 << 20, buffered: 1 << 16)
    let other = try TestHTTPServer { $1.answer(200, "x") }
    let (early, all) = try await client.exchange(request(server, limits: limits)) { answer in
      var count = try await answer.next()?.count ?? 0
      // A second exchange on the same thread takes many turns of the loop, in which the first could have gone on.
      for _ in 0..<20 { _ = try await text(request(other)) }
      let early = sent.withLock { $0 }
      while let piece = try await answer.next() { count += piece.count }
      return (early, count)
    }
    #expect(early < 32 << 20, "the sender went on to \(early) bytes while nobody read")
    #expect(all == 64 << 20)
  }

  @Test func `an answer over its limit fails, packed or not`() async throws {
    let server = try TestHTTPServer { request, connection in
      let bytes = [UInt8](repeating: 0x61, count: 200_000)
      request.path == "/gzip"
        ? connection.answer(200, bytes: TestGzip.packed(bytes), type: "a/b", headers: ["Content-Encoding: gzip"])
        : connection.answer(200, bytes: bytes, type: "a/b")
    }
    for path in ["/plain", "/gzip"] {
      #expect(
        await failure { _ = try await text(request(server, path, limits: HTTPLimits(body: 100_000))) } == .tooLarge)
    }
  }

  @Test func `nobody listening, an unknown host and an end before the answer are told apart`() async throws {
    let nobody = try #require(HTTPAddress(try TestHTTPServer.nobody()))
    #expect(await failure { try await client.exchange(HTTPRequest("GET", nobody)) { _ in } } == .refused)
    let unknown = try #require(HTTPAddress("http://does-not-exist.invalid/"))
    #expect(await failure { try await client.exchange(HTTPRequest("GET", unknown)) { _ in } } == .unknownHost)
    let closing = try TestHTTPServer { $1.close() }
    #expect(await failure { _ = try await text(request(closing)) } == .cut)
    let cutting = try TestHTTPServer { _, connection in
      connection.begin()
      connection.chunk("data: half")
      connection.close()
    }
    #expect(await failure { _ = try await text(request(cutting)) } == .cut)
    let short = try TestHTTPServer { _, connection in
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf")
      connection.close()
    }
    #expect(await failure { _ = try await text(request(short)) } == .cut)
    let noise = try TestHTTPServer { _, connection in
      connection.send("this is no HTTP\r\n\r\n")
      connection.close()
    }
    #expect(await failure { _ = try await text(request(noise)) } != nil)
  }

  @Test func `a server that says nothing, stops, or never ends is given up, each by its own name`() async throws {
    let server = try TestHTTPServer { request, connection in
      if request.path != "/first" {
        connection.begin()
        connection.chunk("data: x\n\n")
      }
      if request.path == "/total" { while connection.chunk("data: x\n\n") {} }
      connection.waitForEnd()
    }
    let short = Duration.milliseconds(150)
    for (path, timeouts, code) in [
      ("/first", HTTPTimeouts(firstByte: short), .firstByteTimeout),
      ("/idle", HTTPTimeouts(idle: short), .idleTimeout),
      ("/total", HTTPTimeouts(total: short), .totalTimeout),
    ] as [(String, HTTPTimeouts, HTTPError.Code)] {
      #expect(await failure { _ = try await text(request(server, path, timeouts: timeouts)) } == code)
    }
    #expect(await server.endings.values(3).count == 3)
  }

  @Test(arguments: ["/head", "/body", "/between"])
  func `cancelling closes the connection, wherever the exchange stands`(path: String) async throws {
    let reached = Signal<Void>()
    let server = try TestHTTPServer { _, connection in
      if path != "/head" { connection.begin() }
      if path == "/between" { connection.chunk("data: x\n\n") }
      reached.fire()
      connection.waitForEnd()
    }
    let sent = try request(server, path)
    let outcome = try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        do { _ = try await text(sent) } catch is CancellationError { return true }
        return false
      }
      _ = await reached.values(1)
      group.cancelAll()
      return try await group.next()
    }
    #expect(outcome == true)
    #expect(await server.endings.values(1) == [1])
  }

  @Test func `an exchange that was cancelled before it began sends nothing`() async throws {
    let server = try TestHTTPServer { $1.answer(200, "x") }
    let sent = try request(server)
    let gate = Gate()
    let isCancelled = await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        try? await gate.pass()
        do { _ = try await text(sent) } catch is CancellationError { return true } catch {}
        return false
      }
      group.cancelAll()
      return await group.next()
    }
    #expect(isCancelled == true && server.requests.all.isEmpty)
  }

  @Test func `a reader that throws closes the connection`() async throws {
    struct Enough: Error {}
    let server = try TestHTTPServer { _, connection in
      connection.begin()
      connection.chunk("data: x\n\n")
      connection.waitForEnd()
    }
    await #expect(throws: Enough.self) {
      try await client.exchange(request(server)) { answer in
        _ = try await answer.next()
        throw Enough()
      }
    }
    #expect(await server.endings.values(1) == [1])
  }

  @Test func `many exchanges go on at once, and one more than may be is refused`() async throws {
    let few = HTTPClient(HTTPOptions(mostExchanges: 40))
    let gate = Gate()
    let server = try TestHTTPServer { $1.stream("data: \($0.path)\n\n", by: 1) }
    let holding = try TestHTTPServer { _, connection in
      connection.begin()
      connection.waitForEnd()
    }
    let paths = (0..<39).map { "/\($0)" }
    let held = try request(holding)
    let requests = try paths.map { try request(server, $0) }
    try await withThrowingTaskGroup(of: String.self) { group in
      group.addTask {
        try await few.exchange(held) { _ in
          try await gate.pass()
          return ""
        }
      }
      for sent in requests {
        group.addTask { try await few.exchange(sent) { String(decoding: try await $0.rest(), as: UTF8.self) } }
      }
      var seen: Set<String> = []
      for _ in paths { seen.insert(try await group.next() ?? "") }
      #expect(seen == Set(paths.map { "data: \($0)\n\n" }))
      gate.open()
    }
    let none = HTTPClient(HTTPOptions(mostExchanges: 0))
    #expect(await failure { try await none.exchange(request(server)) { _ in } } == .tooMany)
  }

  @Test func `a header that would smuggle in another is refused, and its value is in no error`() async throws {
    let server = try TestHTTPServer { $1.answer(200, "x") }
    do {
      _ = try await text(request(server, headers: [HTTPHeader("Authorization", "Bearer s3cret\r\nX: y")]))
      Issue.record("it was sent")
    } catch let error as HTTPError {
      #expect(error.code == .badRequest && !error.message.contains("s3cret"))
    }
    #expect(server.requests.all.isEmpty)
  }

  @Test func `what a closed client had under way ends as closed`() async throws {
    let server = try TestHTTPServer { $1.waitForEnd() }
    let loop = TransferLoop(HTTPOptions())
    let transfer = try loop.begin(try request(server))
    _ = await server.requests.values(1)
    loop.stop()
    #expect(await failure { _ = try await transfer.head() } == .closed)
    #expect(await failure { _ = try loop.begin(try request(server)) } == .closed)
  }
}
