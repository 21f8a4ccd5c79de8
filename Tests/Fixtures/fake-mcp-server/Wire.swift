import SCRProtocol
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Plain blocking lines on stdin and stdout; deliberately none of the product's connection code.
enum Wire {
  private static let lock = Mutex(())

  static func send(_ message: JSONValue) { line(message.jsonText) }

  static func line(_ text: String) { write(text + "\n", to: 1) }

  static func stderr(_ text: String) { write(text + "\n", to: 2) }

  static func answer(_ id: JSONValue, _ result: JSONObject) {
    send(["jsonrpc": "2.0", "id": id, "result": .object(result)])
  }

  static func refuse(_ id: JSONValue, _ code: Int64, _ message: String, data: JSONValue? = nil) {
    var error: JSONObject = ["code": .integer(code), "message": .string(message)]
    error["data"] = data
    send(["jsonrpc": "2.0", "id": id, "error": .object(error)])
  }

  private static func write(_ text: String, to descriptor: Int32) {
    lock.withLock { _ in
      var bytes = Array(text.utf8)[...]
      while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { buffer in
          #if canImport(Glibc)
            Glibc.write(descriptor, buffer.baseAddress, buffer.count)
          #else
            Darwin.write(descriptor, buffer.baseAddress, buffer.count)
          #endif
        }
        if count < 0 { exit(0) }
        bytes = bytes.dropFirst(count)
      }
    }
  }

  /// Waits without a thread of anybody else being held up.
  static func wait(milliseconds: Int32) { poll(nil, 0, milliseconds) }
}
