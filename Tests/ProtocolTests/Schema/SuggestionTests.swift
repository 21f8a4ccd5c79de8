import SCRProtocol
import Testing

struct SuggestionTests {
  private func nearest(_ name: String, _ candidates: [String]) -> String? {
    Suggestion.nearest(to: name, among: candidates)
  }

  @Test func `a slip of the fingers is recognised`() {
    #expect(nearest("titel", ["title", "steps"]) == "title")
    #expect(nearest("tol", ["tool", "id"]) == "tool")
    #expect(nearest("TOOL", ["tool"]) == "tool")
    #expect(nearest("filesystem.list_dir", ["filesystem.list_directory", "calculator"]) == "filesystem.list_directory")
  }

  @Test func `the nearest wins, of equals the first in the alphabet`() {
    #expect(nearest("steps", ["stops", "step"]) == "step")
    #expect(nearest("steps", ["stepz", "stepa"]) == "stepa")
  }

  @Test func `nothing is suggested for what is far off`() {
    #expect(nearest("banana", ["tool", "id"]) == nil)
    #expect(nearest("x", []) == nil)
    #expect(nearest("", ["tool"]) == nil)
  }

  @Test func `long names are cut, not refused`() {
    let long = String(repeating: "x", count: 100_000)
    #expect(nearest(long, [long, "tool"]) == long)
  }

  @Test(.timeLimit(.minutes(1)))
  func `a name of megabytes is cut before it is compared`() {
    let name = "tool" + String(repeating: "É", count: 8_000_000)
    #expect(nearest(name, (0..<1_000).map { "tool\($0)" }) == nil)
    #expect(nearest("tool", [name, "tol"]) == "tol")
  }

  @Test func `a hint asks whether the nearest was meant`() {
    #expect(Suggestion.hint("maxsize", among: ["maxSize", "size"]) == "did you mean \"maxSize\"?")
    #expect(Suggestion.hint("banana", among: ["maxSize", "size"]) == nil)
  }
}
