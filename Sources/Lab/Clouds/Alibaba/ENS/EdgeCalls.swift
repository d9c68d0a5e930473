import Basics

/// The calls of ENS.
extension AlibabaState {
  mutating func performENS(_ call: APICall) throws(ServiceError) -> Value? {
    if let answer = try performEdgePlaces(call) { return answer }
    if let answer = try performEdgeInstances(call) { return answer }
    return try performEdgeNetworks(call)
  }

  private func performEdgePlaces(_ call: APICall) throws(ServiceError) -> Value? {
    switch call.action {
    case "DescribeEnsRegions": describeEnsRegions(call)
    case "DescribeEnsNetDistrict": try describeEnsNetDistrict(call)
    case "DescribeEnsNetSaleDistrict": try describeEnsNetDistrict(call, inStock: true)
    case "DescribeRegionIsps": try describeRegionIsps(call)
    case "DescribeInstanceTypes": describeEdgeInstanceTypes(call)
    case "DescribeImages": try describeEdgeImages(call)
    case "DescribeImageInfos": describeImageInfos(call)
    default: nil
    }
  }

  private mutating func performEdgeInstances(_ call: APICall) throws(ServiceError) -> Value? {
    switch call.action {
    case "RunInstances": try runEdgeInstances(call)
    case "DescribeInstances": try describeEdgeInstances(call)
    case "StartInstance": try startEdgeInstance(call)
    case "StopInstance": try stopEdgeInstance(call)
    case "RebootInstance": try rebootEdgeInstance(call)
    case "ModifyInstanceAttribute": try modifyEdgeInstance(call)
    case "ReleasePostPaidInstance": try releaseEdgeInstance(call, isPrepaid: false)
    case "ReleasePrePaidInstance": try releaseEdgeInstance(call, isPrepaid: true)
    case "ImportKeyPair": try importEdgeKey(call)
    case "DescribeKeyPairs": try describeEdgeKeys(call)
    case "DeleteKeyPairs": try deleteEdgeKey(call)
    default: nil
    }
  }

  private mutating func performEdgeNetworks(_ call: APICall) throws(ServiceError) -> Value? {
    switch call.action {
    case "CreateNetwork": try createEdgeNetwork(call)
    case "DescribeNetworks": try describeEdgeNetworks(call)
    case "DeleteNetwork": try deleteEdgeNetwork(call)
    case "CreateVSwitch": try createEdgeSwitch(call)
    case "DescribeVSwitches": try describeEdgeSwitches(call)
    case "DeleteVSwitch": try deleteEdgeSwitch(call)
    case "CreateSecurityGroup": try createEdgeGroup(call)
    case "DescribeSecurityGroups": try describeEdgeGroups(call)
    case "DescribeSecurityGroupAttribute": try describeEdgeGroupAttribute(call)
    case "AuthorizeSecurityGroup": try authorizeEdgeGroup(call)
    case "RevokeSecurityGroup": try revokeEdgeGroup(call)
    case "JoinSecurityGroup": try joinEdgeGroup(call, leaves: false)
    case "LeaveSecurityGroup": try joinEdgeGroup(call, leaves: true)
    case "DeleteSecurityGroup": try deleteEdgeGroup(call)
    default: nil
    }
  }
}
