import SCRConnection
import SCRTestSupport
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@testable import FilesystemServer

@Suite("File worker", .timeLimit(.minutes(1)))
struct FileWorkerTests {
  /// Blocks its thread until it is opened.
  private final class Barrier: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    init() { sem_init(semaphore, 0, 0) }
    deinit { semaphore.deallocate() }
    func wait() { while sem_wait(semaphore) != 0 {} }
    func open() { sem_post(semaphore) }
  }

  @Test("jobs run in order on one thread that is none of the pool's")
  func order() async throws {
    let worker = FileWorker(capacity: 8)
    let threads = Mutex<Set<UInt>>([])
    for expected in 0..<5 {
      let value = try await worker.run { _ in
        threads.withLock { _ = $0.insert(UInt(pthread_self())) }
        return expected
      }
      #expect(value == expected)
    }
    #expect(threads.withLock { $0.count } == 1)
  }

  @Test("a full queue refuses, and takes jobs again when there is room")
  func bounded() async throws {
    let worker = FileWorker(capacity: 1)
    let barrier = Barrier()
    let began = Signal<Void>()
    async let running: Void = worker.run { _ in
      began.fire()
      barrier.wait()
    }
    _ = await began.values(1)
    // One waits, one is refused; which of the two is which is the scheduler's choice.
    async let first = outcome(worker, barrier)
    async let second = outcome(worker, barrier)
    #expect(await [first, second].sorted() == ["64", "busy"])
    try await running
    #expect(try await worker.run { _ in 1 } == 1)
  }

  private func outcome(_ worker: FileWorker, _ barrier: Barrier) async -> String {
    do { return "\(try await worker.run { _ in 64 })" } catch let error as FilesystemServerError {
      barrier.open()
      return error.code.rawValue
    } catch { return "\(error)" }
  }

  private static func isCancelled(_ worker: FileWorker, _ body: @escaping @Sendable (CancellationFlag) throws -> Void)
    async -> Bool
  {
    do {
      try await worker.run(body)
      return false
    } catch { return error is CancellationError }
  }

  @Test("a job whose task is cancelled while it waits is not begun")
  func cancelled() async throws {
    let worker = FileWorker(capacity: 8)
    let barrier = Barrier()
    let (began, ran) = (Signal<Void>(), Signal<Void>())
    async let running: Void = worker.run { _ in
      began.fire()
      barrier.wait()
    }
    _ = await began.values(1)
    await withTaskGroup(of: Bool.self) { group in
      group.addTask { await Self.isCancelled(worker) { _ in ran.fire() } }
      group.cancelAll()
      barrier.open()
      #expect(await group.next() == true)
    }
    try await running
    #expect(ran.all.isEmpty)
  }

  @Test("a cancelled job makes room in the queue at once")
  func cancelledLeaves() async throws {
    let worker = FileWorker(capacity: 1)
    let barrier = Barrier()
    let began = Signal<Void>()
    async let running: Void = worker.run { _ in
      began.fire()
      barrier.wait()
    }
    _ = await began.values(1)
    await withTaskGroup(of: Bool.self) { group in
      group.addTask { await Self.isCancelled(worker) { _ in } }
      group.cancelAll()
      // It ends while the thread is still busy with another job.
      #expect(await group.next() == true)
    }
    async let next = worker.run { _ in 7 }
    barrier.open()
    #expect(try await next == 7)
    try await running
  }

  @Test("as many calls may wait as a connection lets be in flight")
  func wide() {
    #expect(FilesystemLimits().queuedCalls >= Connection.Limits().inFlight)
  }

  @Test("running work learns that nobody waits any more")
  func cancelledWhileRunning() async throws {
    let worker = FileWorker(capacity: 8)
    let began = Signal<Void>()
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        await Self.isCancelled(worker) { flag in
          began.fire()
          while true { try flag.check() }
        }
      }
      _ = await began.values(1)
      group.cancelAll()
      #expect(await group.next() == true)
    }
  }
}
