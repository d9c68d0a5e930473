import Basics
import CloudWire
import JSONText

/// QingCloud's port, until the cloud behind it is emulated: every request is refused in the form of its API.
enum QingCloudReserved {
  static func answer(_ request: HTTPRequest) -> HTTPResponse {
    let body: Value = ["ret_code": 5000, "message": "The lab does not emulate QingCloud yet."]
    return HTTPResponse(
      status: 501, headers: [HTTPHeader("Content-Type", "application/json")], body: Array(JSON.text(body).utf8))
  }
}
