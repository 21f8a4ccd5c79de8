import SCRConnection
import SCRProcess
import SCRRuntime
import SCRServer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Does to the runtime what a plan says. Whatever a fault does is over when ``inject(_:)`` returns.
struct FaultInjector: Sendable {
  let host: ChaosHost

  func inject(_ fault: PlannedFault) async {
    if await isDone(fault) { host.board.change { $0.faults.append(fault.kind) } }
  }

  /// - Returns: false where there was nothing to do it to.
  private func isDone(_ fault: PlannedFault) async -> Bool {
    guard let runtime = host.current, !runtime.hasEnded else { return false }
    switch fault.kind {
    case .killRuntime:
      await host.kill()
      await host.start()
    case .killServer: return await one(.server, fault) { ChaosSignal.send(SIGKILL, to: $0) }
    case .killGuard: return await one(.guard, fault) { ChaosSignal.send(SIGKILL, to: $0) }
    case .killAll: await killAll()
    case .hangServer: return await one(.server, fault) { await hang($0, for: fault.lengthMs) }
    case .hangRuntime: await hang(runtime.pid, for: fault.lengthMs)
    case .slowPipe: await slowDown(fault)
    case .diskFull: return await fillDisk(fault, of: runtime.pid)
    case .tornWrite:
      await host.kill()
      await tear(fault.choice)
      await host.start()
    case .restart:
      await host.stop(by: fault.choice % 3 == 0 ? .endOfInput : .signal)
      await host.start()
    case .reload: ChaosSignal.send(SIGHUP, to: runtime.pid)
    case .secondRuntime: await host.startSecond()
    }
    return true
  }

  // MARK: Processes

  /// One process of a kind, of those that live now; none where there is none, as between a death and the next start.
  private func one(
    _ role: MarkedProcess.Role, _ fault: PlannedFault, _ body: @Sendable (Int32) async -> Void
  ) async -> Bool {
    let life = host.life
    let all = await MarkedProcesses.find(run: host.run).filter { $0.role == role && $0.life == life }
    guard !all.isEmpty else { return false }
    await body(all[Int(fault.choice % UInt64(all.count))].pid)
    return true
  }

  private func hang(_ pid: Int32, for milliseconds: Int) async {
    ChaosSignal.send(SIGSTOP, to: pid)
    await pause(milliseconds)
    ChaosSignal.send(SIGCONT, to: pid)
  }

  private func killAll() async {
    let life = host.life
    let all = await MarkedProcesses.find(run: host.run).filter { $0.life == life }
    for process in all where process.role == .ourGuard || process.role == .guard {
      ChaosSignal.send(SIGKILL, to: process.pid)
    }
    await host.kill()
    await host.start()
  }

  // MARK: Pipes and disks

  private func slowDown(_ fault: PlannedFault) async {
    let name = Workload.servers[Int(fault.choice % UInt64(Workload.servers.count))]
    let mark = SlowOutput.path(in: host.folder.path, server: name)
    try? DiskFile.replace(mark, with: [])
    await pause(fault.lengthMs)
    unlink(mark)
  }

  /// A limit on the size of files strikes the same writes as a full disk: those of the log, or, with no room at all,
  /// every one.
  private func fillDisk(_ fault: PlannedFault, of pid: Int32) async -> Bool {
    var status = stat()
    let size = stat(host.folder.log, &status) == 0 ? UInt64(status.st_size) : 0
    let isFull = FileSizeLimit.set(fault.choice % 2 == 0 ? 0 : size + fault.choice % 5000, of: pid)
    await pause(fault.lengthMs)
    FileSizeLimit.set(nil, of: pid)
    return isFull
  }

  private func tear(_ choice: UInt64) async {
    let path = host.folder.log
    await withCheckedContinuation { continuation in
      WireThread.start {
        if let log = try? DiskFile.read(path, limit: 1 << 30), let tail = LogTail(log) {
          let (keep, rest) = tail.tear(size: log.count, choice: choice)
          Self.write(rest, behind: keep, of: path)
        }
        continuation.resume()
      }
    }
  }

  private static func write(_ bytes: [UInt8], behind keep: Int, of path: String) {
    let file = open(path, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { close(file) }
    ftruncate(file, off_t(keep))
    _ = pwrite(file, bytes, bytes.count, off_t(keep))
  }

  private func pause(_ milliseconds: Int) async { try? await host.clock.sleep(for: .milliseconds(milliseconds)) }
}

/// kill(2), whose name several of our functions have.
enum ChaosSignal {
  static func send(_ signal: Int32, to pid: Int32) {
    #if canImport(Glibc)
      _ = Glibc.kill(pid, signal)
    #else
      _ = Darwin.kill(pid, signal)
    #endif
  }
}
