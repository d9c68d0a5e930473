import CloudWire
import LabFabric

/// The object store: one public bucket with the deploy script, read with plain `GET`, as `wget` does.
struct ObjectStore: Sendable {
  /// Host names that hosts of the lab resolve to the store.
  static let names = [
    "sdwan-oss-shanghai.oss-cn-shanghai.aliyuncs.com", "sdwan-oss-shanghai.oss-accelerate.aliyuncs.com",
  ]

  private let objects: [String: [UInt8]] = ["/\(DeployScript.objectKey)": Array(DeployScript.text.utf8)]

  func answer(_ request: HTTPRequest) -> HTTPResponse {
    guard ["GET", "HEAD"].contains(request.method) else { return error(405, "MethodNotAllowed", request) }
    guard let object = objects[request.path] else { return error(404, "NoSuchKey", request) }
    let headers = [
      HTTPHeader("Content-Type", "application/octet-stream"), HTTPHeader("Content-Length", String(object.count)),
      HTTPHeader("Server", "AliyunOSS"),
    ]
    return HTTPResponse(status: 200, headers: headers, body: request.method == "HEAD" ? [] : object)
  }

  private func error(_ status: Int, _ code: String, _ request: HTTPRequest) -> HTTPResponse {
    let key = XMLText.escape(String(request.path.dropFirst()))
    let body =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>\(code)</Code><Message>The lab holds no such object.</Message>"
      + "<Key>\(key)</Key></Error>"
    return HTTPResponse(
      status: status, headers: [HTTPHeader("Content-Type", "application/xml")], body: Array(body.utf8))
  }
}
