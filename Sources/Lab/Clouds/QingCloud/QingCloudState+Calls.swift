import Basics

extension QingCloudState {
  mutating func perform(_ call: APICall) throws(ServiceError) -> Value {
    if let answer = try performOnComputing(call) { return answer }
    if let answer = try performOnNetworks(call) { return answer }
    if let answer = try performOnRoutes(call) { return answer }
    return try performOnRest(call)
  }

  private mutating func performOnComputing(_ call: APICall) throws(ServiceError) -> Value? {
    switch call.action {
    case "DescribeInstances": try describeInstances(call)
    case "RunInstances": try runInstances(call)
    case "TerminateInstances": try terminateInstances(call)
    case "StartInstances": try startInstances(call)
    case "StopInstances": try stopInstances(call)
    case "RestartInstances": try restartInstances(call)
    case "ModifyInstanceAttributes": try modifyInstance(call)
    case "DescribeNics": try describeNics(call)
    case "CreateNics": try createNics(call)
    case "AttachNics": try attachNics(call)
    case "DetachNics": try detachNics(call)
    case "DeleteNics": try deleteNics(call)
    case "ModifyNicAttributes": try modifyNic(call)
    case "DescribeKeyPairs": try describeKeyPairs(call)
    case "CreateKeyPair": try createKeyPair(call)
    case "ModifyKeyPairAttributes": try modifyKeyPair(call)
    case "DeleteKeyPairs": try deleteKeyPairs(call)
    default: nil
    }
  }

  private mutating func performOnNetworks(_ call: APICall) throws(ServiceError) -> Value? {
    switch call.action {
    case "DescribeVxnets": try describeVxnets(call)
    case "CreateVxnets": try createVxnets(call)
    case "DeleteVxnets": try deleteVxnets(call)
    case "ModifyVxnetAttributes": try modifyVxnet(call)
    case "JoinVxnet": try joinVxnet(call)
    case "LeaveVxnet": try leaveVxnet(call)
    case "DescribeVxnetInstances": try describeVxnetInstances(call)
    case "DescribeRouters": try describeRouters(call)
    case "CreateRouters": try createRouters(call)
    case "DeleteRouters": try deleteRouters(call)
    case "UpdateRouters": try updateRouters(call)
    case "ModifyRouterAttributes": try modifyRouter(call)
    case "JoinRouter": try joinRouter(call)
    case "LeaveRouter": try leaveRouter(call)
    case "DescribeRouterVxnets": try describeRouterVxnets(call)
    case "DescribeEips": try describeEips(call)
    case "AllocateEips": try allocateEips(call)
    case "AssociateEip": try associateEip(call)
    case "DissociateEips": try dissociateEips(call)
    case "ReleaseEips": try releaseEips(call)
    case "ModifyEipAttributes": try modifyEip(call)
    default: nil
    }
  }

  private mutating func performOnRoutes(_ call: APICall) throws(ServiceError) -> Value? {
    switch call.action {
    case "DescribeRouterStatics": try describeRouterStatics(call)
    case "AddRouterStatics": try addRouterStatics(call)
    case "ModifyRouterStaticAttributes": try modifyRouterStatic(call)
    case "DeleteRouterStatics": try deleteRouterStatics(call)
    case "CreateRouteTable": try createRouteTable(call)
    case "DescribeRouteTables": try describeRouteTables(call)
    case "AssociateRouteTable": try associateRouteTable(call)
    case "DissociateRouteTable": try dissociateRouteTable(call)
    case "UpdateRouteTable": try updateRouteTable(call)
    case "DeleteRouteTables": try deleteRouteTables(call)
    case "DescribeRoutingTableResources": try describeRoutingTableResources(call)
    case "AddRoutes": try addRoutes(call)
    case "DescribeRoutes": try describeRoutes(call)
    case "ModifyRouteAttributes": try modifyRoute(call)
    case "RemoveRoutes": try removeRoutes(call)
    case "DescribeWanAccesss": try describeWanAccesses(call)
    default: nil
    }
  }

  private mutating func performOnRest(_ call: APICall) throws(ServiceError) -> Value {
    switch call.action {
    case "DescribeZones": describeZones(call)
    case "DescribeJobs": try describeJobs(call)
    case "DescribeImages": try describeImages(call)
    case "DescribeSecurityGroups": try describeSecurityGroups(call)
    case "CreateSecurityGroup": try createSecurityGroup(call)
    case "ModifySecurityGroupAttributes": try modifySecurityGroup(call)
    case "ApplySecurityGroup": try applySecurityGroup(call)
    case "RemoveSecurityGroup": try removeSecurityGroup(call)
    case "DeleteSecurityGroups": try deleteSecurityGroups(call)
    case "DescribeSecurityGroupRules": try describeSecurityGroupRules(call)
    case "AddSecurityGroupRules": try addSecurityGroupRules(call)
    case "DeleteSecurityGroupRules": try deleteSecurityGroupRules(call)
    case "ModifySecurityGroupRuleAttributes": try modifySecurityGroupRule(call)
    case "DescribeTags": try describeTags(call)
    case "CreateTag": try createTag(call)
    case "ModifyTagAttributes": try modifyTag(call)
    case "DeleteTags": try deleteTags(call)
    case "AttachTags": try attachTags(call)
    case "DetachTags": try detachTags(call)
    default: throw QingCloudError.noAction
    }
  }
}
