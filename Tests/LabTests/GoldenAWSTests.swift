import Basics
import CloudWire
import Lab
import Testing

/// The recorded requests of boto3 in the order of the tutorial, each byte for byte, with the answer's form beside it.
@Suite struct GoldenAWSTests {
  /// What the lab has to hand out so that the recorded ids are its own.
  static let ids = [
    "vpc": ["vpc-0aaaaaaaaaaaaaaa1"], "subnet": ["subnet-0bbbbbbbbbbbbbbb1"], "rtb": ["rtb-0fffffffffffffff1"],
    "sg": ["sg-0defau1t000000000", "sg-0ccccccccccccccc2", "sg-0ccccccccccccccc1"], "i": ["i-0ddddddddddddddd1"],
    "eni": ["eni-0eeeeeeeeeeeeeee1"], "eipalloc": ["eipalloc-02222222222222221"],
    "eipassoc": ["eipassoc-03333333333333331"],
    "sgr": ["sgr-00000000000000001", "sgr-00000000000000002", "sgr-00000000000000003", "sgr-00000000000000004"],
  ]

  /// What stands before the recorded part: the network that the tutorial takes for granted.
  static func makeGround(_ client: AWSCaller) async throws {
    try await client.good("CreateVpc", ["CidrBlock": "10.10.0.0/16"])
    try await client.good("CreateSubnet", ["VpcId": "vpc-0aaaaaaaaaaaaaaa1", "CidrBlock": "10.10.0.0/24"])
    let gateway = try await client.good("CreateInternetGateway", [:])
    let id = gateway["internetGateway"]["internetGatewayId"].string ?? ""
    try await client.good("AttachInternetGateway", ["InternetGatewayId": id, "VpcId": "vpc-0aaaaaaaaaaaaaaa1"])
    try await client.good(
      "CreateRoute",
      ["RouteTableId": "rtb-0fffffffffffffff1", "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": id])
    try await client.good(
      "CreateSecurityGroup",
      ["GroupName": "other", "GroupDescription": "other", "VpcId": "vpc-0aaaaaaaaaaaaaaa1"])
  }

  enum Expected: Sendable {
    /// Success in the form of the recorded answer of that id; `nil`: success of any form.
    case like(String?)
    case refused(String)
  }

