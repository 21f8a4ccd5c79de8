import SCRProtocol
import SCRTestSupport
import Testing

@Suite("How a model is reached: TLS and proxies", .timeLimit(.minutes(2)))
struct ReachTests {
  private let place: TestPlace
  private let vendor: VendorServer
  init() throws {
    place = try TestPlace()
    vendor = try VendorServer(.chat) { _ in .text("ready") }
  }

  private var vendorPort: Int { Int(vendor.address.split(separator: ":").last ?? "") ?? 0 }

  private func test(_ address: String, _ environment: [String: String] = [:]) async throws -> ScrProcess.End {
    try place.write(
      "scr.test.yaml",
      "models: { providers: { far: { kind: openai, baseURL: \"\(address)\", model: m, connectTimeoutMs: 20000 } } }\n")
    return try await place.run(
      ["models", "test", "--json", "--config", "scr.test.yaml", "--state", place.state], environment: environment)
  }

  private func complaint(_ end: ScrProcess.End) -> String { end.stdout.joined() + end.stderr }

  @Test("a certificate of our own authority is trusted where SSL_CERT_FILE names it")
  func trusted() async throws {
    let certificates = try await Certificates.make(in: place.path)
    let front = try await Relay.tls(certificates, to: vendorPort)
    defer { front.stop() }
    let end = try await test("https://127.0.0.1:\(front.port)", ["SSL_CERT_FILE": certificates.authority])
    #expect(end.code == 0 && end.json["text"] == "ready", "\(end)")
    #expect(await vendor.answered.values(1).count == 1)
  }

  @Test("without that it is refused, nothing is sent, and the hint says what to do")
  func untrusted() async throws {
    let certificates = try await Certificates.make(in: place.path)
    let front = try await Relay.tls(certificates, to: vendorPort)
    defer { front.stop() }
    let end = try await test("https://127.0.0.1:\(front.port)")
    #expect(end.code == 1)
    let words = complaint(end)
    #expect(words.contains("far cannot be reached: no secure connection to 127.0.0.1:\(front.port): "), "\(words)")
    #expect(words.contains("SSL_CERT_FILE") && words.contains("certificate"), "\(words)")
    #expect(vendor.asked.all.isEmpty && vendor.complaints.all.isEmpty)
  }

  @Test("a certificate for another name is refused, also of a trusted authority")
  func otherName() async throws {
    let certificates = try await Certificates.make(in: place.path)
    let front = try await Relay.tls(certificates, to: vendorPort)
    defer { front.stop() }
    let end = try await test("https://localhost:\(front.port)", ["SSL_CERT_FILE": certificates.authority])
    #expect(end.code == 1 && complaint(end).contains("no secure connection to localhost"), "\(end)")
    #expect(vendor.asked.all.isEmpty)
  }

  @Test("a file of certificates that cannot be read is a failure that says so")
  func noFile() async throws {
    let certificates = try await Certificates.make(in: place.path)
    let front = try await Relay.tls(certificates, to: vendorPort)
    defer { front.stop() }
    let end = try await test("https://127.0.0.1:\(front.port)", ["SSL_CERT_FILE": "\(place.path)/missing.pem"])
    #expect(end.code == 1 && complaint(end).contains("missing.pem"), "\(end)")
  }

  @Test("http_proxy gets the request with its whole address")
  func proxy() async throws {
    let proxy = try TestHTTPServer { request, connection in
      let line: JSONValue = ["choices": [["index": 0, "message": ["content": "ready"], "finish_reason": "stop"]]]
      connection.answer(200, line.jsonText)
    }
    let end = try await test("http://models.example:8080/v1", ["http_proxy": proxy.address])
    #expect(end.code == 0 && end.json["text"] == "ready", "\(end)")
    #expect(proxy.requests.all.map(\.path) == ["http://models.example:8080/v1/chat/completions"])
    #expect(proxy.requests.all.first?.headers["host"] == "models.example:8080")
  }

  @Test("https_proxy is asked for a tunnel; the certificate is the model's and not the proxy's")
  func tunnel() async throws {
    let certificates = try await Certificates.make(in: place.path)
    let front = try await Relay.tls(certificates, to: vendorPort)
    defer { front.stop() }
    let proxy = try await Relay.proxy(to: front.port)
    defer { proxy.stop() }
    let end = try await test(
      "https://models.example",
      ["https_proxy": "http://127.0.0.1:\(proxy.port)", "SSL_CERT_FILE": certificates.authority])
    #expect(end.code == 0 && end.json["text"] == "ready", "\(end)")
    #expect(try await proxy.said.line(1) == "CONNECT models.example:443 HTTP/1.1")
    #expect(await vendor.answered.values(1).first?.headers["host"] == "models.example")
  }

  @Test("a proxy that refuses the tunnel is told with what it said")
  func refusedTunnel() async throws {
    let proxy = try TestHTTPServer { $1.answer(407, "who are you?", type: "text/plain") }
    let end = try await test("https://models.example", ["https_proxy": proxy.address])
    #expect(end.code == 1 && complaint(end).contains("407") && complaint(end).contains("cannot be reached"), "\(end)")
    #expect(proxy.requests.all.map(\.method) == ["CONNECT"])
  }

  @Test("what no_proxy names, and this machine itself, are reached without one")
  func noProxy() async throws {
    let proxy = try TestHTTPServer { $1.answer(500, "{}") }
    let direct = try await test(vendor.address, ["http_proxy": proxy.address])
    #expect(direct.code == 0 && proxy.requests.all.isEmpty, "\(direct)")
    let named = try await test(
      "http://models.invalid/v1", ["http_proxy": proxy.address, "no_proxy": "models.invalid"])
    #expect(named.code == 1 && complaint(named).contains("the host of models.invalid"), "\(named)")
    #expect(proxy.requests.all.isEmpty)
  }

  @Test("a proxy that is not there is told by name")
  func noSuchProxy() async throws {
    let end = try await test("http://models.example/v1", ["http_proxy": "http://no-such-proxy.invalid:3128"])
    #expect(end.code == 1 && complaint(end).contains("no-such-proxy.invalid"), "\(end)")
  }
}
