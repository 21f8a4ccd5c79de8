import CProcessGuard

/// One process, and not the next one that gets its number.
package struct ProcessIdentity: Sendable, Hashable {
  package let pid: Int32
  /// When it began, counted from the machine's boot in the system's unit.
  package let start: UInt64

  package init(pid: Int32, start: UInt64) {
    self.pid = pid
    self.start = start
  }

  /// Nil where no process of this number lives.
  package init?(living pid: Int32) {
    guard let facts = ProcessFacts(pid) else { return nil }
    self = facts.identity
  }
}

/// What the system tells of a living process.
struct ProcessFacts: Sendable, Hashable {
  var identity: ProcessIdentity
  var parent: Int32
  var owner: UInt32
  /// Of the program, cut.
  var name: String

  init(identity: ProcessIdentity, parent: Int32, owner: UInt32, name: String) {
    self.identity = identity
    self.parent = parent
    self.owner = owner
    self.name = name
  }

  init?(_ pid: Int32) {
    var facts = scr_process_facts()
    guard scr_process_look(pid, &facts) == 0 else { return nil }
    let name = withUnsafeBytes(of: facts.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    self.init(
      identity: ProcessIdentity(pid: pid, start: facts.start), parent: facts.parent, owner: facts.owner,
      name: ChildText.cleaned(name))
  }

  /// All that can be seen. Blocks for about 10 µs each.
  static func all() -> [ProcessFacts] {
    var pids = [pid_t](repeating: 0, count: 1 << 16)
    let count = Int(scr_process_list(&pids, Int32(pids.count)))
    return pids.prefix(count).compactMap { ProcessFacts($0) }
  }
}
