@testable import SCRProcess
import Testing

struct GuardReportsTests {
  @Test func `reports are cut from bytes however they arrive`() {
    let bytes: [UInt8] = [1, 0, 0, 0, 42, 0, 0, 0, 5, 0, 0, 0, 9, 0, 0, 0]
    var reports = GuardReports()
    let read = bytes.flatMap { byte in [byte].withUnsafeBytes { reports.append($0) } }
    #expect(read == [.started(42), .ended(.signalled(9))])
  }
}
