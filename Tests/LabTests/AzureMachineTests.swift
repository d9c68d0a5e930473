import Basics
import JSONText
import Lab
import LabFabric
import Testing

/// Virtual machines: how they come, change, run commands and go.
@Suite struct AzureMachineTests {
  private let network = AzureCaller.network
  private let compute = AzureCaller.compute

  private func power(_ azure: AzureCaller, _ name: String) async throws -> String? {
    let view = try await azure.good("GET", "\(compute)/virtualMachines/\(name)/instanceView")
    return view["statuses"].list?.compactMap { $0["code"].string }.first { $0.hasPrefix("PowerState/") }
  }

  @Test("At the real pace a machine is made, runs with a host, stops, is deallocated, starts, restarts and goes")
  func pace() async throws {
    try await TestLab.with(pace: Pace(1)) { lab async throws in
      let ground = try await AzureGround.make(lab)
      let azure = ground.azure
      lab.time.move(by: 10)
      try await ground.putInterface("vm")
      lab.time.move(by: 5)
      try await ground.putMachine("vm")
      let host = try await ground.host("vm")
      #expect(try await power(azure, "vm") == nil)
      #expect(lab.plane.log.isEmpty)
      lab.time.move(by: 50)
      #expect(try await power(azure, "vm") == "PowerState/running")
      #expect(lab.plane.log == ["start \(host)"])
      let path = "\(compute)/virtualMachines/vm"
      for (verb, seconds, through, end) in [
        ("powerOff", 20.0, "stopping", "stopped"), ("start", 25, "starting", "running"),
        ("deallocate", 30, "deallocating", "deallocated"), ("start", 25, "starting", "running"),
      ] {
        let answer = try await azure.send("POST", "\(path)/\(verb)")
        #expect(answer.status == 202)
        #expect(try await power(azure, "vm") == "PowerState/\(through)")
        #expect(try await azure.outcome("POST", "\(path)/start") == "409 Conflict")
        lab.time.move(by: seconds)
        #expect(try await power(azure, "vm") == "PowerState/\(end)")
        #expect(try await azure.send("GET", AzureCaller.path(of: answer.headers["location"])).status == 200)
      }
      try await azure.good("POST", "\(path)/restart")
      lab.time.move(by: 25)
      #expect(
        lab.plane.log == [
          "start \(host)", "stop \(host)", "start again \(host)", "stop \(host)", "start again \(host)",
          "reboot \(host)",
        ])
      try await azure.good("DELETE", path)
      #expect(try await azure.good("GET", path)["properties"]["provisioningState"] == "Deleting")
      lab.time.move(by: 40)
      #expect(try await azure.outcome("GET", path) == "404 ResourceNotFound")
      #expect(lab.plane.log.last == "remove \(host)")
    }
  }

  @Test("The account, its key, the name, the user data and the system of the image reach the host")
  func host() async throws {
    try await TestLab.with { lab async throws in
      let ground = try await AzureGround.make(lab)
      try await ground.putInterface("vm")
      try await ground.putMachine("vm")
      let spec = try #require(lab.plane.spec(of: try await ground.host("vm")))
      #expect(spec.users == [HostUser("azureuser", keys: [AzureGround.key])])
      #expect(spec.hostname == "vm" && spec.userData == "#!/bin/sh\ntrue\n")
      #expect(spec.system == HostSystem(id: "ubuntu", version: "22.04", name: "Ubuntu"))
      #expect(spec.rootKeys.isEmpty && spec.rootPassword == nil)
      let shown = try await ground.azure.good("GET", "\(compute)/virtualMachines/vm")["properties"]["osProfile"]
      #expect(shown["customData"] == nil && shown["adminUsername"] == "azureuser")
    }
  }

  @Test("Disk, interface and public address go with the machine where they say so, and stay where they do not")
  func company() async throws {
    try await TestLab.with { lab async throws in
      let ground = try await AzureGround.make(lab)
      let azure = ground.azure
      for name in ["gone", "kept"] {
        try await ground.putPublicAddress(name)
        try await ground.putInterface(name, publicAddress: name)
      }
      try await ground.putMachine("gone")
      var kept: [String: Value] = AzureGround.machine("kept").object ?? [:]
      kept["networkProfile"] = ["networkInterfaces": [ground.reference("\(network)/networkInterfaces/kept")]]
      let image = kept["storageProfile"]?["imageReference"] ?? nil
      kept["storageProfile"] = ["imageReference": image, "osDisk": ["name": "kept-os", "createOption": "FromImage"]]
      try await azure.put("\(compute)/virtualMachines/kept", .object(kept))
      for name in ["gone", "kept"] { try await azure.good("DELETE", "\(compute)/virtualMachines/\(name)") }
      let left = await lab.server.ledger.resources.filter { $0.deletedAt == nil }.map { "\($0.kind) \($0.name)" }
      #expect(
        left == [
          "resource-group zxtest-rg", "virtual-network zxtest", "subnet test", "public-ip-address kept",
          "network-interface kept", "disk kept-os",
        ])
      #expect(try await azure.good("GET", "\(compute)/disks/kept-os")["properties"]["diskState"] == "Unattached")
      let detached = try await azure.good("GET", "\(network)/networkInterfaces/kept")
      #expect(detached["properties"]["virtualMachine"] == nil)
    }
  }

  @Test(
    "A new machine with a wrong parameter is refused with the vendor's code",
    arguments: [
      (["hardwareProfile": ["vmSize": "Standard_X"]], "400 InvalidParameter"),
      (["hardwareProfile": ["vmSize": "Standard_NC6s_v3"]], "409 SkuNotAvailable"),
      (["hardwareProfile": ["vmSize": "Standard_D2ps_v5"]], "400 BadRequest"),
      (["networkProfile": ["networkInterfaces": []]], "400 InvalidParameter"),
      (["networkProfile": ["networkInterfaces": [["id": "vm"]]]], "400 LinkedInvalidPropertyId"),
      (["osProfile": ["adminUsername": "root"]], "400 InvalidParameter"),
      (["osProfile": ["adminUsername": "azureuser"]], "400 InvalidParameter"),
      (["osProfile": ["adminUsername": "azureuser", "adminPassword": "short"]], "400 InvalidParameter"),
      (["osProfile": ["adminUsername": "azureuser", "adminPassword": "Long-enough1"]], "201"),
      (
        [
          "storageProfile": [
            "imageReference": [
              "publisher": "OpenLogic", "offer": "CentOS", "sku": "7_9-gen2", "version": "latest",
            ], "osDisk": ["createOption": "FromImage"],
          ]
        ], "404 PlatformImageNotFound"
      ),
    ] as [([String: Value], String)])
  func wrong(change: [String: Value], outcome: String) async throws {
    try await TestLab.with { lab async throws in
      let ground = try await AzureGround.make(lab)
      try await ground.putInterface("vm")
      let body = AzureCaller.document(AzureGround.machine("vm", change))
      #expect(try await ground.azure.outcome("PUT", "\(compute)/virtualMachines/vm", body) == outcome)
    }
  }

  @Test("A key that is none, one for another place, and user data that is no Base64 are refused")
  func profile() async throws {
    try await TestLab.with { lab async throws in
      let ground = try await AzureGround.make(lab)
      try await ground.putInterface("vm")
      let keys: [Value] = [
        ["path": "/home/azureuser/.ssh/authorized_keys", "keyData": "ssh-rsa nothing"],
        [
          "path": "/home/azureuser/.ssh/authorized_keys",
          "keyData": .string(AzureGround.key.replacing("ed25519", with: "rsa")),
        ],
        ["path": "/root/.ssh/authorized_keys", "keyData": .string(AzureGround.key)],
      ]
      var profiles: [Value] = keys.map { key in
        ["adminUsername": "azureuser", "linuxConfiguration": ["ssh": ["publicKeys": [key]]]]
      }
      profiles.append(["adminUsername": "azureuser", "adminPassword": "Long-enough1", "customData": "#!"])
      for profile in profiles {
        let body = AzureCaller.document(AzureGround.machine("vm", ["osProfile": profile]))
        #expect(
          try await ground.azure.outcome("PUT", "\(compute)/virtualMachines/vm", body) == "400 InvalidParameter")
      }
    }
  }

  @Test("The same write again changes nothing; account, key and image of a machine cannot be changed, its size can")
  func again() async throws {
    try await TestLab.with { lab async throws in
      let ground = try await AzureGround.make(lab)
      let azure = ground.azure
      let path = "\(compute)/virtualMachines/vm"
      try await ground.putInterface("vm")
      try await ground.putMachine("vm")
      let host = try await ground.host("vm")
      #expect(try await azure.outcome("PUT", path, AzureCaller.document(AzureGround.machine("vm"))) == "200")
      #expect(try await ground.host("vm") == host)
      let sized = AzureGround.machine("vm", ["hardwareProfile": ["vmSize": "standard_b2ms"]])
      #expect(try await azure.outcome("PUT", path, AzureCaller.document(sized)) == "200")
      let shown = try await azure.good("GET", path)
      #expect(shown["properties"]["hardwareProfile"]["vmSize"] == "Standard_B2ms")
      let other = AzureGround.machine("vm", ["osProfile": ["adminUsername": "other"]])
      #expect(try await azure.outcome("PUT", path, AzureCaller.document(other)) == "409 PropertyChangeNotAllowed")
      #expect(
        try await azure.outcome("PUT", path, AzureCaller.document(other), headers: [("If-None-Match", "*")])
          == "412 PreconditionFailed")
      #expect(await lab.server.ledger.resources.count { $0.kind == "virtual-machine" } == 1)
    }
  }

  @Test("Deleting does not wait for the creation, whose operation is cancelled; a machine made anew is another host")
  func preempted() async throws {
    try await TestLab.with(pace: Pace(1)) { lab async throws in
      let ground = try await AzureGround.make(lab)
      let azure = ground.azure
      lab.time.move(by: 10)
      try await ground.putInterface("vm")
      lab.time.move(by: 5)
      let path = "\(compute)/virtualMachines/vm"
      let made = try await azure.send("PUT", path, AzureCaller.document(AzureGround.machine("vm")))
      let host = try await ground.host("vm")
      #expect(try await azure.outcome("DELETE", path) == "202")
      let operation = try await azure.good("GET", AzureCaller.path(of: made.headers["azure-asyncoperation"]))
      #expect(operation["status"] == "Canceled" && operation["error"]["code"] == "OperationPreempted")
      lab.time.move(by: 40)
      try await ground.putInterface("vm")
      lab.time.move(by: 5)
      try await ground.putMachine("vm")
      lab.time.move(by: 50)
      let other = try await ground.host("vm")
      #expect(other != host)
      #expect(lab.plane.log == ["start \(other)"])
    }
  }

  @Test("More cores than the subscription may use are refused with the quota's details")
  func quota() async throws {
    try await TestLab.with { lab async throws in
      let ground = try await AzureGround.make(lab)
      let big: [String: Value] = ["hardwareProfile": ["vmSize": "Standard_D64s_v5"]]
      for name in ["a", "b"] { try await ground.putInterface(name) }
      try await ground.putMachine("a", big)
      let answer = try await ground.azure.send(
        "PUT", "\(compute)/virtualMachines/b", AzureCaller.document(AzureGround.machine("b", big)))
      #expect(AzureCaller.outcome(of: answer) == "409 OperationNotAllowed")
      #expect(try JSON.parse(answer.body)["error"]["details"][0]["code"] == "QuotaExceeded")
    }
  }

  @Test("A command runs as root on the host of the machine, and its words come back by the result's link")
  func command() async throws {
    let commands: ControlPlaneOnly.Script = { _, arguments in
      CommandOutcome(
        ending: .exited(3), stdout: Array(arguments.joined(separator: "|").utf8), stderr: Array("oops".utf8))
    }
    try await TestLab.with(commands: commands) { lab async throws in
      let ground = try await AzureGround.make(lab)
      let azure = ground.azure
      try await ground.putInterface("vm")
      try await ground.putMachine("vm")
      let path = "\(compute)/virtualMachines/vm/runCommand"
      let body: Value = [
        "commandId": "RunShellScript", "script": ["echo one", "echo two"],
        "parameters": [["name": "A", "value": "b c"]],
      ]
      let begun = try await azure.send("POST", path, body)
      #expect(begun.status == 202)
      var status: Value = nil
      repeat {
        await Task.yield()
        status = try await azure.good("GET", AzureCaller.path(of: begun.headers["azure-asyncoperation"]))
      } while status["status"] == "InProgress"
      #expect(status["status"] == "Succeeded")
      let result = try await azure.good("GET", AzureCaller.path(of: begun.headers["location"]))
      let message = result["value"][0]["message"].string ?? ""
      #expect(message.contains("exit status=3") && message.contains("[stderr]\noops"))
      #expect(message.contains("/usr/bin/env|A=b c|/bin/sh|-c|echo one\necho two"))
      #expect(try await azure.outcome("POST", path, ["commandId": "Format"]) == "404 RunCommandNotFound")
      try await azure.good("POST", "\(compute)/virtualMachines/vm/powerOff")
      #expect(try await azure.outcome("POST", path, body) == "409 OperationNotAllowed")
    }
  }
}
