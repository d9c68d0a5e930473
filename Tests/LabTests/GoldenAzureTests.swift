import Basics
import JSONText
import Lab
import LabFabric
import Testing

/// The recorded requests of Azure's SDKs in the order of the tutorial, each with the answer's form beside it, operations to their end.
@Suite struct GoldenAzureTests {
  enum Expected: Sendable {
    /// The recorded status, headers and form; of an operation also those of its end.
    case like
    /// The same but for this status; the reason stands where it is used.
    case status(Int)
    /// What the SDK raises in the recorded entry.
    case refused(String)
  }

  static let steps: [(String, Expected)] = [
    ("subscription-get", .like), ("provider-get", .like), ("provider-register", .like),
    ("resource-group-exists", .status(404)), ("resource-group-create", .like), ("resource-group-exists", .like),
    ("resource-group-get", .like), ("ground", .like), ("vnet-get", .like), ("subnet-get", .like), ("sku-list", .like),
    ("image-skus", .like), ("image-versions", .like), ("image-versions-centos", .like), ("public-ip-create", .like),
    ("nsg-create", .like), ("nsg-get", .like), ("nsg-rule-create", .like), ("nsg-rule-delete", .like),
    ("nic-create", .like), ("public-ip-get", .like), ("vm-create", .like),
    ("vm-create-if-none-match", .refused("412 PreconditionFailed")), ("vm-get", .like),
    ("vm-get-instance-view", .like), ("vm-instance-view", .like), ("vm-run-command", .like),
    ("route-get-missing", .refused("404 ParentResourceNotFound")), ("route-table-create", .like),
    ("route-get-missing", .refused("404 NotFound")), ("resources-by-tag", .like), ("subnet-associate", .like),
    ("subnet-associate-if-match", .refused("412 PreconditionFailed")),
    ("in-use", .refused("400 InUseRouteTableCannotBeDeleted")), ("route-create", .like), ("route-get", .like),
    ("route-list", .like), ("effective-routes", .like), ("route-delete", .like), ("delete-already-gone", .like),
    ("route-table-create-with-route", .status(200)), ("route-table-get", .like), ("route-table-list", .like),
    ("route-table-get-china", .like), ("route-table-get-usgov", .like), ("nic-get", .like),
    ("nic-forwarding-on", .like), ("nic-forwarding-off", .like), ("nic-list", .like), ("nic-patch-tags", .like),
    ("subnet-disassociate", .like), ("vm-deallocate", .like),
    // The recorded answer is the shortest that the SDK takes; the cloud deletes in the background here too.
    ("vm-delete-force", .status(202)), ("nic-create", .like), ("vm-create", .like), ("keep-disk", .like),
    ("vm-delete", .like), ("disk-delete", .like), ("nic-create-dynamic", .like), ("nic-delete", .like),
    ("nsg-delete", .like), ("public-ip-delete", .like), ("route-table-delete", .like),
    ("resource-group-delete", .like),
  ]

  /// Replayed by tests of their own: of the sign-in, of overlapping writes, of faults.
  static let elsewhere: Set = ["token-public", "token-china", "token-usgov", "conflict", "throttled", "lro-failed"]

  /// Members that a recorded example shows of another case than the replayed one, by its id; `*` for all.
  static let skipped: [String: Set<String>] = [
    // The recorded resources have tags also where the request gives none.
    "*": ["tags", "value[].tags"],
    // Two pages are recorded, of one thing each.
    "resources-by-tag": ["nextLink"],
    // The first users come later.
    "public-ip-create": ["properties.ipConfiguration"], "nsg-create": ["properties.networkInterfaces"],
    "nsg-get": ["properties.networkInterfaces"],
    // The first one listed is the workload's.
    "nic-list": [
      "value[].properties.networkSecurityGroup", "value[].properties.ipConfigurations[].properties.publicIPAddress",
    ],
  ]

  @Test("Every recorded request of Azure's SDKs is accepted, answered in the recorded form, and followed to its end")
  func replay() async throws {
    let requests = try Self.entries("azure-requests", "entries")
    let responses = try Self.entries("azure-responses", "responses")
    let commands: ControlPlaneOnly.Script = { _, _ in
      CommandOutcome(ending: .exited(0), stdout: Array("net.ipv4.ip_forward = 1\n".utf8))
    }
    try await TestLab.with(commands: commands) { lab async throws in
      let azure = try await AzureCaller.signedIn(lab)
      for (id, expected) in Self.steps {
        switch id {
        case "ground": try await Self.makeGround(azure)
        case "keep-disk": try await Self.keepDisk(azure)
        default:
          let entry = try #require(requests[id], "no recorded request \(id)")
          try await Exchange(id: id, azure: azure, entry: entry, recorded: responses[id] ?? .null).hold(expected)
        }
      }
      let used = Set(Self.steps.map(\.0)).union(Self.elsewhere)
      #expect(requests.keys.filter { !used.contains($0) }.sorted() == [])
      #expect(await lab.server.ledger.resources.filter { $0.deletedAt == nil }.map(\.id) == [])
      #expect(lab.plane.topology == Topology())
    }
  }

