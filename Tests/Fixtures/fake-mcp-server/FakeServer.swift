import SCRProtocol

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A tool server for tests that behaves or misbehaves as its flags say:
///
/// `--legacy` (knows no `server/discover`), `--legacy-code N` (and says so with this code), `--silent-probe` (does not even answer it), `--exit N` (at once),
/// `--mute` (never answers), `--junk` (noise on stdout), `--flood` (1 MiB on stderr first), `--page N` (tools per page),
/// `--extra N` (more tools), `--ledger FILE` (where `append` writes), `--gate FIFO` (whose writer `append`
/// waits for before it answers), `--no-term` (ignores SIGTERM), `--start-ms N`,
/// `--ping` (sends a ping before anybody asked), `--revision R` (in the answer to `initialize`), `--probe-error CODE` (answers
/// the probe with it, and with `--data JSON`), `--restless N` (grows by one tool while each of the first N lists is asked for),
/// `--no-initialize`, `--scenario NAME` (see `Scenarios`), `--odd` (lists tools that nobody can use), `--refuse-first` (the first request, of whatever version), `--only R` (of the
/// legacy revisions), `--record FILE` (what comes), `--quiet` (tells of no changes); those of `Content`, `Listens` and `TaskTools`;
/// `--list-ms N` (before each page of the list), `--breaks-list` (grows once, and refuses every list after the first).
@main
struct FakeServer {
  let options: Options

  static func main() {
    let server = FakeServer(options: Options(Array(CommandLine.arguments.dropFirst())))
    server.prepare()
    while let line = readLine() {
      guard let message = try? JSONParser.parse(line) else { continue }
      server.record(line)
      guard let method = message["method"]?.stringValue else {
        Tools.answered(message)
        Asking.answered(message)
        continue
      }
      Tools.received(method)
      if let id = message["id"] {
        server.receive(id, method, message["params"] ?? [:])
      } else {
        Tools.noticed(method, message["params"] ?? [:])
      }
    }
  }

  private func prepare() {
    signal(SIGPIPE, SIG_IGN)
    if options.has("no-term") { signal(SIGTERM, SIG_IGN) }
    if let delay = options.number("start-ms") { Wire.wait(milliseconds: Int32(delay)) }
    if options.has("flood") {
      for number in 0..<16_384 { Wire.stderr("flood \(number) " + String(repeating: "x", count: 50)) }
    }
    if let code = options.number("exit") {
      Wire.stderr("fatal: no licence found")
      exit(Int32(code))
    }
    if options.has("ping") { Wire.send(["jsonrpc": "2.0", "id": "ping", "method": "ping"]) }
    if options.has("junk") { Wire.line("Listening on stdio...\n{\"log\": \"not json-rpc\"}\n[1, 2") }
  }

  private func receive(_ id: JSONValue, _ method: String, _ params: JSONValue) {
    if options.has("mute") { return }
    if options.has("refuse-first"), Tools.isFirst {
      return Wire.refuse(
        id, -32022, "Unsupported protocol version", data: ["supported": ["2026-07-28"], "requested": "2026-07-28"])
    }
    if options.has("junk") { Wire.line("DEBUG \(method)") }
    switch method {
    case "server/discover":
      if options.has("silent-probe") { return }
      if let code = options.number("probe-error") {
        let data = options.value("data").flatMap { try? JSONParser.parse($0) }
        return Wire.refuse(id, Int64(code), "Refused", data: data)
      }
      if options.has("legacy") || options.has("legacy-code") {
        return Wire.refuse(id, Int64(options.number("legacy-code") ?? -32602), "Invalid request parameters")
      }
      Wire.answer(
        id,
        [
          "resultType": "complete", "supportedVersions": ["2026-07-28"],
          "capabilities": Content.capabilities(options, isModern: true),
          "ttlMs": 0, "cacheScope": "private",
          "_meta": ["io.modelcontextprotocol/serverInfo": ["name": "fake", "version": "2"]],
        ])
    case "initialize":
      if options.has("no-initialize") { return Wire.refuse(id, -32601, "Method not found") }
      if let only = options.value("only"), params["protocolVersion"]?.stringValue != only {
        return Wire.refuse(id, -32602, "Unsupported protocol version", data: ["supported": [.string(only)]])
      }
      Wire.answer(
        id,
        [
          "protocolVersion": .string(options.value("revision") ?? "2025-06-18"),
          "capabilities": Content.capabilities(options, isModern: false),
          "serverInfo": ["name": "fake", "version": "1"],
        ])
    case "ping": Wire.answer(id, [:])
    case "tools/list": list(id, params)
    case "tools/call": Tools.call(id, params, options)
    case "subscriptions/listen": Listens.begin(id, params, options)
    default:
      if options.has("content"), Content.answer(id, method, params) { return }
      if options.has("tasks"), TaskTools.answer(id, method, params, options) { return }
      Wire.refuse(id, -32601, "Method not found")
    }
  }

  /// What came, a line each, into the file of `--record`.
  private func record(_ line: String) {
    guard let path = options.value("record"), let file = fopen(path, "a") else { return }
    fputs(line + "\n", file)
    fclose(file)
  }

  private func list(_ id: JSONValue, _ params: JSONValue) {
    Wire.wait(milliseconds: Int32(options.number("list-ms") ?? 0))
    let lists = Tools.listed()
    if options.has("breaks-list"), lists > 1 { return Wire.refuse(id, -32000, "the list is broken") }
    if let scenario = options.value("scenario"),
      let tools = Scenarios.tools(scenario, port: options.value("port") ?? "9")
    {
      // One of them is a legacy server behind the discovery of a modern one.
      return Wire.answer(
        id,
        scenario == "json-schema-ref-no-deref"
          ? ["tools": .array(tools)]
          : ["resultType": "complete", "tools": .array(tools), "ttlMs": 0, "cacheScope": "private"])
    }
    let all = Tools.names + (0..<(options.number("extra") ?? 0) + Tools.grown).map { "extra_\($0)" }
    let start = params["cursor"]?.stringValue.flatMap { Int($0) } ?? 0
    let page = all[start...].prefix(options.number("page") ?? all.count)
    var result: JSONObject = [
      "resultType": "complete",
      "tools": .array(
        page.map { Tools.entry($0) } + (options.has("odd") ? Tools.odd : [])
          + (options.has("tasks") ? Tools.taskEntries : [])),
      "ttlMs": 0, "cacheScope": "private",
    ]
    // Before the answer, so that it is heard while the list is still under way.
    if lists <= (options.number("restless") ?? (options.has("breaks-list") ? 1 : 0)) { Tools.grow() }
    if page.endIndex < all.count { result["nextCursor"] = .string(String(page.endIndex)) }
    Wire.answer(id, result)
  }
}
