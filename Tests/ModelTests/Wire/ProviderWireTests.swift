import SCRHTTP
import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Synchronization
import Testing

@testable import SCRModels

struct ProviderWireTests {
  @Test(arguments: VendorSample.all)
  func `an answer comes whole over a connection that gives it byte by byte, and the connection is kept`(
    sample: VendorSample
  ) async throws {
    let bench = try VendorBench(sample.kind) { $1.stream(sample.stream, by: 1, type: sample.type) }
    for _ in 0..<3 { #expect(try await bench.ask() == sample.events) }
    let requests = bench.server.requests.all
    #expect(requests.map(\.path) == Array(repeating: sample.path, count: 3))
    #expect(bench.server.connections.all.count < 3)
  }

  @Test(arguments: VendorSample.all)
  func `the key goes into its header, and the request says that it is JSON`(sample: VendorSample) async throws {
    let bench = try VendorBench(sample.kind) { $1.stream(sample.stream, type: sample.type) }
    _ = try await bench.ask()
    let request = try #require(bench.server.requests.all.first)
    #expect(request.method == "POST" && request.headers["content-type"] == "application/json")
    if sample.kind == .anthropic {
      #expect(request.headers["x-api-key"] == VendorBench.key)
      #expect(request.headers["anthropic-version"] == "2023-06-01" && request.headers["authorization"] == nil)
    } else {
      #expect(request.headers["authorization"] == "Bearer \(VendorBench.key)")
    }
    let body = try JSONParser.parse(request.body)
    let wanted = try VendorBench.body(sample.kind, VendorSample.request)
    #expect(body == wanted)
    #expect(body["model"] == "m-0" && body["stream"] == true)
  }

  @Test(
    arguments: VendorSample.all,
    [
      (400, "bad", ModelError.Code.invalidRequest), (400, "maximum context length is 8192", .contextTooLong),
      (401, "wrong key \(VendorBench.key)", .auth), (403, "not yours", .auth), (404, "model not found", .unknownModel),
      (404, "", .invalidRequest), (408, "slow", .server), (413, "big", .contextTooLong),
      (429, "wait", .rateLimited), (429, "insufficient_quota", .quota), (500, "oops", .server),
      (503, "down", .overloaded), (529, "Overloaded", .overloaded), (302, "", .invalidRequest),
    ])
  func `a status means the same with every vendor, and no error shows the key`(
    sample: VendorSample, status: (Int, String, ModelError.Code)
  ) async throws {
    let bench = try VendorBench(sample.kind) { _, connection in
      let body: JSONValue = ["error": ["message": .string(status.1), "type": "some_error"]]
      connection.answer(status.0, body.jsonText, headers: ["Retry-After: 7", "Location: http://127.0.0.1:1/"])
    }
    let error = try #require(await bench.failure())
    #expect(error.code == status.2 && error.status == status.0 && error.provider == "vendor")
    #expect(error.retryAfter == .seconds(7))
    #expect(!"\(error) \(error.hint ?? "") \(String(reflecting: error))".contains(VendorBench.key))
    if !status.1.isEmpty, status.0 != 401 { #expect(error.message.contains(status.1)) }
  }

  @Test(arguments: VendorSample.all)
  func `an error after part of the answer comes after that part`(sample: VendorSample) async throws {
    let begin = String(decoding: Array(sample.stream.utf8).prefix(upToEvents: 5, of: sample), as: UTF8.self)
    let bench = try VendorBench(sample.kind) { $1.stream(begin + sample.midStreamError, type: sample.type) }
    let seen = Signal<ModelEvent>()
    do {
      try await bench.provider.generate(VendorSample.request) { seen.fire($0) }
      Issue.record("it ended well")
    } catch let error as ModelError {
      #expect(error.code == .overloaded)
    }
    #expect(sample.events.starts(with: seen.all) && seen.all.count >= 2)
  }

  @Test(arguments: VendorSample.all)
  func `a connection that closes in the middle is a cut, with an end of chunks and without`(
    sample: VendorSample
  ) async throws {
    let half = Array(Array(sample.stream.utf8).prefix(sample.stream.utf8.count / 2))
    for isOrderly in [true, false] {
      let bench = try VendorBench(sample.kind) { _, connection in
        connection.begin(type: sample.type)
        connection.chunk(half)
        if isOrderly { connection.end() }
        connection.close()
      }
      #expect(await bench.failure()?.code == .cut)
    }
  }

  @Test(arguments: VendorSample.all)
  func `a provider that says nothing, or stops in the middle, is given up by its own name`(
    sample: VendorSample
  ) async throws {
    let short = Duration.milliseconds(120)
    let silent = try VendorBench(sample.kind, timeouts: HTTPTimeouts(firstByte: short)) { $1.waitForEnd() }
    #expect(await silent.failure()?.code == .firstByteTimeout)
    let stalled = try VendorBench(sample.kind, timeouts: HTTPTimeouts(idle: short)) { _, connection in
      connection.begin(type: sample.type)
      connection.chunk(Array(sample.stream.utf8.prefix(40)))
      connection.waitForEnd()
    }
    let error = try #require(await stalled.failure())
    #expect(error.code == .idleTimeout && error.isRetryable)
    #expect(await stalled.server.endings.values(1) == [1])
  }

  @Test(arguments: VendorSample.all)
  func `a page of HTML is no answer, and the hint names the address`(sample: VendorSample) async throws {
    let bench = try VendorBench(sample.kind) { $1.answer(200, "<html>Log in</html>", type: "text/html") }
    let error = try #require(await bench.failure())
    #expect(error.code == .malformed && !error.isRetryable && error.hint?.contains(bench.server.address) == true)
    let proxy = try VendorBench(sample.kind) { $1.answer(502, "<html>Bad gateway</html>", type: "text/html") }
    #expect(await proxy.failure()?.message == "vendor failed inside: HTTP status 502")
  }

  @Test(arguments: VendorSample.all)
  func `a packed stream is unpacked`(sample: VendorSample) async throws {
    let bench = try VendorBench(sample.kind) { _, connection in
      connection.answer(
        200, bytes: TestGzip.packed(Array(sample.stream.utf8)), type: sample.type,
        headers: ["Content-Encoding: gzip"])
    }
    #expect(try await bench.ask() == sample.events)
  }

  @Test(arguments: VendorSample.all)
  func `whoever takes only so many events closes the connection`(sample: VendorSample) async throws {
    struct Enough: Error {}
    for count in sample.events.indices.dropLast() {
      let bench = try VendorBench(sample.kind) { _, connection in
        connection.begin(type: sample.type)
        connection.chunk(sample.stream)
        connection.waitForEnd()
      }
      let seen = Mutex(0)
      await #expect(throws: Enough.self) {
        try await bench.provider.generate(VendorSample.request) { _ in
          if seen.withLock({
            $0 += 1; return $0
          }) > count {
            throw Enough()
          }
        }
      }
      #expect(await bench.server.endings.values(1) == [1])
    }
  }

  @Test(arguments: VendorSample.all)
  func `cancelling while the provider thinks closes the connection`(sample: VendorSample) async throws {
    let bench = try VendorBench(sample.kind) { $1.waitForEnd() }
    let wasCancelled = await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        do { _ = try await bench.ask() } catch { return error is CancellationError }
        return false
      }
      _ = await bench.server.requests.values(1)
      group.cancelAll()
      return await group.next()
    }
    #expect(wasCancelled == true)
    #expect(await bench.server.endings.values(1) == [1])
  }

  @Test func `nobody listening is a failure of the connection, and tells where`() async throws {
    let settings = try VendorBench.settings(.ollama, TestHTTPServer.nobody())
    let provider = HTTPModelProvider(settings, client: HTTPClient())
    do {
      try await provider.ping()
      Issue.record("it answered")
    } catch let error as ModelError {
      #expect(error.code == .connection && error.allowsFailover)
      #expect(error.hint == "is `ollama serve` running? \(settings.address)")
    }
  }

  @Test func `a very long token and very many tokens come through`() async throws {
    let long = String(repeating: "ü", count: 400_000)
    let line = { (text: String) in "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\(text)\"}}]}\n\n" }
    let stream =
      line(long) + String(repeating: line("x"), count: 5_000)
      + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
    let bench = try VendorBench(.openai) { $1.stream(stream, by: 10_000) }
    let response = try await bench.provider.respond(to: VendorSample.request)
    #expect(response.text.utf8.count == 800_000 + 5_000 && response.finish == .stop)
  }

  @Test func `an event over the limit is too large`() async throws {
    let bench = try VendorBench(.openai) { _, connection in
      connection.begin()
      connection.chunk("data: ")
      let piece = [UInt8](repeating: 0x61, count: 1 << 20)
      while connection.chunk(piece) {}
    }
    #expect(await bench.failure()?.code == .tooLarge)
  }
}

extension [UInt8] {
  /// The beginning of a stream, up to the end of so many of its events or lines.
  fileprivate func prefix(upToEvents count: Int, of sample: VendorSample) -> [UInt8] {
    let separator: [UInt8] = sample.kind == .ollama ? [0x0A] : [0x0A, 0x0A]
    var found = 0
    for place in indices.dropLast(separator.count)
    where self[place..<(place + separator.count)].elementsEqual(separator) {
      found += 1
      if found == (sample.kind == .ollama ? 2 : count) { return Array(self[..<(place + separator.count)]) }
    }
    return self
  }
}
