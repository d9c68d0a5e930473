package import Basics

/// What `lab up --json` prints: everything that another program needs to talk to the lab.
package struct LabDescription: Hashable, Sendable {
  package var processID: Int32
  package var name: String
  /// Such as `http://127.0.0.1:PORT`.
  package var endpoints: [CloudName: String]
  package var credentials: LabCredentials
  package var awsRegion: String
  package var alibabaRegion: String
  package var fixture: String?
  /// The inputs that the fixture gives to the workflow of its name.
  package var inputs: Value

  /// The contract of `lab up --json`.
  package var json: Value {
    [
      "pid": .integer(Int(processID)), "name": .string(name),
      "endpoints": .object(
        Dictionary(endpoints.map { ($0.key.rawValue, Value.string($0.value)) }) { first, _ in first }),
      "credentials": [
        "aws": [
          "access_key_id": .string(credentials.aws.first?.id ?? ""),
          "secret_access_key": .string(credentials.aws.first?.secret ?? ""), "region": .string(awsRegion),
        ],
        "alibaba": [
          "access_key_id": .string(credentials.alibaba.first?.id ?? ""),
          "access_key_secret": .string(credentials.alibaba.first?.secret ?? ""), "region": .string(alibabaRegion),
        ],
        "azure": [
          "tenant_id": .string(credentials.azure.tenant), "client_id": .string(credentials.azure.client),
          "client_secret": .string(credentials.azure.secret),
          "subscription_id": .string(credentials.azure.subscription), "authority": .string(endpoints[.azure] ?? ""),
        ],
        "qingcloud": [
          "access_key_id": .string(credentials.qingcloud.id),
          "secret_access_key": .string(credentials.qingcloud.secret),
          "zone": "pek3",
        ],
      ],
      "fixture": fixture.map(Value.string) ?? .null, "inputs": inputs,
    ]
  }
}

/// What `lab.json` in the state folder holds: the description, and the door for whoever controls the lab.
package struct LabRecord: Hashable, Sendable {
  package var description: LabDescription
  /// In clock ticks after boot, as `/proc/PID/stat` has it: tells the process from a later one with its number.
  package var startTicks: UInt64
  /// Such as `http://127.0.0.1:PORT`.
  package var control: String
  /// Sent as `Authorization: Bearer`.
  package var token: String

  package static let fileName = "lab.json"

  package var json: Value {
    [
      "description": description.json, "start_ticks": .integer(Int(startTicks)), "control": .string(control),
      "token": .string(token),
    ]
  }
}
