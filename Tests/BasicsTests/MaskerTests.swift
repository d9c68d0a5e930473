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
}
