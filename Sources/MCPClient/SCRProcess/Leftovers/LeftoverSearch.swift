/// Which of all processes are left over from an earlier incarnation. Pure.
struct LeftoverSearch: Sendable {
  /// Recorded by number and beginning.
  var recorded: Set<ProcessIdentity>
  /// Our user; nobody else's process is touched.
  var owner: UInt32
  /// This process, which may itself descend from a leftover and carry its mark: it and what it descends from are spared.
  var own: Int32

  /// Those that are recorded or marked, and what descends from them, by pid.
  /// - Parameter isMarked: asked for processes of our user alone, since it is slow.
  func found(among processes: [ProcessFacts], isMarked: (ProcessFacts) -> Bool) -> [ProcessFacts] {
    let byPID = Dictionary(processes.map { ($0.identity.pid, $0) }) { first, _ in first }
    var spared: Set<Int32> = []
    var ancestor = own
    while let facts = byPID[ancestor], spared.insert(ancestor).inserted { ancestor = facts.parent }
    let candidates = processes.filter { facts in
      facts.owner == owner && facts.identity.pid > 1 && !spared.contains(facts.identity.pid)
    }
    let roots = candidates.filter { recorded.contains($0.identity) || isMarked($0) }
    // What descends through us is ours.
    let children = Dictionary(grouping: candidates, by: \.parent)
    let pids = Self.descendants(of: roots.map(\.identity.pid), children)
    return candidates.filter { pids.contains($0.identity.pid) }.sorted { $0.identity.pid < $1.identity.pid }
  }

  /// These and all below them.
  private static func descendants(of pids: [Int32], _ children: [Int32: [ProcessFacts]]) -> Set<Int32> {
    var found = Set(pids)
    var open = pids
    while let next = open.popLast() {
      for child in children[next] ?? [] where found.insert(child.identity.pid).inserted {
        open.append(child.identity.pid)
      }
    }
    return found
  }
}
