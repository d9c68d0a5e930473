extension AWSState {
  /// Answers one call whose parameters are known to be in form; changes nothing when it throws.
  mutating func answer(_ call: APICall) throws(ServiceError) -> XMLValue {
    if book.contradicts(call) { throw Self.tokenMismatch }
    if let answer: XMLValue = book.answer(to: call) { return answer }
    var draft = self
    draft.region = call.region
    draft.core.begin(call, at: core.now)
    let answer = try draft.perform(call)
    if call.flag("DryRun") == true {
      throw ServiceError(
        "DryRunOperation", "Request would have succeeded, but DryRun flag is set.", status: 412)
    }
    draft.book.keep(answer, of: call)
    self = draft
    return answer
  }

  private static let tokenMismatch = ServiceError(
    "IdempotentParameterMismatch",
    "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).")

  private mutating func perform(_ call: APICall) throws(ServiceError) -> XMLValue {
    if let answer = try performOnNetworks(call) { return answer }
    if let answer = try performOnSecurity(call) { return answer }
    if let answer = try performOnInstances(call) { return answer }
    return try performOnRest(call)
  }

  private mutating func performOnNetworks(_ call: APICall) throws(ServiceError) -> XMLValue? {
    switch call.action {
    case "CreateVpc": try createVpc(call)
    case "DescribeVpcs": try describeVpcs(call)
    case "DeleteVpc": try deleteVpc(call)
    case "ModifyVpcAttribute": try modifyVpcAttribute(call)
    case "DescribeVpcAttribute": try describeVpcAttribute(call)
    case "CreateSubnet": try createSubnet(call)
    case "DescribeSubnets": try describeSubnets(call)
    case "ModifySubnetAttribute": try modifySubnetAttribute(call)
    case "DeleteSubnet": try deleteSubnet(call)
    case "CreateInternetGateway": try createInternetGateway(call)
    case "DescribeInternetGateways": try describeInternetGateways(call)
    case "AttachInternetGateway": try attachInternetGateway(call)
    case "DetachInternetGateway": try detachInternetGateway(call)
    case "DeleteInternetGateway": try deleteInternetGateway(call)
    case "CreateRouteTable": try createRouteTable(call)
    case "DescribeRouteTables": try describeRouteTables(call)
    case "AssociateRouteTable": try associateRouteTable(call)
    case "DisassociateRouteTable": try disassociateRouteTable(call)
    case "DeleteRouteTable": try deleteRouteTable(call)
    case "CreateRoute": try createRoute(call)
    case "ReplaceRoute": try replaceRoute(call)
    case "DeleteRoute": try deleteRoute(call)
    default: nil
    }
  }

  private mutating func performOnSecurity(_ call: APICall) throws(ServiceError) -> XMLValue? {
    switch call.action {
    case "CreateSecurityGroup": try createSecurityGroup(call)
    case "DescribeSecurityGroups": try describeSecurityGroups(call)
    case "DeleteSecurityGroup": try deleteSecurityGroup(call)
    case "AuthorizeSecurityGroupIngress": try authorize(call, isEgress: false)
    case "AuthorizeSecurityGroupEgress": try authorize(call, isEgress: true)
    case "RevokeSecurityGroupIngress": try revoke(call, isEgress: false)
    case "RevokeSecurityGroupEgress": try revoke(call, isEgress: true)
    case "DescribeSecurityGroupRules": try describeSecurityGroupRules(call)
    case "CreateKeyPair": try createKeyPair(call)
    case "ImportKeyPair": try importKeyPair(call)
    case "DescribeKeyPairs": try describeKeyPairs(call)
    case "DeleteKeyPair": try deleteKeyPair(call)
    default: nil
    }
  }

  private mutating func performOnInstances(_ call: APICall) throws(ServiceError) -> XMLValue? {
    switch call.action {
    case "RunInstances": try runInstances(call)
    case "DescribeInstances": try describeInstances(call)
    case "DescribeInstanceStatus": try describeInstanceStatus(call)
    case "StartInstances": try startInstances(call)
    case "StopInstances": try stopInstances(call)
    case "RebootInstances": try rebootInstances(call)
    case "TerminateInstances": try terminateInstances(call)
    case "DescribeInstanceAttribute": try describeInstanceAttribute(call)
    case "ModifyInstanceAttribute": try modifyInstanceAttribute(call)
    case "DescribeNetworkInterfaces": try describeNetworkInterfaces(call)
    case "DescribeNetworkInterfaceAttribute": try describeNetworkInterfaceAttribute(call)
    case "ModifyNetworkInterfaceAttribute": try modifyNetworkInterfaceAttribute(call)
    case "GetConsoleOutput": try getConsoleOutput(call)
    default: nil
    }
  }

  private mutating func performOnRest(_ call: APICall) throws(ServiceError) -> XMLValue {
    switch call.action {
    case "DescribeRegions": try describeRegions(call)
    case "DescribeAvailabilityZones": try describeAvailabilityZones(call)
    case "DescribeImages": try describeImages(call)
    case "DescribeInstanceTypes": try describeInstanceTypes(call)
    case "DescribeInstanceTypeOfferings": try describeInstanceTypeOfferings(call)
    case "AllocateAddress": try allocateAddress(call)
    case "AssociateAddress": try associateAddress(call)
    case "DisassociateAddress": try disassociateAddress(call)
    case "ReleaseAddress": try releaseAddress(call)
    case "DescribeAddresses": try describeAddresses(call)
    case "CreateTags": try createTags(call)
    case "DeleteTags": try deleteTags(call)
    case "DescribeTags": try describeTags(call)
    case "GetCallerIdentity": callerIdentity()
    case "GetParameter": try parameter(call)
    default: throw Self.noAction(call.action)
    }
  }

  static func noAction(_ action: String) -> ServiceError {
    ServiceError("InvalidAction", "The action \(action) is not valid for this web service.")
  }

  /// The public parameters of SSM that name Canonical's newest images.
  private func parameter(_ call: APICall) throws(ServiceError) -> XMLValue {
    let name = call["Name"] ?? ""
    let parts = name.split(separator: "/").map(String.init)
    let found = images.filter { image in
      parts.count == 12 && name.hasPrefix("/aws/service/canonical/ubuntu/server/") && parts.last == "ami-id"
        && image.owner == AWSCatalogue.canonical && image.name.contains("-\(parts[5])-amd64-")
    }
    guard let newest = found.max(by: { $0.created < $1.created }) else {
      throw ServiceError("ParameterNotFound", "Parameter \(name) not found.")
    }
    return ["Name": .text(name), "Type": "String", "Value": .text(newest.id), "DataType": "aws:ec2:image"]
  }

  private func callerIdentity() -> XMLValue {
    [
      "Arn": .text("arn:aws:iam::\(core.accountID):user/lab"), "UserId": "AIDALABLABLABLABLAB",
      "Account": .text(core.accountID),
    ]
  }
}
