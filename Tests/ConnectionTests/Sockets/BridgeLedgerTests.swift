import SCRProtocol
import Testing

@testable import SCRConnection

@Suite struct BridgeLedgerTests {
  private func ledger(_ sent: String, _ received: String = "") -> BridgeLedger {
    var ledger = BridgeLedger()
    Array(sent.utf8).withUnsafeBytes { ledger.sent($0) }
    Array(received.utf8).withUnsafeBytes { ledger.received($0) }
    return ledger
  }

  private func request(_ id: String) -> String { #"{"jsonrpc":"2.0","id":\#(id),"method":"m"}"# + "\n" }

  @Test func `a request is open until its answer has passed`() {
    let both = request("1") + request(#""a""#)
    #expect(ledger(both).words == #"2 requests got no answer (1, "a")"#)
    #expect(ledger(both, #"{"jsonrpc":"2.0","id":1,"result":{}}"# + "\n").words == #"1 request got no answer ("a")"#)
    let answers = #"{"jsonrpc":"2.0","id":1,"result":{}}"# + "\n" + #"{"jsonrpc":"2.0","id":"a","error":{}}"# + "\n"
    #expect(ledger(both, answers).words == nil)
  }

  @Test func `an answer whose end did not pass is none`() {
    #expect(ledger(request("1"), #"{"jsonrpc":"2.0","id":1,"resu"#).open == [.integer(1)])
  }

  @Test func `what was cancelled is not waited for, and notifications never are`() {
    let cancel = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"# + "\n"
    #expect(ledger(request("1") + cancel).open == [])
    #expect(ledger(#"{"jsonrpc":"2.0","method":"x"}"# + "\nnot json\n").open == [])
  }

  @Test func `messages come in pieces of any size`() {
    var ledger = BridgeLedger()
    for byte in request("12").utf8 { [byte].withUnsafeBytes { ledger.sent($0) } }
    #expect(ledger.open == [.integer(12)])
  }

  @Test func `of many only some are named, and of very many the number is a bound`() {
    let some = ledger((1...12).map { request("\($0)") }.joined())
    #expect(some.words == "12 requests got no answer (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …)")
    let many = ledger((1...5000).map { request("\($0)") }.joined())
    #expect(many.open.count == 4096)
    #expect(many.words?.hasPrefix("at least 4096 requests") == true)
  }
}
