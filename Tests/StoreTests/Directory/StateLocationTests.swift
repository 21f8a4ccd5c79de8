import SCRRuntime
import SCRStore
import Testing

@Suite("Where the state lives")
struct StateLocationTests {
  private func resolve(_ flag: String?, _ environment: [String: String]) throws -> StateLocation {
    try StateLocation.resolve(flag: flag, environment: environment, workingDirectory: "/here")
  }

  private let all = ["SCR_STATE_DIR": "/env", "XDG_STATE_HOME": "/xdg", "HOME": "/home/me"]

  @Test("the flag wins over SCR_STATE_DIR, that over XDG_STATE_HOME, that over the home directory")
  func precedence() throws {
    var environment = all
    #expect(try resolve("/flag", environment) == .directory("/flag"))
    #expect(try resolve(nil, environment) == .directory("/env"))
    environment["SCR_STATE_DIR"] = nil
    #expect(try resolve(nil, environment) == .directory("/xdg/scr"))
    environment["XDG_STATE_HOME"] = "relative/is/ignored"
    #expect(try resolve(nil, environment) == .directory("/home/me/.local/state/scr"))
    #expect(try resolve(nil, ["SCR_STATE_DIR": "", "HOME": "/home/me"]) == .directory("/home/me/.local/state/scr"))
  }

  @Test("a relative place is taken from the working directory, :memory: is none")
  func forms() throws {
    #expect(try resolve("state", all) == .directory("/here/state"))
    #expect(try resolve(":memory:", all) == .memory)
    #expect(try resolve(nil, ["SCR_STATE_DIR": ":memory:"]) == .memory)
  }

  @Test("without any hint the error names the flag")
  func nothing() {
    let error = #expect(throws: StoreError.self) { try resolve(nil, [:]) }
    #expect(error?.message.contains("--state DIR") == true)
  }
}
