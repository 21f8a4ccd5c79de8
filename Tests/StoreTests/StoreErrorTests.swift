import GRDB
import SCRRuntime
import Testing

@testable import SCRStore

@Suite("What SQLite's errors mean")
struct StoreErrorTests {
  static let meanings: [(ResultCode, StoreError.Code)] = [
    (.SQLITE_FULL, .diskFull), (.SQLITE_READONLY, .readOnly), (.SQLITE_READONLY_DBMOVED, .readOnly),
    (.SQLITE_PERM, .readOnly), (.SQLITE_CORRUPT, .corrupt), (.SQLITE_NOTADB, .corrupt), (.SQLITE_BUSY, .locked),
    (.SQLITE_BUSY_SNAPSHOT, .locked), (.SQLITE_LOCKED, .locked), (.SQLITE_IOERR_FSYNC, .failed),
    (.SQLITE_CONSTRAINT, .failed),
  ]

  @Test("each has a code, the place, the cause and advice", arguments: meanings)
  func mapping(result: ResultCode, code: StoreError.Code) {
    let error = StoreError(DatabaseError(resultCode: result, message: "why"), path: "/s/scr.sqlite", doing: "write")
    #expect(error.code == code)
    #expect(error.message.hasPrefix("cannot write in /s/scr.sqlite (why): "))
    #expect((error.cause as? DatabaseError)?.extendedResultCode == result)
  }

  @Test("errors of our own pass unchanged")
  func ownErrors() {
    let own = StoreError(.newerFormat, "newer")
    #expect(StoreError(own, path: "/s", doing: "open").message == "newer")
  }
}
