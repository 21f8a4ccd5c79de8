import SCRHTTP
import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Synchronization
import Testing

@testable import SCRModels

/// What goes wrong, or is only unusual, on the way of a stream: with every vendor alike.
struct ProviderHardshipTests {
  /// A vendor that answers with this, and a provider in front of it.
  private func bench(
    _ interface: VendorInterface, _ reply: VendorReply
  ) throws -> (server: VendorServer, provider: HTTPModelProvider) {
    let server = try VendorServer(interface) { _ in reply }
    let settings = try VendorBench.settings(interface.kind, server.address, contextTokens: 1_000_000)
    return (server, HTTPModelProvider(settings, client: HTTPClient()))
  }

  @Test(arguments: VendorInterface.allCases)
  func `a very long token comes through whole, and its last character too`(interface: VendorInterface) async throws {
    let long = String(repeating: "ü日🎈", count: 60_000)
    var reply = VendorReply.text(long)
    (reply.pieceSize, reply.chunkSize) = (.max, 10_007)
    let (server, provider) = try bench(interface, reply)
    let count = Mutex(0)
    let response = try await provider.respond(to: VendorSample.request) { event in
      if case .text = event { count.withLock { $0 += 1 } }
    }
    #expect(response.text == long && response.finish == .stop && count.withLock { $0 } == 1)
    #expect(server.complaints.all == [])
  }

  @Test(arguments: VendorInterface.allCases)
  func `very many tokens come in order, however they are packed`(interface: VendorInterface) async throws {
    let words = (0..<4000).map { "w\($0)é" }.joined(separator: " ")
    for size in [7, 1400, 1 << 20] {
      var reply = VendorReply.text(words)
      (reply.pieceSize, reply.chunkSize) = (4, size)
      let (server, provider) = try bench(interface, reply)
      #expect(try await provider.respond(to: VendorSample.request).text == words)
      #expect(server.answered.all.count <= 1)
    }
  }

  @Test(arguments: VendorSample.all)
  func `an event over the limit is too large, and the connection is closed`(sample: VendorSample) async throws {
    let bench = try VendorBench(sample.kind) { _, connection in
      connection.begin(type: sample.type)
      connection.chunk(sample.kind == .ollama ? "{" : "data: ")
      let piece = [UInt8](repeating: 0x20, count: 1 << 20)
      while connection.chunk(piece) {}
    }
    #expect(await bench.failure()?.code == .tooLarge)
    #expect(await bench.server.endings.values(1) == [1])
  }

  @Test(arguments: VendorSample.all)
  func `a packed stream is unpacked as it comes, byte by byte`(sample: VendorSample) async throws {
    let packed = TestGzip.packed(Array(sample.stream.utf8))
    let bench = try VendorBench(sample.kind) { _, connection in
      connection.begin(type: sample.type, headers: ["Content-Encoding: gzip"])
      for byte in packed { connection.chunk([byte]) }
      connection.end()
    }
    #expect(try await bench.ask() == sample.events)
  }

  @Test(arguments: VendorSample.all)
  func `what cannot be unpacked is malformed`(sample: VendorSample) async throws {
    let bench = try VendorBench(sample.kind) { _, connection in
      connection.answer(200, sample.stream, type: sample.type, headers: ["Content-Encoding: gzip"])
    }
    #expect(await bench.failure()?.code == .malformed)
  }

  @Test(arguments: VendorSample.all)
  func `noise after part of the answer is malformed, and comes after that part`(sample: VendorSample) async throws {
    let noise = sample.kind == .ollama ? "{\"model\": oops\n" : "data: {oops\n\n"
    let events = sample.wholeEvents
    for count in [3, events.count - 1] {
      let bench = try VendorBench(sample.kind) { _, connection in
        connection.stream(events.prefix(count).joined() + noise, by: 5, type: sample.type)
      }
      let seen = Signal<ModelEvent>()
      do {
        try await bench.provider.generate(VendorSample.request) { seen.fire($0) }
        Issue.record("it ended well")
      } catch let error as ModelError {
        #expect(error.code == .malformed && error.provider == "vendor")
      }
      #expect(sample.events.starts(with: seen.all) && !seen.all.isEmpty)
    }
  }

