import LabFabric
import Testing

@Suite("User data")
struct CloudConfigTests {
  @Test("a cloud-config with every key that hosts understand is read, and the rest read over")
  func everything() throws {
    let config = try #require(
      CloudConfig(
        """
        #cloud-config
        # a comment
        hostname: web-1
        package_update: true
        packages: [vim, "curl"]
        ssh_keys:
            ed25519_private: |
                -----BEGIN OPENSSH PRIVATE KEY-----
                b3BlbnNzaC1rZXk=

                -----END OPENSSH PRIVATE KEY-----
            ed25519_public: ssh-ed25519 AAAA comment

        ssh_authorized_keys:
        - ssh-ed25519 AAAB me
        - 'ssh-ed25519 AAAC it''s'
        password: p#ss # not a secret
        chpasswd:
          list: |
            root:one
            ubuntu:two:three
          expire: false
        write_files:
          - path: /etc/motd
            permissions: '0600'
            content: |
              hello
                world
          - content: "a\\nb"
            path: /etc/b
        runcmd:
          - echo a: b
          - [sh, -c, "echo it's"]
          - - touch
            - /root/x
        """))
    #expect(config.hostname == "web-1")
    #expect(
      config.hostKey
        == HostKey(
          privateKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n\n-----END OPENSSH PRIVATE KEY-----\n",
          publicKey: "ssh-ed25519 AAAA comment"))
    #expect(config.authorizedKeys == ["ssh-ed25519 AAAB me", "ssh-ed25519 AAAC it's"])
    #expect(config.password == "p#ss")
    #expect(config.passwords == ["root": "one", "ubuntu": "two:three"])
    #expect(
      config.files == [
        .init(path: "/etc/motd", content: "hello\n  world\n", permissions: "0600"),
        .init(path: "/etc/b", content: "a\nb"),
      ])
    #expect(config.commands == ["echo a: b", "'sh' '-c' 'echo it'\\''s'", "'touch' '/root/x'"])
  }

  @Test("what is no cloud-config is none, and a broken one does no harm")
  func others() {
    #expect(CloudConfig("#!/bin/sh\n") == nil)
    #expect(CloudConfig("") == nil)
    for text in [
      "#cloud-config", "#cloud-config\n- a\n- b\n", "#cloud-config\nruncmd:\n  -\n- x\n   y: |",
      "#cloud-config\nssh_keys: |\n",
    ] {
      #expect(CloudConfig(text)?.commands.isEmpty == true || CloudConfig(text)?.commands == [""], "\(text)")
    }
  }
}
