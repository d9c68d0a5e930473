import CloudWire

/// The access key that a cloud of the lab knows.
package struct LabCredential: Hashable, Sendable, CustomStringConvertible {
  package var id: String
  package var secret: String
  /// Given: a temporary credential, refused without this token.
  package var sessionToken: String?

  package init(id: String, secret: String, sessionToken: String? = nil) {
    self.id = id
    self.secret = secret
    self.sessionToken = sessionToken
  }

  package var description: String { "LabCredential(\(id))" }

  var credentials: Credentials { Credentials(accessKeyID: id, secret: secret, sessionToken: sessionToken) }
}

/// `Credential=..., SignedHeaders=..., Signature=...` of an `Authorization` header, with or without spaces.
struct AuthorizationHeader {
  var scheme: String
  var credential: String
  var signedHeaders: Set<String>
  var signature: String

  init?(_ text: String) {
    guard let space = text.firstIndex(of: " ") else { return nil }
    scheme = String(text[..<space])
    var fields: [String: String] = [:]
    for part in text[space...].split(separator: ",") {
      let sides = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      if sides.count == 2 { fields[String(sides[0])] = String(sides[1]) }
    }
    guard let credential = fields["Credential"], let names = fields["SignedHeaders"], let value = fields["Signature"]
    else { return nil }
    self.credential = credential
    signedHeaders = Set(names.split(separator: ";").map { $0.lowercased() })
    signature = value
  }
}
