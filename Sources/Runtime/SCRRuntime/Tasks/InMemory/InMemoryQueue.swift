/// The numbers of queued tasks by folder and lane, so that a claim does not look through all of them.
struct InMemoryQueue: Sendable {
  struct Waiting: Sendable {
    /// Ascending.
    fileprivate(set) var numbers: [Int64] = []
    fileprivate(set) var bytes = 0

    /// Those that are greater.
    func after(_ number: Int64) -> ArraySlice<Int64> { numbers[place(of: number + 1)...] }

    /// Of the first that is not smaller.
    fileprivate func place(of number: Int64) -> Int {
      var (low, high) = (0, numbers.count)
      while low < high {
        let middle = (low + high) / 2
        if numbers[middle] < number { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }

  private var folders: [String: [QueueLane: Waiting]] = [:]

  subscript(lane: QueueLane, in folder: String) -> Waiting? { folders[folder]?[lane] }

  func lanes(in folder: String) -> [QueueLane] { folders[folder].map { Array($0.keys) } ?? [] }

  var all: [(QueueLane, Waiting)] { folders.values.flatMap { $0.map { ($0.key, $0.value) } } }

  mutating func insert(_ task: AgentTask, at number: Int64) {
    guard let folder = task.workspaceRoot else { return }
    edit(folder, QueueLane(of: task)) { waiting in
      waiting.numbers.insert(number, at: waiting.place(of: number))
      waiting.bytes += task.size
    }
  }

  mutating func remove(_ task: AgentTask, at number: Int64) {
    guard let folder = task.workspaceRoot else { return }
    edit(folder, QueueLane(of: task)) { waiting in
      let place = waiting.place(of: number)
      guard place < waiting.numbers.count, waiting.numbers[place] == number else { return }
      waiting.numbers.remove(at: place)
      waiting.bytes -= task.size
    }
  }

  private mutating func edit(_ folder: String, _ lane: QueueLane, _ body: (inout Waiting) -> Void) {
    body(&folders[folder, default: [:]][lane, default: Waiting()])
    guard folders[folder]?[lane]?.numbers.isEmpty == true else { return }
    folders[folder]?[lane] = nil
    if folders[folder]?.isEmpty == true { folders[folder] = nil }
  }
}
