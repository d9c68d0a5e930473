import Basics
import CloudClient
import CloudWire
import FoundationEssentials
import ProviderModel
import RunEngine

/// A stage with the repository's own description of QingCloud, and the answers of that service.
enum QingCloudStage {
  static let keys = CredentialFinder(
    environment: ["QY_ACCESS_KEY_ID": "QYID", "QY_SECRET_ACCESS_KEY": "qy-secret-key"], home: "/h",
    readFile: { _ in nil })

  static func make(
    finder: CredentialFinder = keys, endpoints: EndpointOverrides = EndpointOverrides(),
    observer: CloudObserver? = nil, _ handler: @escaping @Sendable (FakeCloud.Call) -> FakeCloud.Reply
  ) throws -> Stage {
    try Stage(endpoints: endpoints, observer: observer, finder: finder, files: try files(), handler)
  }

  private static func files() throws -> [SourceText] {
    let home = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "providers/qingcloud")
    return try ["provider.yaml", "iaas.yaml"].map { name in
      let text = try String(contentsOf: home.appending(path: name), encoding: .utf8)
      return SourceText(path: "providers/qingcloud/\(name)", text: text)
    }
  }

  // MARK: Answers

  static func good(_ members: Value) -> FakeCloud.Reply {
    .answer(Value.object((members.object ?? [:]).merging(["ret_code": 0]) { $1 }))
  }

  static func bad(_ code: Int) -> FakeCloud.Reply { .answer(["ret_code": .integer(code), "message": "Kind, words"]) }

  static func job(_ status: String?, codes: String = "") -> FakeCloud.Reply {
    guard let status else { return good(["job_set": [], "total_count": 0]) }
    return good([
      "job_set": [
        ["job_id": "j-1", "job_action": "AttachNics", "status": .string(status), "error_codes": .string(codes)]
      ],
      "total_count": 1,
    ])
  }

  static func nic(at instance: String) -> FakeCloud.Reply {
    good([
      "nic_set": [
        [
          "nic_id": "52:54:00:00:00:01", "instance_id": .string(instance), "private_ip": "192.168.129.5", "sequence": 1,
          "status": .string(instance.isEmpty ? "available" : "in-use"),
        ]
      ]
    ])
  }

  static let attachment: [String: Value] = ["region": "pek3", "nic": "52:54:00:00:00:01", "instance": "i-1"]
}