  @Test("A recorded delete meets a write under way, a recorded read a fault: refused in the recorded form")
  func refusals() async throws {
    let requests = try Self.entries("azure-requests", "entries")
    let responses = try Self.entries("azure-responses", "responses")
    try await TestLab.with(pace: Pace(1), faults: ["azure:RouteTables_Get:throttle:17s:1"]) { lab async throws in
      let azure = try await AzureCaller.signedIn(lab)
      try await azure.good("PUT", AzureCaller.group, ["location": "westeurope"])
      try await azure.put("\(AzureCaller.network)/routeTables/test", [:])
      for (id, outcome) in [("conflict", "409 AnotherOperationInProgress"), ("throttled", "429 TooManyRequests")] {
        let exchange = Exchange(
          id: id, azure: azure, entry: try #require(requests[id]), recorded: responses[id] ?? .null)
        try await exchange.hold(.refused(outcome))
      }
    }
  }

  @Test("The recorded write whose operation fails is answered well, and fails in the recorded form")
  func failure() async throws {
    let entry = try #require(try Self.entries("azure-requests", "entries")["lro-failed"])
    let recorded = try #require(try Self.entries("azure-responses", "responses")["lro-failed"])
    try await TestLab.with(faults: ["azure:RouteTables_CreateOrUpdate:fail-later:InternalServerError:1"]) {
      lab async throws in
      let azure = try await AzureCaller.signedIn(lab)
      try await azure.good("PUT", AzureCaller.group, ["location": "westeurope"])
      let path = AzureCaller.path(of: entry["request"]["url"].string)
      let answer = try await azure.send("PUT", path, entry["request"]["json"])
      #expect(answer.status == recorded["status"].integer)
      let end = try await azure.good("GET", AzureCaller.path(of: answer.headers["azure-asyncoperation"]))
      let wanted = try JSON.parse(recorded["then"][0]["body"].string ?? "")
      #expect(end["status"] == wanted["status"] && end["error"]["code"] == wanted["error"]["code"])
      #expect(ShapeDifference.find(wanted, in: end) == [])
    }
  }

  static func entries(_ file: String, _ list: String) throws -> [String: Value] {
    let rows = try Golden.file(file)[list].list ?? []
    return Dictionary(rows.map { ($0["id"].string ?? "", $0) }) { first, _ in first }
  }

  /// What the recorded requests take for granted: the network, and a machine in it.
  private static func makeGround(_ azure: AzureCaller) async throws {
    let ground = AzureGround(azure: azure)
    let network = AzureCaller.network
    try await ground.putPublicAddress("biz-ip")
    try await azure.put("\(network)/networkSecurityGroups/biz-nsg", [:])
    try await azure.put(
      "\(network)/natGateways/biz-nat", ["publicIpAddresses": [["id": .string("\(network)/publicIPAddresses/biz-ip")]]])
    let subnet: Value = [
      "addressPrefix": "10.255.0.0/24", "defaultOutboundAccess": false,
      "networkSecurityGroup": ["id": .string("\(network)/networkSecurityGroups/biz-nsg")],
      "natGateway": ["id": .string("\(network)/natGateways/biz-nat")],
      "serviceEndpoints": [["service": "Microsoft.Storage", "locations": ["westeurope"]]],
    ]
    try await azure.put(
      "\(network)/virtualNetworks/zxtest",
      [
        "addressSpace": ["addressPrefixes": ["10.255.0.0/16"]], "dhcpOptions": ["dnsServers": []],
        "subnets": [["name": "test", "properties": subnet]],
      ], tags: ["vcpe:workflow": "azure-vcpe"])
    try await ground.putInterface("biz-nic", address: "10.255.0.252")
    try await ground.putMachine("biz-nic")
  }

  private static func keepDisk(_ azure: AzureCaller) async throws {
    let path = "\(AzureCaller.compute)/virtualMachines/test302-vm"
    var body = try await azure.good("GET", path).members
    var properties = body["properties"]?.members ?? [:]
    properties["osProfile"] = nil
    properties["storageProfile"] = ["osDisk": ["name": "test302-vm-os", "deleteOption": "Detach"]]
    body["properties"] = .object(properties)
    try await azure.good("PUT", path, .object(body))
  }
}

extension Value {
  fileprivate var members: [String: Value] { object ?? [:] }
}

/// One recorded exchange, held again with the lab.
private struct Exchange {
  let id: String
  let azure: AzureCaller
  let entry: Value
  let recorded: Value

