import Basics
import JSONText
import Lab
import Testing

/// The recorded requests of the ENS SDK, each byte for byte, with the answer's form beside it.
@Suite struct GoldenENSTests {
  private static let version = "2017-11-10"

  static let ids = [
    "n": ["n-fakeens000001"], "vsw": ["vsw-fakeens0001"], "sg": ["sg-fakeens00001"],
    "i": ["i-fakeens000001", "i-fakeens000002", "i-fakeens000003"],
  ]

  static let making: [GoldenAlibabaTests.Step] = [
    .recorded("ens-describe-ens-regions", .like("ens-describe-ens-regions")),
    .recorded("ens-describe-ens-net-district", .like("ens-describe-ens-net-district")),
    .recorded("ens-describe-region-isps", .like("ens-describe-region-isps")),
    .recorded("ens-describe-images", .like("ens-describe-images")),
    .recorded("ens-describe-image-infos", .like("ens-describe-image-infos")),
    .recorded("ens-create-network", .like("ens-create-network")),
    .recorded("ens-describe-networks", .like("ens-describe-networks")),
    .recorded("ens-create-v-switch", .like("ens-create-v-switch")),
    .recorded("ens-describe-v-switches", .like("ens-describe-v-switches")),
    .recorded("ens-create-security-group", .like("ens-create-security-group")),
    .recorded("ens-authorize-security-group", .like("ens-authorize-security-group")),
    .recorded("ens-describe-security-group-attribute", .like("ens-describe-security-group-attribute")),
    .recorded("ens-describe-instances-by-name", .like("ens-describe-instances-none")),
    .recorded("ens-run-instances-node", .refused("InvalidKeyPairName.NotFound")),
    .own(
      product: version, "ImportKeyPair",
      [
        "KeyPairName": "vcpe-key",
        "PublicKeyBody": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
      ]),
    .recorded("ens-run-instances-node", .like("ens-run-instances")),
    .recorded("ens-run-instances-area", .like("ens-run-instances")),
    .recorded("ens-describe-instances-json-parameters", .like(nil)),
  ]

  static let undoing: [GoldenAlibabaTests.Step] = [
    .recorded("ens-join-security-group", .refused("InvalidInstanceId.AlreadyExists")),
    .recorded("ens-leave-security-group", .like("ens-leave-security-group")),
    .recorded("ens-join-security-group", .like("ens-join-security-group")),
    .recorded("ens-delete-security-group", .refused("DependencyViolation")),
    .recorded("ens-delete-v-switch", .refused("DependencyViolation.Instance")),
    .recorded("ens-release-post-paid-instance", .refused("ChargeTypeViolation")),
    .recorded("ens-release-pre-paid-instance", .like("ens-release-pre-paid-instance")),
    .recorded("ens-release-post-paid-instance", .refused("InstanceIdNotFound")),
    .own(product: version, "ReleasePostPaidInstance", ["InstanceId": "i-fakeens000002"]),
    .own(product: version, "ReleasePostPaidInstance", ["InstanceId": "i-fakeens000003"]),
    .own(product: version, "DeleteKeyPairs", ["KeyPairName": "vcpe-key"]),
    .recorded("ens-delete-network", .refused("DependencyViolation.VSwitch")),
    .recorded("ens-delete-v-switch", .like("ens-delete-v-switch")),
    .recorded("ens-delete-network", .like("ens-delete-network")),
    .recorded("ens-revoke-security-group", .like("ens-revoke-security-group")),
    .recorded("ens-revoke-security-group", .refused("InvalidSecurityGroupRule.RuleNotExist")),
    .recorded("ens-delete-security-group", .like("ens-delete-security-group")),
  ]

  @Test("Every recorded request is accepted and answered in the recorded form, and leaves nothing")
  func replay() async throws {
    try await TestLab.with(ids: Self.ids) { lab async throws in
      let client = AlibabaCaller(port: await lab.port(.alibaba), time: lab.time)
      var sent: Set<String> = []
      try await GoldenAlibabaTests.play(Self.making, with: client, sent: &sent)
      let found = try await client.good(Self.version, "DescribeInstances", ["InstanceIds": #"["i-fakeens000001"]"#])
      let golden = try JSON.parse(try #require(Golden.responses("alibaba")["ens-describe-instances"]?["body"].string))
      #expect(ShapeDifference.find(golden, in: found) == [])
      let row = found["Instances"]["Instance"][0]
      #expect(row["PrivateIpAddresses"]["PrivateIpAddress"][0]["Ip"] == "10.0.2.10")
      #expect(row["KeyPairName"] == "vcpe-key")
      let named = try await client.good(Self.version, "DescribeInstances", ["InstanceName": "教程-边缘服务002"])
      #expect(named["Instances"]["Instance"][0]["InstanceId"] == "i-fakeens000003")
      try await GoldenAlibabaTests.play(Self.undoing, with: client, sent: &sent)
      let recorded = try Golden.requests("alibaba").values.filter { $0["version"].string == Self.version }
      #expect(Set(recorded.compactMap { $0["id"].string }).subtracting(sent) == [])
      #expect(await lab.server.ledger.resources.filter { $0.deletedAt == nil } == [])
    }
  }
}
