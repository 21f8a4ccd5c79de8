import Foundation
import SCRHTTP
import SCRModels
import SCRProtocol
import SCRRuntime
import Synchronization

/// Reads streams of tokens as an agent does: through HTTP, a vendor's decoder and the gateway, to a listener that gets each
/// token by itself. Prints one JSON object.
///
///     model-bench ADDRESS STREAMS   {tokens, cpuUs, p50us, p99us, idleKiB, busyKiB}: per token, from the server's write to the
///                                   listener, and resident memory before the first request and in the middle
@main
enum ModelBench {
  static func main() async throws {
    let words = CommandLine.arguments.dropFirst()
    guard words.count == 2, let address = HTTPAddress(words[words.startIndex]),
      let streams = Int(words[words.endIndex - 1])
    else {
      FileHandle.standardError.write(Data("usage: model-bench ADDRESS STREAMS\n".utf8))
      exit(2)
    }
    let settings = ProviderSettings(name: "bench", kind: .openai, address: address, model: "m-1")
    let gateway = ModelGateway(
      ModelGateway.Line(HTTPModelProvider(settings, client: HTTPClient()), maxConcurrent: 1024),
      rules: ModelGateway.Rules(retry: ModelRetryPolicy(attempts: 1)), traffic: ModelTraffic())
    let request = ModelRequest(messages: [.user("go")], purpose: ModelPurpose(role: "worker"))
    let probe = Probe(streams: streams)
    let idle = Process.residentKiB
    let begin = Process.cpuMicroseconds
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<streams {
        group.addTask {
          try await gateway.generate(request) { event in
            if case .text(let text) = event { probe.take(text) }
          }
        }
      }
      try await group.waitForAll()
    }
    let cpu = Process.cpuMicroseconds - begin
    let times = probe.times.sorted()
    guard !times.isEmpty else { throw CocoaError(.fileReadUnknown) }
    let report: JSONValue = [
      "tokens": JSONValue(times.count), "cpuUs": JSONValue(cpu / Double(times.count)),
      "p50us": JSONValue(times[times.count / 2]), "p99us": JSONValue(times[times.count * 99 / 100]),
      "idleKiB": JSONValue(idle), "busyKiB": JSONValue(probe.busyKiB),
    ]
    FileHandle.standardOutput.write(Data(report.encoded + [10]))
  }
}

/// Microseconds that tokens were under way, and memory once each stream has had a few.
private final class Probe: Sendable {
  private struct State {
    var times: [Double] = []
    var busyKiB = 0
  }

  private let state = Mutex(State())
  private let middle: Int

  init(streams: Int) { middle = streams * 10 }

  var times: [Double] { state.withLock(\.times) }
  var busyKiB: Int { state.withLock(\.busyKiB) }

  func take(_ text: String) {
    let now = Process.nanoseconds
    var sent: Int64 = 0
    for byte in text.utf8 where byte != 0x20 { sent = sent * 10 + Int64(byte) - 48 }
    state.withLock { state in
      state.times.append(Double(now - sent) / 1000)
      if state.times.count == middle { state.busyKiB = Process.residentKiB }
    }
  }
}

private enum Process {
  static var nanoseconds: Int64 { read(CLOCK_MONOTONIC) }

  /// Of all threads.
  static var cpuMicroseconds: Double { Double(read(CLOCK_PROCESS_CPUTIME_ID)) / 1000 }

  private static func read(_ clock: clockid_t) -> Int64 {
    var now = timespec()
    clock_gettime(clock, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
  }

  static var residentKiB: Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") })
    else { return 0 }
    return Int(line.filter(\.isNumber)) ?? 0
  }
}