  @Test(arguments: VendorSample.all)
  func `a stream that is slow, but never silent for too long, is waited for`(sample: VendorSample) async throws {
    let events = sample.wholeEvents
    let idle = 1500
    let timeouts = HTTPTimeouts(idle: .milliseconds(idle))
    let bench = try VendorBench(sample.kind, timeouts: timeouts) { _, connection in
      connection.begin(type: sample.type)
      for (place, event) in events.enumerated() {
        connection.chunk(event)
        // Longer than the patience in all, and much shorter each time.
        if place < 4 { TestPause.wait(milliseconds: idle / 3) }
      }
      connection.end()
    }
    #expect(events.count >= 4)
    #expect(try await bench.ask() == sample.events)
  }

  @Test(arguments: VendorSample.all)
  func `a cancellation is obeyed at every point of an answer, and closes the connection`(
    sample: VendorSample
  ) async throws {
    for count in sample.events.indices.dropLast() {
      let bench = try VendorBench(sample.kind) { _, connection in
        connection.begin(type: sample.type)
        connection.chunk(sample.stream)
        connection.waitForEnd()
      }
      let reached = Signal<Void>()
      let gate = Gate()
      let seen = Signal<Void>()
      let wasCancelled = await withTaskGroup(of: Bool.self) { group in
        group.addTask {
          do {
            try await bench.provider.generate(VendorSample.request) { _ in
              seen.fire()
              guard seen.all.count == count + 1 else { return }
              reached.fire()
              try await gate.pass()
            }
          } catch { return error is CancellationError }
          return false
        }
        _ = await reached.values(1)
        group.cancelAll()
        return await group.next()
      }
      #expect(wasCancelled == true && seen.all.count == count + 1)
      #expect(await bench.server.endings.values(1) == [1])
    }
  }

  @Test(arguments: VendorSample.all)
  func `a kept connection that the vendor has closed meanwhile costs no failure`(sample: VendorSample) async throws {
    let bench = try VendorBench(sample.kind) { request, connection in
      connection.stream(sample.stream, type: sample.type)
      if request.connection == 1 { connection.close() }
    }
    #expect(try await bench.ask() == sample.events)
    #expect(await bench.server.endings.values(1) == [1])
    #expect(try await bench.ask() == sample.events)
    #expect(bench.server.connections.all.count == 2)
  }

  @Test(arguments: VendorSample.all)
  func `a whole answer where a stream was asked for is read, or told to be of another kind`(
    sample: VendorSample
  ) async throws {
    let body: JSONValue =
      sample.kind == .ollama
      ? ["model": "m-1", "message": ["content": "hi"], "done": true, "prompt_eval_count": 20, "eval_count": 1]
      : ["model": "m-1", "choices": [["index": 0, "message": ["content": "hi"], "finish_reason": "stop"]]]
    let bench = try VendorBench(sample.kind) { $1.answer(200, body.jsonText) }
    switch sample.kind {
    case .openai, .ollama: #expect(try await bench.provider.respond(to: VendorSample.request).text == "hi")
    case .openaiResponses, .anthropic: #expect(await bench.failure()?.code == .malformed)
    }
  }
}

extension VendorInterface {
  fileprivate var kind: ProviderSettings.Kind {
    switch self {
    case .chat: .openai
    case .responses: .openaiResponses
    case .anthropic: .anthropic
    case .ollama: .ollama
    }
  }
}

extension VendorSample {
  /// The stream in its events or lines, each with its end.
  fileprivate var wholeEvents: [String] {
    let end = kind == .ollama ? "\n" : "\n\n"
    return stream.split(separator: end, omittingEmptySubsequences: true).map { "\($0)\(end)" }.filter {
      $0 != "\n" + end
    }
  }
}
