import Basics
import CloudWire
import JSONText
import Lab
import Testing

/// Calls the emulated Azure as a client would, with a token of its own.
struct AzureCaller {
  static let tenant = "00000000-0000-0000-0000-0000000000aa"
  static let subscription = "/subscriptions/00000000-0000-0000-0000-000000000001"
  static let group = "\(subscription)/resourceGroups/zxtest-rg"
  static let network = "\(group)/providers/Microsoft.Network"
  static let compute = "\(group)/providers/Microsoft.Compute"

  /// The parameters of a good token request.
  static let login = [
    "grant_type": "client_credentials", "client_id": "00000000-0000-0000-0000-0000000000bb",
    "client_secret": "fake~client.secret+with/odd=chars &more", "scope": "https://management.azure.com/.default",
  ]

  let port: UInt16
  var token = ""

  /// A caller that has signed in.
  static func signedIn(_ lab: TestLab) async throws -> AzureCaller {
    var caller = AzureCaller(port: await lab.port(.azure))
    let answer = try await caller.signIn(login)
    caller.token = try JSON.parse(answer.body)["access_token"].string ?? ""
    return caller
  }

  func signIn(_ form: [String: String], tenant: String = tenant) async throws -> RawClient.Answer {
    try await RawClient(port: port).send(
      method: "POST", target: "/\(tenant)/oauth2/v2.0/token",
      headers: [("Host", "login"), ("Content-Type", "application/x-www-form-urlencoded")],
      body: FormText.encode(form.map { FormText.Pair($0.key, $0.value) }, space: .plus))
  }

  func send(
    _ method: String, _ path: String, _ body: Value? = nil, version: String? = nil, headers: [(String, String)] = []
  ) async throws -> RawClient.Answer {
    let mark = path.contains("?") ? "&" : "?"
    let target = path.contains("api-version=") ? path : "\(path)\(mark)api-version=\(version ?? Self.version(of: path))"
    let type = body == nil ? [] : [("Content-Type", "application/json")]
    let bearer = token.isEmpty ? [] : [("Authorization", "Bearer \(token)")]
    return try await RawClient(port: port).send(
      method: method, target: target, headers: [("Host", "127.0.0.1:\(port)")] + type + bearer + headers,
      body: body.map { JSON.text($0) } ?? "")
  }

  /// The version that the vendor's newest SDK sends for a path.
  private static func version(of path: String) -> String {
    if path.contains("/disks") { return "2026-03-02" }
    if path.contains("/Microsoft.Compute/skus") { return "2021-07-01" }
    if path.contains("/Microsoft.Compute/") { return "2026-04-01" }
    if path.contains("/Microsoft.Network/") { return "2026-03-01" }
    return path.split(separator: "/").count <= 2 ? "2022-12-01" : "2025-04-01"
  }

  /// The answer's body; a refusal fails the test.
  @discardableResult
  func good(
    _ method: String, _ path: String, _ body: Value? = nil, headers: [(String, String)] = []
  ) async throws -> Value {
    let answer = try await send(method, path, body, headers: headers)
    #expect((200..<300).contains(answer.status), "\(method) \(path): \(answer.text)")
    return answer.body.isEmpty ? .null : try JSON.parse(answer.body)
  }

  @discardableResult
  func put(_ path: String, _ properties: Value, tags: Value = [:]) async throws -> Value {
    try await good("PUT", path, Self.document(properties, tags: tags))
  }

  static func document(_ properties: Value, tags: Value = [:]) -> Value {
    ["location": "westeurope", "tags": tags, "properties": properties]
  }

  /// Status and code of a refusal, `400 NicInUse`; just the status for success.
  func outcome(
    _ method: String, _ path: String, _ body: Value? = nil, version: String? = nil, headers: [(String, String)] = []
  ) async throws -> String {
    Self.outcome(of: try await send(method, path, body, version: version, headers: headers))
  }

  /// Each refusal is held against the recorded one of the same code, if there is one: status and form.
  static func outcome(of answer: RawClient.Answer) -> String {
    guard answer.status >= 400, let body = try? JSON.parse(answer.body) else { return "\(answer.status)" }
    guard let code = body["error"]["code"].string else {
      return "\(answer.status) \(body["error"].string ?? "without a code")"
    }
    if let recorded = recordedErrors[code] {
      #expect(recorded.contains { isLike($0, answer, body) }, "\(code) is recorded otherwise: \(answer.text)")
    }
    return "\(answer.status) \(code)"
  }

  /// Details are the network provider's habit; the compute provider has them where there is something to tell.
  private static func isLike(_ recorded: Value, _ answer: RawClient.Answer, _ body: Value) -> Bool {
    let golden = (try? JSON.parse(recorded["body"].string ?? "")) ?? .null
    let isCompute = recorded["operation"].string?.hasPrefix("virtual_machines") == true
    return answer.status == recorded["status"].integer
      && ShapeDifference.find(golden, in: body, skip: isCompute ? ["error.details"] : []).isEmpty
  }

