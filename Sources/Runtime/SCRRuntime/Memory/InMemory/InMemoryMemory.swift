/// The records of an ``InMemoryMemoryStore`` as a value.
struct InMemoryMemory {
  struct Entry {
    var record: MemoryRecord
    /// Counts the writes of all records.
    var written: Int64
    var vector: (vector: MemoryVector, revision: Int64)?
  }

  private(set) var entries: [Int64: Entry] = [:]
  private(set) var index = WordIndex()
  private var numbers: [String: Int64] = [:]
  private var places: [MemoryAddress: Int64] = [:]
  private(set) var usage: [String: MemoryUsage] = [:]
  var marks: [String: Int64] = [:]
  private var lastNumber: Int64 = 0
  private var lastWrite: Int64 = 0
  /// By namespace, in the order of their writes; an entry that was written again since counts for nothing.
  private var ages: [String: (writes: [(number: Int64, written: Int64)], begin: Int)] = [:]
  /// What the commit under way did, to be undone should it fail.
  private var journal: [Step] = []

  private enum Step {
    case added(Int64)
    case removed(Int64, Entry)
  }

  func number(_ reference: MemoryReference) -> Int64? {
    switch reference {
    case .id(let id): numbers[id]
    case .address(let address): places[address]
    }
  }

  func entry(_ reference: MemoryReference) -> Entry? { number(reference).flatMap { entries[$0] } }

  /// All of it or nothing.
  mutating func commit(_ batch: MemoryBatch, _ quota: MemoryQuota) throws(StoreError) -> MemoryCommit {
    let before = (number: lastNumber, write: lastWrite, ages: ages.mapValues { ($0.writes.count, $0.begin) })
    defer { journal = [] }
    do throws(StoreError) {
      var commit = MemoryCommit()
      for write in batch.writes { try apply(write, batch.at, &commit) }
      commit.expired = dropExpired(at: batch.at, but: before.write)
      for namespace in Set(commit.records.map(\.address.namespace)).sorted() {
        if let evicted = try makeRoom(in: namespace, quota, keeping: before.write) { commit.evicted.append(evicted) }
      }
      for evicted in commit.evicted { count(evicted) }
      for namespace in Array(ages.keys) { tidy(namespace) }
      marks.merge(batch.marks) { $1 }
      return commit
    } catch {
      undo()
      (lastNumber, lastWrite) = (before.number, before.write)
      for (namespace, age) in ages {
        let (count, begin) = before.ages[namespace] ?? (0, 0)
        ages[namespace]?.writes.removeLast(age.writes.count - count)
        ages[namespace]?.begin = begin
      }
      throw error
    }
  }

  private mutating func undo() {
    for step in journal.reversed() {
      switch step {
      case .added(let number): take(number)
      case .removed(let number, let entry): add(number, entry)
      }
    }
  }

  private mutating func count(_ evicted: MemoryUsage) {
    usage[evicted.namespace]?.evicted += evicted.evicted
    usage[evicted.namespace]?.evictedBytes += evicted.evictedBytes
  }

  private mutating func apply(_ write: MemoryWrite, _ now: Timestamp, _ commit: inout MemoryCommit) throws(StoreError) {
    switch write {
    case .put(let address, let content, let condition):
      try MemoryLimits.check(address, content)
      let old = places[address].flatMap { entries[$0]?.record }
      guard condition.holds(old?.revision) else { throw .memoryCondition(address) }
      commit.records.append(
        put(
          MemoryRecord(
            id: old?.id ?? MemoryRecord.randomID(), address: address, content: content,
            revision: (old?.revision ?? 0) + 1, createdAt: old?.createdAt ?? now, updatedAt: now)))
    case .restore(let record):
      try MemoryLimits.check(record.address, record.content)
      if let other = numbers[record.id], other != places[record.address] { remove(other) }
      commit.records.append(put(record))
    case .forget(let reference, let condition):
      let number = number(reference)
      guard condition.holds(number.flatMap { entries[$0]?.record.revision }) else { throw .memoryCondition(reference) }
      if let number {
        remove(number)
        commit.forgotten += 1
      }
    }
  }