  static let steps: [(String, Expected)] = [
    ("caller-identity", .like("sts-get-caller-identity")), ("sts-us-east-1", .like("sts-get-caller-identity")),
    ("china-sts", .like("sts-get-caller-identity")), ("describe-regions", .like(nil)),
    ("describe-vpc", .like("describe-vpcs")), ("describe-subnets-of-vpc", .like("describe-subnets")),
    ("describe-images-ubuntu", .like("describe-images")), ("describe-images-by-id", .like("describe-images")),
    ("describe-instance-types", .like("describe-instance-types")), ("describe-instance-type-offerings", .like(nil)),
    // The recorded key is no key.
    ("import-key-pair", .refused("InvalidKey.Format")), ("create-key-pair", .like("create-key-pair")),
    ("create-key-pair", .refused("InvalidKeyPair.Duplicate")), ("delete-key-pair", .like("delete-key-pair")),
    ("describe-key-pair", .refused("InvalidKeyPair.NotFound")), ("create-key-pair", .like("create-key-pair")),
    ("describe-key-pair", .like(nil)),
    ("find-security-group", .like(nil)), ("create-security-group", .like("create-security-group")),
    ("create-security-group", .refused("InvalidGroup.Duplicate")),
    ("find-security-group", .like("describe-security-groups")), ("authorize-host-ports", .like("authorize-ingress")),
    ("authorize-host-ports", .refused("InvalidPermission.Duplicate")),
    ("describe-security-group", .like("describe-security-groups")), ("describe-rules", .like(nil)),
    ("run-instances-dry-run", .refused("DryRunOperation")),
    ("find-instance-by-client-token", .like("describe-instances-none")), ("run-instances", .like("run-instances")),
    ("run-instances", .like("run-instances")), ("run-instances-flat", .refused("IdempotentParameterMismatch")),
    ("find-instance-by-client-token", .like("describe-instances-running")),
    ("find-instance-by-tag", .like(nil)), ("describe-instance", .like("describe-instances-running")),
    ("describe-instances-page-2", .refused("InvalidNextToken")),
    ("describe-instance-status", .like("describe-instance-status")), ("get-console-output", .like(nil)),
    ("describe-network-interfaces", .like("describe-network-interfaces")),
    ("describe-instance-attribute", .like("describe-instance-attribute")), ("describe-eni-attribute", .like(nil)),
    ("instance-source-dest-check-off", .like("modify-instance-attribute")),
    ("describe-instance", .like("describe-instances-check-off")),
    ("instance-source-dest-check-on", .like("modify-instance-attribute")),
    ("eni-source-dest-check-off", .like("modify-eni-attribute")),
    ("eni-source-dest-check-on", .like("modify-eni-attribute")), ("create-tags", .like("create-tags")),
    ("describe-tags", .like(nil)), ("delete-tags", .like(nil)), ("route-tables-of-vpc", .like(nil)),
    ("route-table-of-subnet", .like("describe-route-tables-none")),
    ("main-route-table", .like("describe-route-tables-main")), ("create-route-dry-run", .refused("DryRunOperation")),
    ("replace-route", .refused("InvalidParameterValue")), ("create-route", .like("create-route")),
    ("create-route-to-instance", .refused("RouteAlreadyExists")), ("replace-route", .like("replace-route")),
    ("create-route-second", .like("create-route")), ("describe-route-table", .like("describe-route-tables-main")),
    ("authorize-cidrs", .like("authorize-ingress")), ("revoke-cidrs", .like("revoke-ingress")),
    ("revoke-cidrs", .refused("InvalidPermission.NotFound")), ("authorize-with-tags", .like("authorize-ingress")),
    ("authorize-from-group", .like(nil)), ("authorize-egress", .like(nil)),
    ("revoke-by-rule-id", .refused("InvalidSecurityGroupRuleId.NotFound")),
    ("find-address-by-tag", .like(nil)), ("allocate-address", .like("allocate-address")),
    ("associate-address", .like("associate-address")), ("find-address-by-tag", .like("describe-addresses")),
    ("release-address", .refused("InvalidIPAddress.InUse")), ("disassociate-address", .like(nil)),
    ("release-address", .like("release-address")), ("release-address", .refused("InvalidAllocationID.NotFound")),
    ("delete-route", .like("delete-route")), ("delete-route", .refused("InvalidRoute.NotFound")),
    ("create-route-to-instance", .like("create-route")), ("delete-security-group", .refused("DependencyViolation")),
    ("terminate-dry-run", .refused("DryRunOperation")), ("terminate", .like("terminate-instances")),
    ("describe-instance", .like("describe-instances-terminated")), ("terminate", .like("terminate-instances")),
    ("delete-security-group", .like("delete-security-group")),
    ("delete-security-group", .refused("InvalidGroup.NotFound")), ("delete-key-pair", .like("delete-key-pair")),
    ("china-describe", .refused("InvalidInstanceID.NotFound")),
    ("govcloud-describe", .refused("InvalidInstanceID.NotFound")), ("ssm-ubuntu-ami", .like(nil)),
    ("with-session-token", .like("describe-instances-terminated")),
  ]

  @Test("Every recorded request of boto3 is accepted, and answered in the recorded form")
  func replay() async throws {
    let requests = try Golden.requests("aws")
    let responses = try Golden.responses("aws")
    try await TestLab.with(ids: Self.ids) { lab async throws in
      let client = AWSCaller(port: await lab.port(.aws), time: lab.time)
      try await Self.makeGround(client)
      for (id, expected) in Self.steps {
        let request = try #require(requests[id], "no recorded request \(id)")
        let answer = try await Golden.send(request, to: client.port)
        switch expected {
        case .refused(let code): #expect(AWSCaller.code(of: answer) == code, "\(id): \(answer.text)")
        case .like(let name):
          #expect(answer.status == 200, "\(id): \(answer.text)")
          guard let name, let golden = responses[name]?["body"].string,
            let wanted = XMLText.parse(Array(golden.utf8)), let own = XMLText.parse(answer.body)
          else { continue }
          #expect(wanted.root == own.root, "\(id)")
          let differences = ShapeDifference.find(wanted.value, in: own.value, skip: Self.skipped)
          #expect(differences.isEmpty, "\(id): \(differences)")
        }
      }
      let used = Set(Self.steps.map(\.0))
      #expect(requests.keys.filter { !used.contains($0) }.sorted() == [])
    }
  }

  /// Members that the recorded examples show of other cases than the replayed one.
  static let skipped: Set = [
    "ipPermissions[].groups", "securityGroupRuleSet[].description", "securityGroupInfo[].ipPermissions[].groups",
  ]
}