  /// By code.
  private static let recordedErrors: [String: [Value]] = {
    let rows = (try? GoldenAzureTests.entries("azure-responses", "responses"))?.values.filter { row in
      // An answer without `error` around it is recorded for clients, to show what gateways do.
      row["status"].integer ?? 0 >= 400 && row["id"] != "error-bare"
    }
    return Dictionary(grouping: rows ?? []) { $0["error"]["code"].string ?? "" }
  }()

  /// The path and query of a link in an answer.
  static func path(of link: String?) -> String {
    guard let link, let scheme = link.firstRange(of: "://") else { return "" }
    return String(link[scheme.upperBound...].drop { $0 != "/" })
  }
}

/// What most tests of Azure stand on: a network with a subnet, and what a virtual machine needs.
struct AzureGround {
  let azure: AzureCaller

  static let subnet = "\(AzureCaller.network)/virtualNetworks/zxtest/subnets/test"

  static func make(_ lab: TestLab) async throws -> AzureGround {
    let ground = AzureGround(azure: try await .signedIn(lab))
    try await ground.azure.good("PUT", AzureCaller.group, ["location": "westeurope"])
    try await ground.azure.put(
      "\(AzureCaller.network)/virtualNetworks/zxtest",
      [
        "addressSpace": ["addressPrefixes": ["10.255.0.0/16"]],
        "subnets": [["name": "test", "properties": ["addressPrefix": "10.255.0.0/24"]]],
      ])
    return ground
  }

  func reference(_ path: String) -> Value { ["id": .string(path)] }

  func putPublicAddress(_ name: String) async throws {
    let body: Value = [
      "location": "westeurope", "sku": ["name": "Standard"], "properties": ["publicIPAllocationMethod": "Static"],
    ]
    try await azure.good("PUT", "\(AzureCaller.network)/publicIPAddresses/\(name)", body)
  }

  /// - Parameter more: further properties of the interface, and of its configuration.
  func putInterface(
    _ name: String, address: String? = nil, publicAddress: String? = nil, more: [String: Value] = [:]
  ) async throws {
    var configuration: [String: Value] = ["subnet": reference(Self.subnet)]
    if let address {
      configuration["privateIPAllocationMethod"] = "Static"
      configuration["privateIPAddress"] = .string(address)
    }
    if let publicAddress {
      configuration["publicIPAddress"] = [
        "id": .string("\(AzureCaller.network)/publicIPAddresses/\(publicAddress)"),
        "properties": ["deleteOption": "Delete"],
      ]
    }
    let properties: [String: Value] = [
      "ipConfigurations": [["name": "ipconfig1", "properties": .object(configuration)]]
    ]
    try await azure.put(
      "\(AzureCaller.network)/networkInterfaces/\(name)", .object(properties.merging(more) { _, new in new }))
  }

  static let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea me"

  /// The properties of a virtual machine on an interface.
  static func machine(_ interface: String, _ change: [String: Value] = [:]) -> Value {
    let properties: [String: Value] = [
      "hardwareProfile": ["vmSize": "Standard_B2s"],
      "storageProfile": [
        "imageReference": [
          "publisher": "Canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts-gen2",
          "version": "latest",
        ], "osDisk": ["name": .string("\(interface)-os"), "createOption": "FromImage", "deleteOption": "Delete"],
      ],
      "osProfile": [
        "computerName": .string(interface), "adminUsername": "azureuser",
        "customData": .string(Base64.encode(Array("#!/bin/sh\ntrue\n".utf8))),
        "linuxConfiguration": [
          "disablePasswordAuthentication": true,
          "ssh": ["publicKeys": [["path": "/home/azureuser/.ssh/authorized_keys", "keyData": .string(key)]]],
        ],
      ],
      "networkProfile": [
        "networkInterfaces": [
          [
            "id": .string("\(AzureCaller.network)/networkInterfaces/\(interface)"),
            "properties": ["primary": true, "deleteOption": "Delete"],
          ]
        ]
      ],
    ]
    return .object(properties.merging(change) { _, new in new })
  }

  func putMachine(_ name: String, _ change: [String: Value] = [:]) async throws {
    try await azure.put("\(AzureCaller.compute)/virtualMachines/\(name)", Self.machine(name, change))
  }

  /// The host in the data plane of a virtual machine.
  func host(_ name: String) async throws -> String {
    let body = try await azure.good("GET", "\(AzureCaller.compute)/virtualMachines/\(name)")
    return body["properties"]["vmId"].string ?? ""
  }
}
