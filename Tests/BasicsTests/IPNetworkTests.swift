import Basics
import Testing

@Suite struct IPNetworkTests {
  @Test(
    "an address is written back in its canonical form",
    arguments: [
      ("10.0.0.1", "10.0.0.1"), ("::", "::"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
      ("::ffff:10.1.2.3", "::ffff:a01:203"), ("fe80::1", "fe80::1"),
    ])
  func canonical(text: String, expected: String) {
    #expect(IPAddress(text)?.description == expected)
  }

  @Test(
    "what is no address is refused",
    arguments: ["", "10.0.0", "10.0.0.256", "10.0.0.01", "1.2.3.4.5", ":::", "1::2::3", "12345::", "10.0.0.+1"])
  func refused(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test("a block knows its network, its hosts from both ends, and what it overlaps")
  func block() throws {
    let block = try #require(IPNetwork("10.1.2.3/24"))
    #expect(block.network.description == "10.1.2.0/24")
    #expect(!block.isCanonical)
    #expect(block.host(10)?.description == "10.1.2.10")
    #expect(block.host(-2)?.description == "10.1.2.254")
    #expect(block.host(256) == nil)
    #expect(block.host(-256)?.description == "10.1.2.0")
    #expect(block.overlaps(try #require(IPNetwork("10.0.0.0/8"))))
    #expect(!block.overlaps(try #require(IPNetwork("10.1.3.0/24"))))
    #expect(!block.overlaps(try #require(IPNetwork("::/0"))))
    #expect(IPNetwork("10.0.0.0/33") == nil)
    #expect(IPNetwork("0.0.0.0/0")?.contains(try #require(IPAddress("255.255.255.255"))) == true)
  }

  @Test("what others leave of a block is the fewest blocks")
  func difference() throws {
    let block = { (text: String) in try #require(IPNetwork(text)) }
    let whole = try block("10.0.0.0/8")
    #expect(whole.minus([]) == [whole])
    #expect(try whole.minus([block("172.16.0.0/12"), block("fc00::/7")]) == [whole])
    #expect(try whole.minus([block("0.0.0.0/0")]) == [])
    #expect(
      try block("10.0.0.0/30").minus([block("10.0.0.1/32")]) == [block("10.0.0.0/32"), block("10.0.0.2/31")])
    #expect(try block("0.0.0.0/0").minus([block("128.0.0.0/1"), block("0.0.0.0/2")]) == [block("64.0.0.0/2")])
  }
}
