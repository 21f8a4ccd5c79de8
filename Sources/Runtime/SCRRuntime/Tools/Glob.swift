/// A shell-like pattern over a whole name: `*` stands for any text, `?` for one character. Linear in time.
package struct Glob: Sendable, Hashable {
  private let pattern: [Character]

  package init(_ pattern: String) { self.pattern = Array(pattern) }

  package func matches(_ name: String) -> Bool {
    let name = Array(name)
    var (here, there) = (0, 0)
    var star: (pattern: Int, name: Int)?
    while there < name.count {
      if here < pattern.count, pattern[here] == "*" {
        star = (here, there)
        here += 1
      } else if here < pattern.count, pattern[here] == "?" || pattern[here] == name[there] {
        (here, there) = (here + 1, there + 1)
      } else if let last = star {
        star = (last.pattern, last.name + 1)
        (here, there) = (last.pattern + 1, last.name + 1)
      } else {
        return false
      }
    }
    return pattern[here...].allSatisfy { $0 == "*" }
  }
}