  func hold(_ expected: GoldenAzureTests.Expected) async throws {
    let requests = [entry["request"]] + (entry["then"].list ?? [])
    let answers = [recorded] + (recorded["then"].list ?? [])
    // A read before the write is a request of its own.
    let isPair = requests[0]["method"] == "GET" && requests.count > 1 && requests[1]["method"] == "PUT"
    if isPair { try check(try await send(requests[0]), against: answers[0], status: nil) }
    let answer = try await send(requests[isPair ? 1 : 0])
    if case .refused(let outcome) = expected {
      #expect(AzureCaller.outcome(of: answer) == outcome, "\(id): \(answer.text)")
      return
    }
    var status: Int?
    if case .status(let own) = expected { status = own }
    try check(answer, against: answers[isPair ? 1 : 0], status: status)
    guard answer.status < 300 else { return }
    try await follow(answer, resource: requests[isPair ? 1 : 0], last: answers.count > 1 ? answers.last : nil)
  }

  private func send(_ request: Value) async throws -> RawClient.Answer {
    var headers = (request["headers"].object ?? [:]).filter { $0.key != "Authorization" }.map {
      ($0.key, $0.value.string ?? "")
    }
    headers += [("Host", request["host"].string ?? ""), ("Authorization", "Bearer \(azure.token)")]
    let target = AzureCaller.path(of: request["url"].string)
    return try await RawClient(port: azure.port).send(
      method: request["method"].string ?? "", target: target, headers: headers,
      body: request["json"].isNull ? "" : JSON.text(request["json"]))
  }

  private func check(_ answer: RawClient.Answer, against golden: Value, status: Int?) throws {
    #expect(answer.status == status ?? golden["status"].integer, "\(id): \(answer.text)")
    for name in (golden["headers"].object ?? [:]).keys where status == nil {
      #expect(answer.headers[name.lowercased()] != nil, "\(id) has no \(name)")
    }
    try compare(answer.body, golden["body"].string)
  }

  private var skipped: Set<String> {
    (GoldenAzureTests.skipped["*"] ?? []).union(GoldenAzureTests.skipped[id] ?? [])
  }

  private func compare(_ body: [UInt8], _ golden: String?) throws {
    guard let golden, !golden.isEmpty else {
      #expect(body.isEmpty, "\(id): \(String(decoding: body, as: UTF8.self))")
      return
    }
    let wanted = try JSON.parse(golden)
    let own = try JSON.parse(body)
    let differences = ShapeDifference.find(wanted, in: own, skip: skipped)
    #expect(differences.isEmpty, "\(id): \(differences)")
  }

  /// Asks on as the SDK does: the operation's status, else its result; then the resource that was written.
  private func follow(_ answer: RawClient.Answer, resource: Value, last: Value?) async throws {
    let isWrite = resource["method"] == "PUT"
    if let link = answer.headers["azure-asyncoperation"] {
      let status = try await ask(link) {
        $0.body != Array(#"{"status":"InProgress"}"#.utf8) && !$0.text.contains("InProgress")
      }
      #expect(try JSON.parse(status.body)["status"] == "Succeeded", "\(id)")
      if isWrite {
        let path = AzureCaller.path(of: resource["url"].string)
        let final = try await azure.good("GET", path)
        #expect(final["properties"]["provisioningState"] == "Succeeded", "\(id)")
        if let last { try compare(Array(JSON.text(final).utf8), last["body"].string) }
        return
      }
    }
    guard let link = answer.headers["location"] else { return }
    let result = try await ask(link) { $0.status != 202 }
    if answer.headers["azure-asyncoperation"] == nil || resource["method"] == "POST", let last {
      #expect(result.status == last["status"].integer, "\(id)")
      try compare(result.body, last["body"].string)
    } else {
      #expect(result.status == 204, "\(id)")
    }
  }

  private func ask(
    _ link: String, until isOver: (RawClient.Answer) -> Bool
  ) async throws -> RawClient.Answer {
    #expect(link.hasPrefix("http://management."), "\(link) leads away from the host that was asked")
    var answer = try await azure.send("GET", AzureCaller.path(of: link))
    // A command ends when its host has answered, however the clock stands.
    while answer.status < 300, !isOver(answer) {
      await Task.yield()
      answer = try await azure.send("GET", AzureCaller.path(of: link))
    }
    #expect(answer.status < 300, "\(id): \(answer.text)")
    return answer
  }
}