  private mutating func put(_ record: MemoryRecord) -> MemoryRecord {
    let old = places[record.address]
    let vector = old.flatMap { entries[$0]?.vector }
    let number = old ?? lastNumber + 1
    lastNumber = max(lastNumber, number)
    if let old { remove(old) }
    lastWrite += 1
    add(number, Entry(record: record, written: lastWrite, vector: vector))
    journal.append(.added(number))
    ages[record.address.namespace, default: ([], 0)].writes.append((number, lastWrite))
    return record
  }

  private mutating func remove(_ number: Int64) {
    if let entry = take(number) { journal.append(.removed(number, entry)) }
  }

  private mutating func add(_ number: Int64, _ entry: Entry) {
    let record = entry.record
    entries[number] = entry
    numbers[record.id] = number
    places[record.address] = number
    index.add(number, SearchWords.list(record.searchText))
    let namespace = record.address.namespace
    usage[namespace, default: MemoryUsage(namespace: namespace)].records += 1
    usage[namespace]?.bytes += record.size
  }

  @discardableResult
  private mutating func take(_ number: Int64) -> Entry? {
    guard let entry = entries.removeValue(forKey: number) else { return nil }
    let record = entry.record
    numbers[record.id] = nil
    places[record.address] = nil
    index.remove(number)
    usage[record.address.namespace]?.records -= 1
    usage[record.address.namespace]?.bytes -= record.size
    return entry
  }

  private mutating func dropExpired(at now: Timestamp, but firstWrite: Int64) -> Int {
    let over = entries.filter { $0.value.written <= firstWrite && $0.value.record.isExpired(at: now) }
      .keys.sorted().prefix(MemoryLimits.expiredPerCommit)
    for number in over { remove(number) }
    return over.count
  }

  private mutating func makeRoom(
    in namespace: String, _ quota: MemoryQuota, keeping firstWrite: Int64
  ) throws(StoreError) -> MemoryUsage? {
    var evicted = MemoryUsage(namespace: namespace)
    while usage[namespace]?.isOver(quota) == true {
      guard let (number, size) = oldest(in: namespace, before: firstWrite) else { throw .memoryFull(namespace, quota) }
      remove(number)
      evicted.evicted += 1
      evicted.evictedBytes += size
    }
    return evicted.evicted > 0 ? evicted : nil
  }

  private mutating func oldest(in namespace: String, before firstWrite: Int64) -> (number: Int64, size: Int)? {
    while let age = ages[namespace], age.begin < age.writes.count, age.writes[age.begin].written <= firstWrite {
      let (number, written) = age.writes[age.begin]
      ages[namespace]?.begin += 1
      if let entry = entries[number], entry.written == written, !entry.record.content.isPinned {
        return (number, entry.record.size)
      }
    }
    return nil
  }

  /// Outdated entries never make up more than half of the list.
  private mutating func tidy(_ namespace: String) {
    guard let age = ages[namespace], age.writes.count > 2 * (usage[namespace]?.records ?? 0) + 16 else { return }
    ages[namespace] = (
      age.writes[age.begin...].filter { entries[$0.number]?.written == $0.written }, 0
    )
  }

  mutating func put(_ write: MemoryVectorWrite) {
    guard let number = numbers[write.id], entries[number]?.record.revision == write.revision else { return }
    entries[number]?.vector = (write.vector, write.revision)
  }
}

extension MemoryLimits {
  /// Expired records that one commit takes along.
  package static let expiredPerCommit = 100
}

extension StoreError {
  package static func memoryCondition(_ address: MemoryAddress) -> StoreError {
    StoreError(
      .preconditionFailed,
      "the record \(address.kind.rawValue) \(address.key.prefix(100)) was written by somebody else, or is not there: read it "
        + "again")
  }

  package static func memoryCondition(_ reference: MemoryReference) -> StoreError {
    switch reference {
    case .address(let address): memoryCondition(address)
    case .id(let id):
      StoreError(
        .preconditionFailed,
        "the record \(id.prefix(100)) was written by somebody else, or is not there: read it again")
    }
  }

  package static func memoryFull(_ namespace: String, _ quota: MemoryQuota) -> StoreError {
    StoreError(
      .memoryFull,
      "the namespace \(namespace) is full (\(quota.records) records, \(quota.bytes) bytes) and all that is in it is pinned: "
        + "forget something, or raise memory.maxRecords or memory.maxBytes")
  }
}
