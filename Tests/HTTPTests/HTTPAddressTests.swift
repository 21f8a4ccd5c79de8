import Testing

@testable import SCRHTTP

struct HTTPAddressTests {
  @Test(arguments: [
    ("http://127.0.0.1:11434/v1", "127.0.0.1", 11_434, "http://127.0.0.1:11434"),
    ("https://api.openai.com/v1?key=secret", "api.openai.com", 443, "https://api.openai.com:443"),
    ("HTTP://Example.ORG", "example.org", 80, "http://example.org:80"),
    ("http://[::1]:8080/x", "::1", 8080, "http://[::1]:8080"),
  ])
  func `an address is read into its parts`(text: String, host: String, port: Int, origin: String) throws {
    let address = try #require(HTTPAddress(text))
    #expect(address.host == host && address.port == port && address.origin == origin)
    #expect(!address.description.contains("secret"))
  }

  @Test(arguments: [
    "", "ftp://a", "http://", "http:///x", "http://user:key@host/", "http://host:0/", "http://host:99999/",
    "http://host:x/", "http://a b/", "http://host/\n", "file:///etc/passwd", "http://[::1/", "http://host/#x",
    "http://a\\@b/",
  ])
  func `what is no plain address is none`(text: String) { #expect(HTTPAddress(text) == nil) }

  @Test(arguments: [
    ("http://h/v1", "http://h/v1/models"), ("http://h/v1/", "http://h/v1/models"), ("http://h", "http://h/models"),
    ("http://h/v1?a=b", "http://h/v1/models"),
  ])
  func `a path is appended with one slash`(base: String, whole: String) {
    #expect(HTTPAddress(base)?.appending("/models")?.text == whole)
  }

  @Test(arguments: [
    ("http://localhost/", true), ("http://127.8.9.1/", true), ("http://[::1]/", true), ("http://127.evil.org/", false),
    ("http://10.0.0.1/", false), ("http://localhost.org/", false),
  ])
  func `this machine is known by its names`(text: String, isLoopback: Bool) {
    #expect(HTTPAddress(text)?.isLoopback == isLoopback)
  }
}
