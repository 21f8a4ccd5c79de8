import CRootedPath

/// Walks a tree by directory handles, in the order of names. Links are shown and never followed, so there are no loops.
struct DirectorySearch {
  struct Match: Sendable, Hashable {
    /// From where the search began.
    let path: [String]
    let type: FileType
    let size: Int64?
    /// False where a name on the path is no UTF-8.
    let isAddressable: Bool
  }

  private(set) var matches: [Match] = []
  private(set) var budget: SearchBudget
  private let pattern: PathPattern
  private let excluded: [PathPattern]
  private let flag: CancellationFlag
  private let clock = ContinuousClock()

  /// - Parameter excluded: what matches is neither shown nor entered.
  init(_ pattern: PathPattern, excluded: [PathPattern], limits: FilesystemLimits, flag: CancellationFlag) {
    self.pattern = pattern
    self.excluded = excluded
    self.flag = flag
    budget = SearchBudget(limits, now: clock.now)
  }

  /// - Throws: `CancellationError`, or ``FilesystemServerError`` where `directory` itself cannot be read.
  mutating func run(in directory: Descriptor, path: String) throws {
    try search(try DirectoryReader(directory, path: path, limit: budget.entries), directory, [], isAddressable: true)
  }

  private mutating func search(
    _ reader: DirectoryReader, _ directory: Descriptor, _ path: [String], isAddressable: Bool
  ) throws {
    for entry in reader.entries {
      try flag.check()
      guard budget.visit(now: clock.now) else { return }
      let place = path + [entry.name]
      let isAddressable = isAddressable && entry.isAddressable
      if excluded.contains(where: { $0.matches(place) }) { continue }
      if pattern.matches(place) {
        guard budget.match() else { return }
        let size = entry.type == .file ? entry.info?.size : nil
        matches.append(Match(path: place, type: entry.type, size: size, isAddressable: isAddressable))
      }
      if entry.type == .directory { try enter(entry, of: directory, place, isAddressable: isAddressable) }
      if budget.isExhausted { return }
    }
    if reader.isTruncated { budget.overflow() }
  }

  private mutating func enter(
    _ entry: DirectoryEntry, of parent: Descriptor, _ path: [String], isAddressable: Bool
  ) throws {
    guard budget.mayEnter(depth: path.count) else { return }
    let raw = crooted_open_component(parent.raw, entry.systemName, CROOTED_DIRECTORY)
    // Unreadable, gone, or a link by now: it has nothing that could be shown.
    guard raw >= 0 else { return }
    let directory = Descriptor(owning: raw)
    guard let reader = try? DirectoryReader(directory, path: entry.name, limit: max(0, budget.entries)) else { return }
    try search(reader, directory, path, isAddressable: isAddressable)
  }
}
