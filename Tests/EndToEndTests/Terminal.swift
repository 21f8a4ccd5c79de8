import Glibc

/// A pseudo-terminal: what is written to `slave` is read from `master`.
struct Terminal: Sendable {
  let master: Int32
  let slave: Int32

  // Of <asm-generic/ioctls.h>; C's own functions for this are not imported.
  private static let (unlock, number): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

  init(columns: UInt16 = 100, rows: UInt16 = 30) throws {
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (lock, name): (Int32, Int32) = (0, -1)
    guard master >= 0, ioctl(master, Self.unlock, &lock) == 0, ioctl(master, Self.number, &name) == 0 else {
      throw ScrProcess.SpawnError(code: errno)
    }
    slave = open("/dev/pts/\(name)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard slave >= 0 else { throw ScrProcess.SpawnError(code: errno) }
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }
}
