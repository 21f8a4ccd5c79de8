import Foundation
import SCRConnection
import SCRProtocol
import Synchronization

/// Feeds a connection with messages of 1 MiB whose parameters nobody looks at, and copies and searches the same bytes for
/// the floor. Prints one JSON object: `{stringUs, objectsUs, stringFloorUs, objectsFloorUs}`, CPU per message.
@main
enum FrameBench {
  private static let rounds = 200
  private static let chunk = 1 << 16

  static func main() throws {
    let string = message(params: #"{"text":"\#(String(repeating: "a long text without end ", count: 45_000))"}"#)
    let object = #"{"id":123456,"name":"an object","on":true}"#
    let objects = message(params: #"{"list":[\#(Array(repeating: object, count: 24_000).joined(separator: ","))]}"#)
    var report = JSONObject()
    // In turns, so that a slow minute hits all of them.
    var times: [String: [Double]] = [:]
    for _ in 0..<5 {
      for (name, frame) in [("string", string), ("objects", objects)] {
        times["\(name)Us", default: []].append(try received(frame))
        times["\(name)FloorUs", default: []].append(floor(frame))
      }
    }
    for (name, samples) in times.sorted(by: { $0.key < $1.key }) {
      report[name] = JSONValue((samples.sorted()[samples.count / 2] * 10).rounded() / 10)
    }
    report["bytes"] = JSONValue(string.count)
    FileHandle.standardOutput.write(Data(JSONValue.object(report).encoded + [10]))
  }

  private static func message(params: String) -> [UInt8] {
    Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"none\",\"params\":\(params)}\n".utf8)
  }

  private static func received(_ frame: [UInt8]) throws -> Double {
    let sink = CountingSink()
    let connection = Connection(handler: Refusing(), sink: sink)
    let microseconds = measure {
      frame.withUnsafeBytes { bytes in
        for start in stride(from: 0, to: bytes.count, by: chunk) {
          connection.receive(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + chunk, bytes.count)]))
        }
      }
    }
    guard sink.count.withLock({ $0 }) == rounds else { throw CocoaError(.coderReadCorrupt) }
    return microseconds
  }

  private static func floor(_ frame: [UInt8]) -> Double {
    let copy = UnsafeMutableRawPointer.allocate(byteCount: frame.count, alignment: 64)
    defer { copy.deallocate() }
    var found = 0
    let microseconds = measure {
      frame.withUnsafeBytes { bytes in
        memcpy(copy, bytes.baseAddress!, bytes.count)
        if memchr(copy, 0x0A, bytes.count) != nil { found += 1 }
      }
    }
    precondition(found == rounds)
    return microseconds
  }

  /// CPU microseconds per round.
  private static func measure(_ body: () -> Void) -> Double {
    let begin = cpu()
    for _ in 0..<rounds { body() }
    return (cpu() - begin) / Double(rounds)
  }

  private static func cpu() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
  }
}
