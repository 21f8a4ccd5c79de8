#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Time that passes on a server's own thread, where slowness itself is what is tested. Tests themselves await signals.
package enum TestPause {
  package static func wait(milliseconds: Int) { poll(nil, 0, Int32(milliseconds)) }
}
