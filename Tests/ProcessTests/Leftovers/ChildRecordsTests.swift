import Testing

@testable import SCRProcess

struct ChildRecordsTests {
  private let token = String(repeating: "0a", count: 16)

  private func parse(_ text: String) -> ChildRecords? { ChildRecords(parsing: Array(text.utf8)) }

  @Test func `what is written is read again`() throws {
    var records = ChildRecords(boot: "b")
    records.add(try #require(ChildMark(token)))
    records.add(ProcessIdentity(pid: 12, start: 99))
    records.add(ProcessIdentity(pid: 7, start: 100))
    #expect(records.text == "scr-children 1 b\nmark \(token)\nchild 7 100\nchild 12 99\n")
    #expect(parse(records.text) == records)
  }

  @Test func `who ended lives no more, and only the very same process`() {
    let records = parse("scr-children 1 b\nchild 5 1\nchild 6 1\nended 5 1\nended 6 2\n")
    #expect(records?.living == [ProcessIdentity(pid: 6, start: 1)])
  }

  @Test func `a last line that is torn counts for nothing, whatever it looks like`() {
    #expect(parse("scr-children 1 b\nchild 5 1\nchild 6 12")?.living == [ProcessIdentity(pid: 5, start: 1)])
    #expect(parse("scr-children 1 b\nchild 5 1\nchild 6 1\nended 6 1")?.living.count == 2)
  }

  @Test(arguments: ["", "scr-children 1 b", "scr-children 2 b\n", "nonsense\n", "\n\n"])
  func `what has another beginning is no such file`(text: String) { #expect(parse(text) == nil) }

  @Test(arguments: [
    "child 1 5", "child 0 5", "child -7 5", "child 99999999999 5", "child 7", "child 7 -5", "child 7 5 6", "kill 7 5",
    "mark", "mark 0a0a", "mark * x", "mark ZZ", "ended",
  ])
  func `a line that makes no sense names nobody`(line: String) {
    #expect(parse("scr-children 1 b\n\(line)\n") == ChildRecords(boot: "b"))
  }

  @Test func `only the last marks and so many children are kept`() throws {
    var records = ChildRecords(boot: "b")
    let marks = (0..<40).compactMap { ChildMark(String(repeating: "0", count: 30) + String(10 + $0)) }
    for mark in marks { records.add(mark) }
    #expect(records.marks == marks.suffix(ChildRecords.mostMarks))
    for pid in 2..<Int32(ChildRecords.mostChildren + 10) { records.add(ProcessIdentity(pid: pid, start: 1)) }
    #expect(records.living.count == ChildRecords.mostChildren)
  }

  @Test func `the mark of one child is not that of another`() throws {
    let mark = try #require(ChildMark(token))
    #expect(mark.value(of: 1) == "\(token)-1.")
    #expect(!mark.value(of: 12).hasPrefix(mark.value(of: 1)))
    #expect(mark.value(of: 12).hasPrefix(mark.prefix))
    #expect(ChildMark() != ChildMark())
    #expect(ChildMark(ChildMark().token) != nil)
  }
}
