import Testing

@testable import SCRConnection

@Suite struct GreetingTests {
  private let own = Greeting(version: "1.0.0", role: .owner, pid: 7, traits: ["a": "1", "b": "2"])

  @Test func `a greeting is one line and reads as it was written`() throws {
    let refused = own.refusing("because")
    for greeting in [own, refused, Greeting(version: "2", role: .bridge, pid: 1)] {
      #expect(greeting.line.last == 0x0A)
      #expect(greeting.line.dropLast().contains(0x0A) == false)
      #expect(Greeting(greeting.line.dropLast()) == greeting)
    }
    #expect(
      String(decoding: refused.line, as: UTF8.self)
        == #"{"scr":{"protocol":1,"version":"1.0.0","role":"owner","pid":7,"traits":{"a":"1","b":"2"},"refused":"because"}}"#
        + "\n")
  }

  @Test(arguments: [
    "", "{}", "[]", "x", #"{"jsonrpc":"2.0","id":1,"method":"status"}"#, #"{"scr":{"protocol":1}}"#,
    #"{"scr":{"protocol":"1","version":"1"}}"#, #"{"scr":{"version":"1"}}"#,
  ])
  func `what does not name a protocol and a version is no greeting`(line: String) {
    #expect(Greeting(Array(line.utf8)) == nil)
  }

  @Test func `members that a later version adds are passed over`() {
    let line = #"{"scr":{"protocol":1,"version":"9","role":"swarm","pid":3,"more":[1]},"else":true}"#
    #expect(Greeting(Array(line.utf8)) == Greeting(version: "9", role: Greeting.Role(name: "swarm"), pid: 3))
  }

  @Test func `of another protocol number and version are enough, and both versions are named`() throws {
    let other = try #require(Greeting(Array(#"{"scr":{"protocol":2,"version":"3.0"}}"#.utf8)))
    #expect(own.mismatch(with: other) == "scr 1.0.0 speaks protocol 1 and scr 3.0 protocol 2")
    #expect(other.mismatch(with: own) == "scr 3.0 speaks protocol 2 and scr 1.0.0 protocol 1")
  }

  @Test func `another version of the same protocol may talk`() {
    #expect(own.mismatch(with: Greeting(version: "1.1.0", role: .bridge, pid: 1)) == nil)
  }

  @Test func `traits differ only where both have them`() {
    let other = Greeting(version: "1.0.0", role: .bridge, pid: 1, traits: ["a": "1", "b": "3", "c": "4"])
    #expect(own.differences(from: other) == ["b"])
    #expect(other.differences(from: own) == ["b"])
  }
}
