import Basics
import Digests
import RemoteShell
import Testing

@Suite("Readers of what hosts and files say") struct ReaderTests {
  @Test("reports are found whatever the seams and the noise around them")
  func reports() {
    let text = Array("motd\r\nabc marker /x/y\nabc started\nabcd exit 3\nabc exit 12 \n\u{1b}[0mabc died\n".utf8)
    for size in [1, 2, 3, 7, 100] {
      var reader = ReportReader(nonce: "abc")
      var found: [ScriptReport] = []
      var rest = text[...]
      while !rest.isEmpty {
        found += reader.read(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
      }
      #expect(found == [.marker("/x/y"), .started, .ended(.exited(12))])
    }
  }

  @Test("private keys are told apart without their passphrase")
  func privateKeys() {
    let key = OpenSSHKey.privateKey(Ed25519Key.generate(random: SystemRandom()), comment: "x")
    #expect(PrivateKeyText(key)?.type == "ssh-ed25519")
    #expect(PrivateKeyText(key)?.isEncrypted == false)
    #expect(
      PrivateKeyText("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END")?.isEncrypted == true)
    #expect(PrivateKeyText("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----")?.type == "ecdsa")
    #expect(PrivateKeyText("ssh-ed25519 AAAA") == nil)
  }

  @Test("known_hosts: names, patterns, exclusions, comments, revoked keys, broken lines")
  func knownHosts() throws {
    let keys = (0..<4).map { _ in OpenSSHKey.publicLine(Ed25519Key.generate(random: SystemRandom()).publicKey) }
    let hosts = KnownHosts(
      """
      # comment
      alpha,10.0.0.1 \(keys[0])
      *.example.com,!bad.example.com \(keys[1])
      @revoked * \(keys[2])
      @cert-authority * \(keys[3])
      broken ssh-ed25519
      |1|nonsense|x \(keys[3])
      [alpha]:2222 \(keys[3])
      """)
    let parsed = keys.compactMap { HostKey(line: $0) }
    #expect(hosts.keys(for: "alpha") == [parsed[0]])
    #expect(hosts.keys(for: "10.0.0.1") == [parsed[0]])
    #expect(hosts.keys(for: "good.example.com") == [parsed[1]])
    #expect(hosts.keys(for: "bad.example.com").isEmpty)
    #expect(hosts.keys(for: "[alpha]:2222") == [parsed[3]])
    #expect(hosts.isRevoked(parsed[2], for: "anything") && !hosts.isRevoked(parsed[3], for: "anything"))
  }

  @Test("facts of CentOS 6, of busybox and of an empty host are read")
  func facts() throws {
    let old = try #require(
      HostFacts(
        """
        n os
        CentOS release 6.10 (Final)
        n kernel
        2.6.32
        n cpus
        2
        n memory
        MemTotal:        1020000 kB
        n route
        Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
        eth1\t00000000\t0101000A\t0003\t0\t0\t100\t00000000\t0\t0\t0
        eth0\t00000000\tFE00000A\t0003\t0\t0\t0\t00000000\t0\t0\t0
        n links
        eth0 up
        lo unknown
        n addresses
        2: eth0    inet 10.0.0.4/24 brd 10.0.0.255 scope global eth0
        2: eth0    inet6 fe80::1/64 scope link
        n sockets
        tcp        0      0 0.0.0.0:22      0.0.0.0:*               LISTEN      812/sshd
        udp        0      0 :::123          :::*                                900/ntpd
        n forwarding
        1
        n end
        """, nonce: "n"))
    let facts = old.outputs
    #expect(facts["os"] == "centos" && facts["os_version"] == "6.10" && facts["os_major"] == 6)
    #expect(
      facts["default_interface"] == "eth0" && facts["gateway"] == "10.0.0.254" && facts["private_ip"] == "10.0.0.4")
    #expect(facts["memory_mb"] == 996 && facts["ip_forwarding"] == true)
    #expect(
      facts["listening"] == [
        ["protocol": "tcp", "address": "0.0.0.0", "port": 22, "program": "sshd"],
        ["protocol": "udp", "address": "::", "port": 123, "program": "ntpd"],
      ])
    #expect(HostFacts("n os\nID=x\n", nonce: "n") == nil)
    #expect(HostFacts("n end\n", nonce: "n")?.outputs["os"] == .null)
  }

  @Test("20,000 random texts made of pieces of the real ones crash no reader")
  func fuzz() {
    var generator = SeededGenerator(seed: 7)
    let key = OpenSSHKey.publicLine(Ed25519Key.generate(random: SystemRandom()).publicKey)
    let pieces = [
      "n ", "os", "kernel", "cpus", "memory", "route", "links", "addresses", "sockets", "forwarding", "end", "\n", "\n",
      "\n", "=", "ID=",
      "\"", "MemTotal:", " 99999999999999999999 kB", "eth0\t00000000\t0101000A\t3\t0\t0\t-1\t00000000", "FFFFFFFFFF",
      ": ", "inet ", "/", "tcp",
      "udp 0 0 a:b c", "[::]:22", "users:((\"", "started", "exit ", "exit 0", "exit -1", "died", "marker", "|1|",
      "@revoked ", "*", "?", "!", ",",
      key, "ssh-ed25519 ", "AAAA", "====", "-----BEGIN ", "OPENSSH PRIVATE KEY", "-----", "b3BlbnNzaC1rZXktdjEA",
      "\u{0}", "\u{1b}", "中",
      "BEGIN SSH HOST KEY KEYS", "END SSH HOST KEY KEYS",
    ]
    for _ in 0..<20_000 {
      let count = Int.random(in: 0...25, using: &generator)
      let text = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
      var reader = ReportReader(nonce: "n")
      _ = reader.read(Array(text.utf8))
      _ = HostFacts(text + "\nn end\n", nonce: "n")?.outputs
      _ = KnownHosts(text).keys(for: "x")
      _ = PrivateKeyText(text)
      _ = HostKey.console(text)
      _ = HostKey.list(text)
    }
  }
}
