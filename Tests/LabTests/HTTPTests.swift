import Basics
import Lab
import LabFabric
import Testing

/// The HTTP that SDKs and other clients speak, and what is none.
@Suite struct HTTPTests {
  private static let path = "/vcpe_vm/sag_vcpe_v2.3.0_deployment.sh"

  private func answer(_ text: String) async throws -> RawClient.Answer {
    try await TestLab.with { lab async throws in
      await RawClient(port: await lab.port(.oss), patience: 60).send(raw: Array(text.utf8))
    }
  }

  @Test("A target in absolute form, a head in any case and a request without a host are understood")
  func targets() async throws {
    #expect(try await answer("GET http://oss\(Self.path)?x=1 HTTP/1.1\r\nhOST: oss\r\n\r\n").status == 200)
    #expect(try await answer("GET \(Self.path) HTTP/1.0\r\n\r\n").status == 200)
    let head = try await answer("HEAD \(Self.path) HTTP/1.1\r\nConnection: close\r\n\r\n")
    #expect(head.status == 200)
    #expect(head.body.isEmpty)
    #expect(head.ending == .cut, "the connection ends where a body would begin")
  }

  @Test("Chunked bodies are put together, and a client that waits for 100-continue hears it")
  func bodies() async throws {
    try await TestLab.with { lab async throws in
      let port = await lab.port(.aws)
      let chunked = await RawClient(port: port).send(
        raw: Array(
          "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nAction=\r\nC;x=y\r\nDescribeVpcs\r\n0\r\nTrailer: 1\r\n\r\n"
            .utf8))
      #expect(chunked.status == 403, "understood, and without a signature")
      #expect(await lab.server.ledger.calls.map(\.action) == ["DescribeVpcs"])
      let patient = await RawClient(port: port).send(
        raw: Array("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 7\r\n\r\nAction=".utf8))
      #expect(patient.status == 100)
    }
  }

  @Test(
    "What is no HTTP is refused in order, and the port goes on",
    arguments: [
      ("\r\n\r\n", 400), ("GET\r\n\r\n", 400), ("GET / SMTP/1.1\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
      ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    ])
  func malformed(text: String, status: Int) async throws {
    #expect(try await answer(text).status == status)
  }

  @Test("A head without end is refused before it fills the memory")
  func endlessHead() async throws {
    let head = "GET / HTTP/1.1\r\n" + String(repeating: "X: \(String(repeating: "x", count: 1000))\r\n", count: 100)
    #expect(try await answer(head).status == 431)
  }
}

/// Many callers at once.
@Suite struct ConcurrencyTests {
  @Test(
    "Equal tokens at the same time make one instance; different ones make one each, with different ids and addresses")
  func tokens() async throws {
    try await TestLab.with { lab async throws in
      let aws = AWSCaller(port: await lab.port(.aws), time: lab.time)
      let vpc = try await aws.good("CreateVpc", ["CidrBlock": "10.10.0.0/16"])["vpc"]["vpcId"].string ?? ""
      let subnet = try await aws.good("CreateSubnet", ["VpcId": vpc, "CidrBlock": "10.10.0.0/24"])["subnet"]["subnetId"]
      let launch = [
        "ImageId": "ami-01111111111111111", "InstanceType": "t2.medium", "MinCount": "1", "MaxCount": "1",
        "SubnetId": subnet.string ?? "",
      ]
      let tokens = (0..<24).map { "token-\($0 / 3)" }
      let made = try await withThrowingTaskGroup(of: (String, String).self) { group in
        for token in tokens {
          group.addTask {
            let answer = try await aws.good("RunInstances", launch.merging(["ClientToken": token]) { $1 })
            let instance = answer["instancesSet"][0]
            return (token, "\(instance["instanceId"].string ?? "") \(instance["privateIpAddress"].string ?? "")")
          }
        }
        var made: [String: Set<String>] = [:]
        for try await (token, identity) in group { made[token, default: []].insert(identity) }
        return made
      }
      #expect(made.count == 8)
      #expect(made.values.allSatisfy { $0.count == 1 })
      #expect(Set(made.values.joined().map { $0.split(separator: " ")[1] }).count == 8)
      #expect(lab.plane.log.filter { $0.hasPrefix("start") }.count == 8)
      #expect(lab.plane.topology.machines.count == 8)
    }
  }

  @Test("Ids have the vendors' forms, and equal labs make equal ids")
  func ids() async throws {
    var seen: [[String]] = []
    for _ in 0..<2 {
      try await TestLab.with { lab async throws in
        let aws = AWSCaller(port: await lab.port(.aws), time: lab.time)
        let vpc = try await aws.good("CreateVpc", ["CidrBlock": "10.10.0.0/16"])["vpc"]["vpcId"].string ?? ""
        #expect(try vpc.wholeMatch(of: Regex("vpc-0[0-9a-f]{16}")) != nil)
        let alibaba = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
        let cen = try await alibaba.good(Version.cbn, "CreateCen", [:])
        #expect(try cen["CenId"].string?.wholeMatch(of: Regex("cen-[0-9a-z]{18}")) != nil)
        #expect(
          try cen["RequestId"].string?.wholeMatch(of: Regex("[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")) != nil)
        seen.append([vpc, cen["CenId"].string ?? ""])
      }
    }
    #expect(seen[0] == seen[1])
  }
}
