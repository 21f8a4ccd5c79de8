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
}
