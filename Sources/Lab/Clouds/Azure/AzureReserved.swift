import Basics
import CloudWire
import JSONText

/// Azure's port, until the cloud behind it is emulated: every request is refused in the form of Azure Resource Manager.
enum AzureReserved {
  static func answer(_ request: HTTPRequest) -> HTTPResponse {
    let body: Value = ["error": ["code": "NotImplemented", "message": "The lab does not emulate Azure yet."]]
    return HTTPResponse(
      status: 501, headers: [HTTPHeader("Content-Type", "application/json; charset=utf-8")],
      body: Array(JSON.text(body).utf8))
  }
}
