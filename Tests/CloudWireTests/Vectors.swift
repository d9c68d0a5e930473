import Basics
import CloudWire
import Foundation
import JSONText
import ProviderModel
import Testing

/// The vendors' data beside these tests.
enum Vectors {
  static let folder = Bundle.module.resourceURL?.appending(path: "Vectors")

  static func json(_ path: String) throws -> Value {
    try JSON.parse(Array(Data(contentsOf: try #require(folder).appending(path: path))))
  }

  static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: try #require(folder).appending(path: path)), as: UTF8.self)
  }

  static func credentials(_ value: Value) -> Credentials {
    Credentials(
      accessKeyID: value["access_key_id"].string ?? "",
      secret: value["secret_access_key"].string ?? value["access_key_secret"].string ?? "",
      sessionToken: value["session_token"].string ?? value["security_token"].string ?? value["token"].string)
  }

  static func pairs(_ object: Value) -> [FormText.Pair] {
    (object.object ?? [:]).map { FormText.Pair($0.key, $0.value.scalarText ?? "") }
  }
}

extension HTTPRequest {
  /// The form of the body, by name.
  var form: [String: String] {
    Dictionary((FormText.decode(String(decoding: body, as: UTF8.self)) ?? []).map { ($0.name, $0.value) }) { $1 }
  }

  var queryParameters: [String: String] {
    Dictionary((FormText.decode(query, plusIsSpace: false) ?? []).map { ($0.name, $0.value) }) { $1 }
  }
}
