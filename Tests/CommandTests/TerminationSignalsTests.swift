import SCRCommand
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct TerminationSignalsTests {
  @Test func `The first signal is awaited, a second one ends the process`() async {
    let signals = TerminationSignals()
    let restored = Mutex(0)
    signals.beforeForcedExit { restored.withLock { $0 += 1 } }
    async let first = signals.first()
    #expect(signals.receive(2))
    #expect(await first == 2)
    #expect(restored.withLock { $0 } == 0)
    #expect(!signals.receive(15))
    #expect(restored.withLock { $0 } == 1)
    #expect(await signals.first() == 2)
  }

  @Test func `A signal that was ignored before we came stays ignored, as under nohup`() {
    let before = signal(SIGUSR2, SIG_IGN)
    TerminationSignals.handle(SIGUSR2)
    #expect(TerminationSignals.isIgnored(SIGUSR2))
    signal(SIGUSR2, SIG_DFL)
    TerminationSignals.handle(SIGUSR2)
    #expect(!TerminationSignals.isIgnored(SIGUSR2))
    signal(SIGUSR2, before)
  }

  @Test func `SIGHUP asks for a reload where one is possible, and for an end elsewhere`() async {
    let reloading = TerminationSignals()
    reloading.takeReloads()
    #expect(reloading.receive(SIGHUP))
    #expect(reloading.receive(SIGHUP))
    var requests = reloading.reloads.makeAsyncIterator()
    #expect(await requests.next() != nil)
    #expect(reloading.receive(SIGTERM))
    #expect(reloading.receive(SIGHUP))
    #expect(!reloading.receive(SIGTERM))
    #expect(await reloading.first() == SIGTERM)

    let plain = TerminationSignals()
    #expect(plain.receive(SIGHUP))
    #expect(await plain.first() == SIGHUP)
  }

  @Test func `A signal that was ignored is taken over where nothing ends by it`() {
    let before = signal(SIGUSR1, SIG_IGN)
    TerminationSignals.handle(SIGUSR1, evenIfIgnored: true)
    #expect(!TerminationSignals.isIgnored(SIGUSR1))
    signal(SIGUSR1, before)
  }

  @Test func `Cancelling the wait gives no signal`() async {
    let signals = TerminationSignals()
    let waiting = Task { await signals.first() }
    waiting.cancel()
    #expect(await waiting.value == nil)
  }
}
