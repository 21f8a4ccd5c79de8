@testable import SCRProcess
import Testing

struct ChildEnvironmentTests {
  @Test func `only the allow-list is inherited`() {
    let inherited = [
      "PATH": "/bin", "HOME": "/root", "LANG": "C", "LC_ALL": "C", "XDG_CACHE_HOME": "/c", "SSL_CERT_FILE": "/ca",
      "TZ": "UTC",
      "OPENAI_API_KEY": "secret", "LD_PRELOAD": "/x.so", "PATHS": "no", "SCR_STATE_DIR": "/s", "PYTHONPATH": "/p",
    ]
    #expect(
      ChildEnvironment.make(inherited: inherited, declared: [:]) == [
        "PATH": "/bin", "HOME": "/root", "LANG": "C", "LC_ALL": "C", "XDG_CACHE_HOME": "/c", "SSL_CERT_FILE": "/ca",
        "TZ": "UTC",
      ])
  }

  @Test func `in the place of a declared value stands its name, but for short ones and those of the allow-list`() {
    let environment = ["PATH": "/usr/bin", "KEY": "s3cret", "LONGER": "s3cret-and-more", "N": "1"]
    #expect(
      ChildEnvironment.masked("in /usr/bin: s3cret-and-more s3cret 1", environment) == "in /usr/bin: [LONGER] [KEY] 1")
  }

  @Test func `what the entry declares is passed on, and wins`() {
    #expect(
      ChildEnvironment.make(
        inherited: ["PATH": "/bin", "TOKEN": "ours"], declared: ["PATH": "/opt/bin", "TOKEN": "theirs", "X": ""])
        == ["PATH": "/opt/bin", "TOKEN": "theirs", "X": ""])
  }

  @Test(arguments: [
    ("http://user:secret@proxy.example:3128", "http://proxy.example:3128"),
    ("http://user@proxy.example", "http://proxy.example"), ("user:secret@proxy:8080", "proxy:8080"),
    ("http://user:p@ss/word@proxy:8080", "http://proxy:8080"), ("http://proxy:8080/", "http://proxy:8080/"),
    ("localhost,.example.org", "localhost,.example.org"),
  ])
  func `proxies lose their credentials`(_ value: String, _ expected: String) {
    for name in ["http_proxy", "HTTPS_PROXY", "no_proxy", "ALL_PROXY"] {
      #expect(ChildEnvironment.make(inherited: [name: value], declared: [:]) == [name: expected])
    }
  }
}
