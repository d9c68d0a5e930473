import Basics
import JSONText
import Lab
import Testing

/// Azure Resource Manager: versions, paths, groups, lists, operations, conditions.
@Suite struct AzureManagerTests {
  private let network = AzureCaller.network

  @Test("Unknown versions, namespaces, types, paths, methods and subscriptions are refused, each in its own way")
  func form() async throws {
    try await TestLab.with { lab async throws in
      let azure = try await AzureGround.make(lab).azure
      let table = "\(network)/routeTables/t"
      let cases: [(String, String, String?, String)] = [
        ("GET", table, "2019-01-01", "400 NoRegisteredProviderFound"),
        ("GET", AzureCaller.group, "2019-01-01", "400 InvalidApiVersionParameter"),
        ("GET", "\(table)?api-version=", nil, "400 MissingApiVersionParameter"),
        ("GET", "\(network)/vpnGateways/g", nil, "404 InvalidResourceType"),
        ("GET", "\(AzureCaller.group)/providers/Microsoft.Web/sites/s", nil, "404 InvalidResourceNamespace"),
        ("POST", "\(network)/networkInterfaces/n/fly", nil, "404 HttpResourceNotFound"),
        ("POST", table, nil, "405 MethodNotAllowed"),
        ("PUT", "\(AzureCaller.compute)/disks/d", nil, "405 MethodNotAllowed"),
        ("GET", "/tenants", nil, "404 HttpResourceNotFound"),
        ("GET", "/subscriptions/00000000-0000-0000-0000-000000000002", nil, "404 SubscriptionNotFound"),
        (
          "GET", "\(AzureCaller.subscription)/resourceGroups/other/providers/Microsoft.Network/routeTables", nil,
          "404 ResourceGroupNotFound"
        ),
        ("GET", table, nil, "404 ResourceNotFound"), ("GET", "\(table)/routes/r", nil, "404 ParentResourceNotFound"),
        ("DELETE", table, nil, "204"), ("DELETE", "\(table)/routes/r", nil, "204"),
      ]
      for (method, path, version, outcome) in cases {
        #expect(try await azure.outcome(method, path, version: version) == outcome, "\(method) \(path)")
      }
      #expect(try await azure.outcome("PUT", table, "text") == "400 InvalidRequestFormat")
      #expect(try await azure.outcome("PUT", table, ["properties": [:]]) == "400 LocationRequired")
      #expect(
        try await azure.outcome("PUT", "\(network)/routeTables/-t", ["location": "westeurope"])
          == "400 InvalidResourceName")
    }
  }

  @Test("An error has Azure's form, an answer Azure's headers, and HEAD has no body")
  func headers() async throws {
    try await TestLab.with { lab async throws in
      let azure = try await AzureCaller.signedIn(lab)
      let missing = try await azure.send("GET", AzureCaller.group)
      #expect(try JSON.parse(missing.body)["error"]["message"] == "Resource group 'zxtest-rg' could not be found.")
      #expect(missing.headers["x-ms-request-id"] != nil)
      #expect(missing.headers["content-type"] == "application/json; charset=utf-8")
      let head = try await azure.send("HEAD", AzureCaller.group)
      #expect(head.status == 404 && head.body.isEmpty)
      let made = try await azure.send("PUT", AzureCaller.group, ["location": "West Europe"])
      #expect(made.status == 201)
      #expect(made.headers["x-ms-ratelimit-remaining-subscription-writes"] == "199")
      #expect(try await azure.send("HEAD", AzureCaller.group).status == 204)
      #expect(try await azure.send("PUT", AzureCaller.group, ["location": "westeurope"]).status == 200)
      #expect(
        try await azure.outcome("PUT", AzureCaller.group, ["location": "northeurope"])
          == "409 InvalidResourceGroupLocation")
    }
  }

  @Test("Names and ids are the same whatever their case, and keep the spelling in which they were made")
  func spelling() async throws {
    try await TestLab.with { lab async throws in
      let azure = try await AzureGround.make(lab).azure
      try await azure.put("\(network)/routeTables/Table", [:])
      let path = "\(network)/ROUTETABLES/tABLE".replacing("zxtest-rg", with: "ZXTEST-RG")
      #expect(try await azure.good("GET", path)["id"].string == "\(network)/routeTables/Table")
      let again = try await azure.send("PUT", path, ["location": "WESTEUROPE", "properties": [:]])
      #expect(again.status == 200)
      let list = try await azure.good("GET", "\(network)/routeTables")
      #expect(list["value"].list?.count == 1)
    }
  }

  @Test("Lists come in pages whose links lead on, with the filter kept; a foreign token is refused")
  func pages() async throws {
    try await TestLab.with { lab async throws in
      let azure = try await AzureGround.make(lab).azure
      try await azure.put("\(network)/routeTables/t", [:])
      for number in 1...23 {
        try await azure.put(
          "\(network)/routeTables/t/routes/r\(number)",
          ["addressPrefix": .string("172.16.\(number).0/24"), "nextHopType": "None"])
      }
      let first = try await azure.good("GET", "\(network)/routeTables/t/routes")
      #expect(first["value"].list?.count == 20)
      let link = try #require(first["nextLink"].string)
      #expect(link.hasPrefix("http://127.0.0.1:\(azure.port)/subscriptions/"))
      let second = try await azure.good("GET", AzureCaller.path(of: link))
      #expect(second["value"].list?.map { $0["name"] } == ["r21", "r22", "r23"])
      #expect(second["nextLink"] == nil)
      #expect(
        try await azure.outcome("GET", "\(network)/routeTables?$skiptoken=Zm9yZWlnbg==")
          == "400 InvalidSkipTokenInQueryString")
      let filter = "$filter=resourceType%20eq%20'Microsoft.Network/routeTables'"
      let small = try await azure.good("GET", "\(AzureCaller.subscription)/resources?$top=1&\(filter)")
      #expect(small["value"][0]["name"] == "t" && small["nextLink"] == nil)
      let all = try await azure.good("GET", "\(AzureCaller.subscription)/resources?$top=1")
      let rest = try await azure.good("GET", AzureCaller.path(of: all["nextLink"].string))
      #expect([all["value"][0]["name"], rest["value"][0]["name"]] == ["zxtest", "t"])
    }
  }

  @Test("Resources are found by tag, by type and by group, and by no other filter")
  func filters() async throws {
    try await TestLab.with { lab async throws in
      let azure = try await AzureGround.make(lab).azure
      try await azure.put("\(network)/routeTables/a", [:], tags: ["run": "1"])
      try await azure.put("\(network)/networkSecurityGroups/b", [:], tags: ["Run": "2"])
      let names = { (query: String) async throws in
        let path = "\(AzureCaller.subscription)/resources?$filter=\(query.replacing(" ", with: "%20"))"
        return try await azure.good("GET", path)["value"].list?.compactMap { $0["name"].string } ?? []
      }
      #expect(try await names("tagName eq 'run'") == ["a", "b"])
      #expect(try await names("tagName eq 'run' and tagValue eq '2'") == ["b"])
      #expect(try await names("tagName eq 'run' and tagValue eq '3'") == [])
      #expect(
        try await azure.outcome("GET", "\(AzureCaller.subscription)/resources?$filter=name%20eq%20'a'")
          == "400 InvalidFilterInQueryString")
      let inside = try await azure.good("GET", "\(AzureCaller.group)/resources")
      #expect(inside["value"].list?.count == 3)
      try await azure.good("PATCH", "\(network)/routeTables/a", ["tags": ["run": "2"]])
      #expect(try await names("tagName eq 'run' and tagValue eq '2'") == ["a", "b"])
    }
  }

  @Test("A write under way shows as Creating or Updating, its operation as InProgress, until the cloud's time is over")
  func pace() async throws {
    try await TestLab.with(pace: Pace(1)) { lab async throws in
      let ground = try await AzureGround.make(lab)
      lab.time.move(by: 10)
      let table = "\(network)/routeTables/t"
      let made = try await ground.azure.send("PUT", table, AzureCaller.document([:]))
      #expect(made.status == 201)
      #expect(made.headers["retry-after"] == "10")
      #expect(try JSON.parse(made.body)["properties"]["provisioningState"] == "Creating")
      let link = AzureCaller.path(of: made.headers["azure-asyncoperation"])
      let running = try await ground.azure.send("GET", link)
      #expect(try JSON.parse(running.body) == ["status": "InProgress"])
      #expect(running.headers["retry-after"] == "10")
      #expect(
        try await ground.azure.outcome("PUT", table, AzureCaller.document([:]))
          == "429 RetryableErrorDueToAnotherOperation")
      #expect(try await ground.azure.outcome("DELETE", table) == "409 AnotherOperationInProgress")
      lab.time.move(by: 8)
      #expect(try await ground.azure.good("GET", link) == ["status": "Succeeded"])
      #expect(try await ground.azure.good("GET", table)["properties"]["provisioningState"] == "Succeeded")
      let gone = try await ground.azure.send("DELETE", table)
      #expect(gone.status == 202)
      #expect(try await ground.azure.good("GET", table)["properties"]["provisioningState"] == "Deleting")
      let result = AzureCaller.path(of: gone.headers["location"])
      #expect(try await ground.azure.send("GET", result).status == 202)
      lab.time.move(by: 8)
      #expect(try await ground.azure.send("GET", result).status == 204)
      #expect(try await ground.azure.outcome("GET", table) == "404 ResourceNotFound")
    }
  }

  @Test("An operation that was told to fail ends as Failed with its error, and nothing of the write takes effect")
  func laterFailure() async throws {
    try await TestLab.with(faults: ["azure:RouteTables_CreateOrUpdate:fail-later:InternalServerError:1"]) {
      lab async throws in
      let azure = try await AzureGround.make(lab).azure
      let table = "\(network)/routeTables/t"
      let made = try await azure.send("PUT", table, AzureCaller.document([:]))
      #expect(made.status == 201)
      let link = AzureCaller.path(of: made.headers["azure-asyncoperation"])
      let end = try await azure.good("GET", link)
      #expect(end["status"] == "Failed" && end["error"]["code"] == "InternalServerError")
      #expect(try await azure.good("GET", table)["properties"]["provisioningState"] == "Failed")
      try await azure.put(table, [:])
      #expect(try await azure.good("GET", table)["properties"]["provisioningState"] == "Succeeded")
      #expect(await lab.server.ledger.calls.contains { $0.fault == "fail-later:InternalServerError" })
    }
  }

  @Test("Conditions are held against the entity tag, which changes with every write")
  func conditions() async throws {
    try await TestLab.with { lab async throws in
      let azure = try await AzureGround.make(lab).azure
      let table = "\(network)/routeTables/t"
      let document = AzureCaller.document([:])
      #expect(try await azure.outcome("PUT", table, document, headers: [("If-Match", "*")]) == "412 PreconditionFailed")
      let tag = try await azure.good("PUT", table, document, headers: [("If-None-Match", "*")])["etag"].string ?? ""
      #expect(
        try await azure.outcome("PUT", table, document, headers: [("If-None-Match", "*")]) == "412 PreconditionFailed")
      #expect(try await azure.outcome("PUT", table, document, headers: [("If-Match", tag)]) == "200")
      #expect(try await azure.outcome("PUT", table, document, headers: [("If-Match", tag)]) == "412 PreconditionFailed")
    }
  }

  @Test("A provider that is not registered lets nothing be made; registering takes a while")
  func registration() async throws {
    try await TestLab.with(pace: Pace(1)) { lab async throws in
      let azure = try await AzureCaller.signedIn(lab)
      try await azure.good("PUT", AzureCaller.group, ["location": "westeurope"])
      let provider = "\(AzureCaller.subscription)/providers/microsoft.network"
      #expect(try await azure.good("POST", "\(provider)/unregister")["registrationState"] == "NotRegistered")
      let table = "\(network)/routeTables/t"
      #expect(
        try await azure.outcome("PUT", table, AzureCaller.document([:])) == "409 MissingSubscriptionRegistration")
      #expect(try await azure.good("POST", "\(provider)/register")["registrationState"] == "Registering")
      #expect(try await azure.good("GET", provider)["registrationState"] == "Registering")
      lab.time.move(by: 30)
      #expect(try await azure.good("GET", provider)["registrationState"] == "Registered")
      #expect(try await azure.outcome("PUT", table, AzureCaller.document([:])) == "201")
    }
  }

  @Test("Too many requests at once are throttled until time has passed")
  func budget() async throws {
    try await TestLab.with(pace: Pace(1)) { lab async throws in
      let azure = try await AzureCaller.signedIn(lab)
      for _ in 0..<250 { #expect(try await azure.outcome("GET", AzureCaller.subscription) == "200") }
      let refused = try await azure.send("GET", AzureCaller.subscription)
      #expect(AzureCaller.outcome(of: refused) == "429 SubscriptionRequestsThrottled")
      #expect(refused.headers["retry-after"] == "1")
      lab.time.move(by: 1)
      let again = try await azure.send("GET", AzureCaller.subscription)
      #expect(again.headers["x-ms-ratelimit-remaining-subscription-reads"] == "24")
    }
  }

  @Test("Faults meet operations by the names of the vendor's API descriptions")
  func faults() async throws {
    let faults = ["azure:VirtualNetworks_Get:throttle:17s:1", "azure:RouteTables_CreateOrUpdate:drop-response:1"]
    try await TestLab.with(faults: faults) { lab async throws in
      let azure = try await AzureGround.make(lab).azure
      let throttled = try await azure.send("GET", "\(network)/virtualNetworks/zxtest")
      #expect(AzureCaller.outcome(of: throttled) == "429 TooManyRequests")
      #expect(throttled.headers["retry-after"] == "17")
      let lost = try await azure.send("PUT", "\(network)/routeTables/t", AzureCaller.document([:]))
      #expect(lost.ending == .reset)
      #expect(try await azure.good("GET", "\(network)/routeTables/t")["name"] == "t")
      #expect(await lab.server.ledger.resources.count { $0.kind == "route-table" } == 1)
    }
  }

  @Test("A group takes everything in it along, and is not deleted while another group needs something of it")
  func groups() async throws {
    try await TestLab.with(pace: Pace(1)) { lab async throws in
      let ground = try await AzureGround.make(lab)
      let azure = ground.azure
      lab.time.move(by: 10)
      let other = "\(AzureCaller.subscription)/resourceGroups/other"
      try await azure.good("PUT", other, ["location": "westeurope"])
      let interface = "\(other)/providers/Microsoft.Network/networkInterfaces/n"
      let configuration: Value = [
        "ipConfigurations": [["name": "c", "properties": ["subnet": ground.reference(AzureGround.subnet)]]]
      ]
      try await azure.put(interface, configuration)
      #expect(try await azure.outcome("DELETE", AzureCaller.group) == "409 ResourceGroupDeletionBlocked")
      lab.time.move(by: 5)
      try await azure.good("DELETE", interface)
      lab.time.move(by: 5)
      let gone = try await azure.send("DELETE", AzureCaller.group)
      #expect(gone.status == 202 && gone.headers["azure-asyncoperation"] == nil)
      #expect(
        try await azure.outcome("PUT", "\(network)/routeTables/t", AzureCaller.document([:]))
          == "409 ResourceGroupBeingDeleted")
      let result = AzureCaller.path(of: gone.headers["location"])
      #expect(try await azure.send("GET", result).status == 202)
      lab.time.move(by: 60)
      #expect(try await azure.send("GET", result).status == 200)
      #expect(try await azure.outcome("GET", AzureCaller.group) == "404 ResourceGroupNotFound")
      let left = await lab.server.ledger.resources.filter { $0.deletedAt == nil }.map(\.name)
      #expect(left == ["other"])
    }
  }

  @Test("What a fault hides from lists is hidden from reads, and is there when its time has come")
  func lag() async throws {
    try await TestLab.with(faults: ["azure:RouteTables_CreateOrUpdate:lag:5s:1"]) { lab async throws in
      let azure = try await AzureGround.make(lab).azure
      try await azure.put("\(network)/routeTables/t", [:])
      #expect(try await azure.outcome("GET", "\(network)/routeTables/t") == "404 ResourceNotFound")
      #expect(try await azure.good("GET", "\(network)/routeTables")["value"] == [])
      lab.time.move(by: 5)
      #expect(try await azure.good("GET", "\(network)/routeTables/t")["name"] == "t")
    }
  }
}
