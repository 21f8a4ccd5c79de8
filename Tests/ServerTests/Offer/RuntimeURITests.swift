import Testing

@testable import SCRServer

@Suite struct RuntimeURITests {
  @Test(arguments: [
    ("scr://status", RuntimeURI.status), ("scr://events", .events(since: 0)), ("scr://events/7", .events(since: 7)),
    ("scr://task/t1", .task("t1")), ("scr://task/t1/result", .result("t1")),
    ("scr://task/t1/events", .taskEvents("t1")), ("scr://task/t1/findings", .findings("t1")),
    ("scr://task/t1/artifact/list", .artifact(task: "t1", step: "list")), ("scr://memory/m1", .memory("m1")),
  ])
  func `A name is read as it is written`(text: String, uri: RuntimeURI) {
    #expect(RuntimeURI(text) == uri && uri.text == text)
  }

  @Test(arguments: [
    "", "scr://", "scr:///status", "scr://status/", "scr://events/", "scr://events/-1", "scr://events/07",
    "scr://task", "scr://task/", "scr://task//result", "scr://task/t1/", "scr://task/t1/secrets",
    "scr://task/t1/artifact", "scr://task/t1/artifact/a/b", "file:///etc/passwd", "SCR://status",
  ])
  func `Whatever is not written so is none of ours`(text: String) { #expect(RuntimeURI(text) == nil) }
}
