import SCRCommand
import SCRProtocol
import Testing

@Suite struct InputAssignmentTests {
  @Test func `Values are text unless they are assigned as JSON`() throws {
    let inputs = try InputAssignment.parse([
      "folder=/srv/data", "count=3", "limit:=3", "list:=[1, \"two\"]", "empty=", "equation=a=b", "odd:name=x",
    ])
    #expect(
      inputs == [
        "folder": "/srv/data", "count": "3", "limit": 3, "list": [1, "two"], "empty": "", "equation": "a=b",
        "odd:name": "x",
      ])
  }

  @Test func `Of two values for one name the last wins`() throws {
    #expect(try InputAssignment.parse(["a=1", "a:=2"]) == ["a": 2])
  }

  @Test("An assignment without a name or a sign is a wrong command line", arguments: ["folder", "=x", ":=1", ""])
  func malformed(_ text: String) {
    let failure = #expect(throws: CommandFailure.self) { try InputAssignment.parse([text]) }
    #expect(
      failure?.description
        == "error: --input got \"\(text)\"\n  hint: write name=text, or name:=json for numbers, lists and objects")
    #expect(failure?.exit == .usage)
  }

  @Test func `JSON that does not parse is told with its place`() {
    let failure = #expect(throws: CommandFailure.self) { try InputAssignment.parse(["n:=[1,"]) }
    #expect(failure?.exit == .usage)
    #expect(failure?.message.hasPrefix("--input n:=… is not JSON: ") == true)
  }
}
