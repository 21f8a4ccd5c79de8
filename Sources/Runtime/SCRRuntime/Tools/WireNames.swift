/// Names on the MCP wire and towards models: `[A-Za-z0-9_-]{1,64}` (interface.md §4).
package enum WireNames {
  package static let limit = 64

  /// Gives every tool its wire name. Of two that would share one, the later in the order of names gets a suffix.
  package static func assign(_ names: [ToolName]) -> (names: [ToolName: String], collisions: [ToolName]) {
    var taken: Set<String> = []
    var assigned: [ToolName: String] = [:]
    var collisions: [ToolName] = []
    for name in names.sorted() where assigned[name] == nil {
      let base = safe(name)
      var candidate = base
      var number = 2
      while !taken.insert(candidate).inserted {
        let suffix = "_\(number)"
        candidate = base.prefix(limit - suffix.count) + suffix
        number += 1
      }
      if candidate != base { collisions.append(name) }
      assigned[name] = candidate
    }
    return (assigned, collisions)
  }

  /// `server_tool` with every other character replaced by an underscore, cut to the limit.
  static func safe(_ name: ToolName) -> String {
    let joined = name.server.map { "\($0)_\(name.tool)" } ?? name.tool
    let characters = joined.unicodeScalars.map { scalar -> Character in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_", "-": Character(scalar)
      default: "_"
      }
    }
    return characters.isEmpty ? "_" : String(characters.prefix(limit))
  }
}
