import SCRConnection
import SCRProtocol
import SCRTestSupport
import Synchronization
import Testing

struct FrameTapTests {
  private final class Notes: FrameTap {
    let lines = Mutex<[String]>([])

    func took(_ line: [UInt8], length: Int, _ direction: FrameDirection) {
      lines.withLock { $0.append("\(direction.rawValue) \(length): \(String(decoding: line, as: UTF8.self))") }
    }
  }

  private func lines(_ text: String, frame: Int = 1 << 20) -> ([String], [JSONValue]) {
    let notes = Notes()
    let frames = Signal<JSONValue>()
    let sink = CollectingSink { frames.fire($0) }
    let connection = Connection(handler: EchoHandler(), sink: sink, limits: .init(frame: frame), tap: notes)
    Array(text.utf8).withUnsafeBytes { connection.receive($0) }
    connection.endOfInput()
    return (notes.lines.withLock { $0 }, frames.all)
  }

  @Test func `a tap gets what came and what left, line by line and whatever is in it`() {
    let first = #"{"jsonrpc":"2.0","id":1,"method":"echo","params":{"a":1}}"#
    let (noted, sent) = lines("\(first)\nno json\n")
    #expect(sent.count == 2)
    #expect(
      noted == [
        "received \(first.utf8.count): \(first)", "received 7: no json",
        "sent \(sent[0].jsonText.utf8.count): \(sent[0].jsonText)",
        "sent \(sent[1].jsonText.utf8.count): \(sent[1].jsonText)",
      ])
  }

  @Test func `of a line over the limit it gets the beginning and the length`() {
    let (noted, _) = lines(String(repeating: "x", count: 9000) + "\n", frame: 5000)
    #expect(noted.first?.hasPrefix("received 9000: xxxx") == true)
  }
}
