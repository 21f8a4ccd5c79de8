import Glibc
import SCRProtocol
import SCRTestSupport
import Testing

@Suite("Commands whose reader has gone", .timeLimit(.minutes(3)))
struct ClosedOutputTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  /// What a command comes to whose stdout nobody reads any more.
  private func unread(_ command: String) async throws -> String? {
    try await TestProgram.run([
      "/bin/bash", "-c",
      "cd '\(place.path)'; exec 5> >(:); wait $!; HOME='\(place.path)/home' \(command) >&5 2>/dev/null; echo $?",
    ]).last
  }

  @Test("one that prints a line at a time ends as by SIGPIPE, and the task goes on at the next start")
  func events() async throws {
    let configured = try place.fakeServer().joined(separator: " ")
    try place.write("plan.json", #"{"title":"H","steps":[{"id":"h","tool":"fake.hang"}]}"#)
    #expect(try await unread("'\(place.binary)' run --plan plan.json --events \(configured)") == "141")
    let tasks = try await place.run(["tasks", "list", "--json", "--state", place.state]).json["tasks"]?.arrayValue
    #expect(tasks?.count == 1)
    #expect(["queued", "running"].contains(tasks?.first?["state"]?.stringValue))
  }

  @Test("one that only prints ends so too, and one that is read does not")
  func short() async throws {
    #expect(try await unread("'\(place.binary)' version") == "141")
    #expect(try await place.run(["version"]).code == 0)
  }
}
