import Basics
import Digests
import Testing

/// Bytes that count upwards, so that results are the same each time.
private struct CountingRandom: RandomSource {
  func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0) } }
}

@Suite struct DigestsTests {
  @Test("SHA-256, SHA-1 and MD5 give the published digests")
  func hashes() {
    #expect(Hash.sha256Hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(Hash.sha256Hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Hex.encode(Hash.sha1("abc".utf8)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
    #expect(Hex.encode(Hash.md5("abc".utf8)) == "900150983cd24fb0d6963f7d28e17f72")
    var stream = SHA256Stream()
    stream.update("a".utf8)
    #expect(Hex.encode(stream.digest()) == Hash.sha256Hex("a"))
    stream.update("bc".utf8)
    #expect(stream.digest() == Hash.sha256("abc"))
  }

  @Test("HMAC gives the codes of RFC 4231 and RFC 2202")
  func codes() {
    let message = "what do ya want for nothing?"
    #expect(
      Hex.encode(MessageCode.sha256(key: Array("Jefe".utf8), message))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    #expect(
      Hex.encode(MessageCode.sha1(key: Array("Jefe".utf8), message)) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
    #expect(
      Hex.encode(
        MessageCode.sha256(
          key: Array(repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First"))
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  @Test("hex and constant-time comparison take what is equal and nothing else")
  func helpers() {
    #expect(Hex.decode("00ffAb") == [0, 255, 0xAB])
    for text in ["0", "0g", "+1", "中文"] { #expect(Hex.decode(text) == nil) }
    #expect(ConstantTime.areEqual("secret", "secret"))
    for other in ["secreT", "secre", "secret ", ""] { #expect(!ConstantTime.areEqual("secret", other)) }
  }

  @Test("AES-256-GCM gives the published result of test case 14 (McGrew and Viega)")
  func gcmVector() throws {
    let key = try #require(SealingKey(Array(repeating: 0, count: 32)))
    let sealed = try key.seal(Array(repeating: 0, count: 16), nonce: Array(repeating: 0, count: 12))
    #expect(Hex.encode(sealed.dropFirst(12)) == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")
  }

  @Test("what is sealed opens with the same key and context, and with nothing else")
  func sealing() throws {
    let key = try #require(SealingKey(CountingRandom().bytes(32)))
    let other = try #require(SealingKey(Array(repeating: 7, count: 32)))
    let message = Array("a password".utf8)
    let sealed = try key.seal(message, context: [1, 2], random: SystemRandom())
    #expect(sealed.count == message.count + 28)
    #expect(try key.seal(message, context: [1, 2], random: SystemRandom()) != sealed)
    #expect(try key.open(sealed, context: [1, 2]) == message)
    #expect(try key.open(key.seal([], nonce: CountingRandom().bytes(12))) == [])
    #expect(throws: SealingError.notAuthentic) { try other.open(sealed, context: [1, 2]) }
    #expect(throws: SealingError.notAuthentic) { try key.open(sealed, context: [1]) }
    #expect(throws: SealingError.notAuthentic) { try key.open([1, 2, 3]) }
    for index in sealed.indices {
      var changed = sealed
      changed[index] ^= 1
      #expect(throws: SealingError.notAuthentic) { try key.open(changed, context: [1, 2]) }
    }
    #expect(throws: SealingError.badNonce) { try key.seal(message, nonce: [1]) }
    #expect(SealingKey([1]) == nil)
  }

  @Test("ed25519 has the key pair and accepts the signature of RFC 8032, test 2")
  func ed25519() throws {
    let seed = try #require(Hex.decode("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
    let key = try #require(Ed25519Key(seed: seed))
    #expect(Hex.encode(key.publicKey) == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    let signature = try #require(
      Hex.decode(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
      ))
    #expect(Ed25519Key.isValid(signature, for: [0x72], publicKey: key.publicKey))
    #expect(Ed25519Key.isValid(key.signature(for: [1, 2, 3]), for: [1, 2, 3], publicKey: key.publicKey))
    #expect(!Ed25519Key.isValid(signature, for: [0x73], publicKey: key.publicKey))
    #expect(Ed25519Key(seed: [1]) == nil)
    #expect(Ed25519Key.generate(random: CountingRandom()).seed == CountingRandom().bytes(32))
  }
}
