import Basics
import Testing

@Suite struct MaskerTests {
  @Test("a secret is masked by value, as text, base64, percent-encoded, JSON, and line by line")
  func forms() {
    let masker = Masker()
    masker.add(["key": "s3cret/\"value\"\nsecond-line"])
    for text in [
      "plain s3cret/\"value\"\nsecond-line end", "second-line", PercentEncoding.encode("s3cret/\"value\""),
      Base64.encode(Array("s3cret/\"value\"".utf8)), #"{"a":"s3cret/\"value\""}"#,
      Base64.encode(Array("user:s3cret/\"value\"".utf8)),
    ] {
      let masked = masker.mask(text)
      #expect(masked.contains(Masker.mask), "\(text)")
      #expect(!masked.contains("s3cret"))
    }
  }

  @Test("a short secret is left to the field that declares it")
  func short() {
    let masker = Masker()
    masker.add("eth0")
    #expect(masker.mask("the device eth0") == "the device eth0")
  }

  @Test("of a login only the key and the password are secret")
  func login() {
    let masker = Masker()
    masker.add([
      "address": "127.200.10.20", "user": "administrator", "key": "PRIVATE-KEY-TEXT",
      "jump": ["address": "127.9.9.99", "password": "pass-word-9"],
    ])
    #expect(masker.mask("administrator@127.200.10.20 via 127.9.9.99") == "administrator@127.200.10.20 via 127.9.9.99")
    #expect(masker.mask("PRIVATE-KEY-TEXT pass-word-9") == "****** ******")
  }

  @Test("a secret is found wherever it stands, alone and among any other characters, and its beginning is not it")
  func places() {
    let masker = Masker()
    for secret in ["s3cret-0123", "密码很长很长的秘密", "caf\u{E9}-geheim"] { masker.add(secret) }
    for secret in ["s3cret-0123", "密码很长很长的秘密", "caf\u{E9}-geheim", "cafe\u{301}-geheim"] {
      for (before, after) in [
        ("", ""), ("a", ""), ("", "b"), ("云 ", " 云"), ("ss3cret-012", "s3cret"), ("\r\n", "\r\n"),
      ] {
        let masked = masker.mask(before + secret + after + secret)
        #expect(masked == before + Masker.mask + after + Masker.mask, "\(before)|\(secret)|\(after)")
      }
    }
    #expect(masker.mask("s3cret-012") == "s3cret-012")
  }

  @Test("many short texts are looked through for many secrets in no time")
  func speed() {
    let masker = Masker()
    for number in 0..<100 { masker.add("secret-number-\(number)-of-many") }
    let texts = (0..<500).map { "site[\($0)]/vcpe/deploy · ssh/script · done" }
    let took = ContinuousClock().measure { for text in texts { #expect(masker.mask(text) == text) } }
    print("500 texts, \(masker.forms.count) forms of secrets: \(took)")
    #expect(took < .seconds(5))
  }
}
