import Basics
import Digests
import JSONText
import RunEngine

/// Encrypts the secret parts of events and opens them again: AES-256-GCM, a new nonce for each part.
///
/// What was sealed for one place opens nowhere else: run, number and part are authenticated with it.
struct Sealer {
  let key: SealingKey
  let random: any RandomSource

  /// Tells keys apart without telling the key: the first 16 hex digits of a digest over it.
  static func name(of bytes: [UInt8]) -> String {
    String(Hash.sha256Hex(Array("causeway state key\n".utf8) + bytes).prefix(16))
  }

  /// The event with each secret part in place of which stands `{"sealed": base64}`.
  func seal(_ event: RunEvent, of run: String) throws(SealingError) -> Value {
    var body = event.value
    for part in event.sensitive.sorted() {
      guard let plain = body.part(part) else { continue }
      let context = Self.context(run, event.sequence, part)
      let sealed = try key.seal(Array(JSON.text(plain).utf8), context: context, random: random)
      body.setPart(part, ["sealed": .string(Base64.encode(sealed))])
    }
    return body
  }

  /// The event's plain data again; `nil` for a part that this key did not seal at this place.
  func open(_ body: Value, of run: String) -> Value? {
    var body = body
    for part in body.sensitiveParts {
      guard let box = body.part(part), let sealed = box["sealed"].string.flatMap(Base64.decode(_:)) else { return nil }
      let context = Self.context(run, body["seq"].integer ?? 0, part)
      guard let plain = try? key.open(sealed, context: context), let value = try? JSON.parse(plain) else { return nil }
      body.setPart(part, value)
    }
    return body
  }

  private static func context(_ run: String, _ sequence: Int, _ part: SensitivePart) -> [UInt8] {
    Array("\(run)\n\(sequence)\n\(part.text)".utf8)
  }
}

extension Value {
  /// The parts of an encoded event that are secret.
  var sensitiveParts: [SensitivePart] {
    (self["sensitive"].list ?? []).compactMap(\.string).map { SensitivePart(text: $0) }
  }

  /// The event for a reader without the key: a mask in each secret's place.
  var withMaskedSecrets: Value {
    sensitiveParts.reduce(into: self) { body, part in
      if body.part(part) != nil { body.setPart(part, .string(Masker.mask)) }
    }
  }

  func part(_ part: SensitivePart) -> Value? {
    let member = object?[part.member]
    return part.name.map { member?.object?[$0] } ?? member
  }

  mutating func setPart(_ part: SensitivePart, _ value: Value) {
    guard var members = object else { return }
    if let name = part.name {
      var inner = members[part.member]?.object ?? [:]
      inner[name] = value
      members[part.member] = .object(inner)
    } else {
      members[part.member] = value
    }
    self = .object(members)
  }
}
